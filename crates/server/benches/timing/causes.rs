//! What is compared with an ordinary wrong secret.

use postern_domain::app_password::{AppPasswordSecret, Profile};
use postern_testkit::ACCOUNT_PASSWORD;

use crate::people::{ANNA, BLOCKED, NO_PASSWORD, People};
use crate::place::Place;

/// Why an attempt is refused.
pub(crate) struct Cause {
    pub(crate) name: &'static str,
    /// A secret without the shape of an app password is hashed slowly.
    pub(crate) is_slow: bool,
    /// Refused with this cause at the doors; at the portal too, unless it says otherwise.
    at_door_only: bool,
    /// User name and secret of one attempt.
    pub(crate) presented: fn(&People) -> (String, String),
}

const fn cause(name: &'static str, is_slow: bool, presented: fn(&People) -> (String, String)) -> Cause {
    Cause { name, is_slow, at_door_only: false, presented }
}

/// A secret of an app password's shape, check symbol included, that was never given out.
fn nobodys(people: &People) -> String {
    AppPasswordSecret::generate(Profile::Standard, &*people.test.random).expose_grouped().to_string()
}

/// As long as the right one, and never the same twice.
fn wrong_password(people: &People) -> String {
    let text = format!("wrong {:022x}", people.next());
    debug_assert_eq!(text.len(), ACCOUNT_PASSWORD.len());
    text
}

/// As long as the name of an account, and never the same twice.
fn unknown_name(people: &People) -> String {
    let number = format!("{:04x}", people.next() & 0xffff);
    format!("{number}@{}", ANNA.split('@').nth(1).unwrap_or_default())
}

/// What everything is compared with.
pub(crate) const fn wrong_secret(is_slow: bool) -> &'static Cause {
    if is_slow { &WRONG_PASSWORD } else { &WRONG_APP_PASSWORD }
}

static WRONG_PASSWORD: Cause =
    cause("itself (nothing may be found)", true, |people| (ANNA.to_owned(), wrong_password(people)));
static WRONG_APP_PASSWORD: Cause =
    cause("itself (nothing may be found)", false, |people| (ANNA.to_owned(), nobodys(people)));

static CAUSES: [Cause; 12] = [
    cause("unknown account", false, |people| (unknown_name(people), nobodys(people))),
    cause("no address as the name", false, |people| ("anna".to_owned(), nobodys(people))),
    cause("blocked account, its own app password", false, |people| {
        (BLOCKED.to_owned(), people.blocked.clone())
    }),
    Cause {
        at_door_only: true,
        ..cause("wrong scope: an app password for another door", false, |people| {
            (ANNA.to_owned(), people.other_door.clone())
        })
    },
    Cause {
        at_door_only: true,
        ..cause("a revoked app password", false, |people| (ANNA.to_owned(), people.revoked.clone()))
    },
    cause("another account's app password", false, |people| (BLOCKED.to_owned(), people.other_door.clone())),
    cause("an app password, and an unknown account", false, |people| {
        (unknown_name(people), people.other_door.clone())
    }),
    cause("unknown account", true, |people| (unknown_name(people), wrong_password(people))),
    cause("account without a password", true, |people| (NO_PASSWORD.to_owned(), wrong_password(people))),
    cause("blocked account, wrong password", true, |people| (BLOCKED.to_owned(), wrong_password(people))),
    cause("blocked account, right password", true, |_| (BLOCKED.to_owned(), ACCOUNT_PASSWORD.to_owned())),
    Cause {
        at_door_only: true,
        ..cause("right password, MFA enforced", true, |_| (ANNA.to_owned(), ACCOUNT_PASSWORD.to_owned()))
    },
];

/// What is measured at a place, what must show nothing first.
pub(crate) fn causes(place: Place) -> impl Iterator<Item = &'static Cause> {
    let here = CAUSES.iter().filter(move |cause| matches!(place, Place::Door) || !cause.at_door_only);
    [&WRONG_APP_PASSWORD, &WRONG_PASSWORD].into_iter().chain(here)
}

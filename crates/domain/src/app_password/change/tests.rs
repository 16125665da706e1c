//! Each attribute by itself, narrower and wider.

use std::time::Duration;

use super::*;
use crate::app_password::sender::tests::anna;
use crate::app_password::test::app_password;
use crate::door::{Door, DoorSet};
use crate::network::{Networks, parse_network};

fn networks(text: &str) -> Networks {
    Networks::new(text.split_whitespace().map(|each| parse_network(each).unwrap()))
}

fn senders(text: &str) -> SenderRestriction {
    SenderRestriction::listed(text.split_whitespace()).unwrap()
}

fn after(change: impl FnOnce(&mut AppPassword)) -> AppPassword {
    let mut app_password = app_password();
    change(&mut app_password);
    app_password
}

/// Whether going from the one to the other changes and widens that attribute, and no other.
fn step(attribute: Attribute, before: &AppPassword, after: &AppPassword) -> bool {
    assert_eq!(changed(before, after), [attribute]);
    let widened = widened(&anna(), before, after);
    assert!(widened.is_empty() || widened == [attribute], "{widened:?}");
    !widened.is_empty()
}

#[test]
fn a_renewal_is_wider_where_there_is_an_idle_expiry() {
    let idle = |renewed| {
        after(|it| {
            it.idle_expiry = Some(Duration::from_secs(60));
            it.renewed_at = renewed;
        })
    };
    assert!(step(Attribute::IdleExpiry, &idle(None), &idle(Some(Timestamp::from_millis(5)))));
    let never = after(|it| it.renewed_at = Some(Timestamp::from_millis(5)));
    assert!(!step(Attribute::IdleExpiry, &app_password(), &never));
}

#[test]
fn what_stays_is_neither_changed_nor_widened() {
    assert_eq!(changed(&app_password(), &app_password()), []);
    assert_eq!(widened(&anna(), &app_password(), &app_password()), []);
}

#[test]
fn a_name_and_a_note_let_nobody_do_anything() {
    let named = after(|it| it.name = "Scanner 3rd floor".parse().unwrap());
    assert!(!step(Attribute::Name, &app_password(), &named));
    let noted = after(|it| it.note = Some("Room 2.14".parse().unwrap()));
    assert!(!step(Attribute::Note, &app_password(), &noted));
}

#[test]
fn a_scope_is_wider_by_any_further_door() {
    let of = |doors: &[Door]| after(|it| it.scope = doors.iter().copied().collect::<DoorSet>());
    let (both, one, other) = (of(&[Door::Smtp, Door::Imap]), of(&[Door::Smtp]), of(&[Door::Imap]));
    assert!(!step(Attribute::Scope, &both, &one));
    assert!(step(Attribute::Scope, &one, &both));
    assert!(step(Attribute::Scope, &one, &other));
}

#[test]
fn networks_are_wider_by_any_address() {
    for (before, after_it, wider) in [
        ("", "192.0.2.0/24", false),
        ("192.0.2.0/24", "", true),
        ("192.0.2.0/24", "192.0.2.7", false),
        ("192.0.2.7", "192.0.2.0/24", true),
        ("192.0.2.0/24 2001:db8::/32", "2001:db8:1::/48", false),
        ("192.0.2.0/24", "192.0.2.0/24 198.51.100.7", true),
        // The same addresses in other words.
        ("192.0.2.0/25 192.0.2.128/25", "192.0.2.0/24", false),
    ] {
        let (before_it, it) = (
            after(|it| it.networks = networks(before)),
            after(|app_password| app_password.networks = networks(after_it)),
        );
        assert_eq!(step(Attribute::Networks, &before_it, &it), wider, "{before} to {after_it}");
    }
}

#[test]
fn an_expiry_is_wider_when_it_is_later_or_gone() {
    let at = |seconds: Option<i64>| {
        after(|it| it.expires_at = seconds.map(|each| Timestamp::from_millis(each * 1000)))
    };
    for (before, later, wider) in
        [(None, Some(9), false), (Some(9), Some(8), false), (Some(8), Some(9), true), (Some(8), None, true)]
    {
        assert_eq!(step(Attribute::Expiry, &at(before), &at(later)), wider, "{before:?} to {later:?}");
    }
    let idle =
        |days: Option<u64>| after(|it| it.idle_expiry = days.map(|each| Duration::from_secs(each * 86_400)));
    for (before, later, wider) in
        [(None, Some(9), false), (Some(9), Some(8), false), (Some(8), Some(9), true), (Some(8), None, true)]
    {
        assert_eq!(
            step(Attribute::IdleExpiry, &idle(before), &idle(later)),
            wider,
            "{before:?} to {later:?}"
        );
    }
}

#[test]
fn senders_are_wider_by_any_address_that_did_not_pass() {
    let own = || SenderRestriction::AccountAddresses;
    let any = || SenderRestriction::Unrestricted;
    for (before, later, wider) in [
        (own(), any(), true),
        (any(), own(), false),
        (any(), senders("news@example.org"), false),
        (own(), senders("webmaster@example.test"), false),
        (own(), senders("webmaster@example.test news@example.test"), true),
        (senders("webmaster@example.test"), own(), true),
        (senders("@example.test"), senders("news@example.test"), false),
        (senders("news@example.test"), senders("@example.test"), true),
        (senders("@example.test @example.org"), senders("@example.org"), false),
    ] {
        let (before_it, it) = (
            after(|it| it.sender = before.clone()),
            after(|app_password| app_password.sender = later.clone()),
        );
        assert_eq!(step(Attribute::Sender, &before_it, &it), wider, "{before:?} to {later:?}");
    }
}

#[test]
fn limits_are_wider_by_any_of_the_four_and_what_is_not_said_is_usual() {
    let some = |number| Some(Allowance::new(number).unwrap());
    let with = |limits: Limits| after(|it| it.limits = limits);
    for (before, later, wider) in [
        (Limits::default(), Limits { sessions: some(2), ..Limits::default() }, false),
        (Limits { sessions: some(2), ..Limits::default() }, Limits::default(), true),
        (Limits::default(), Limits { sessions: some(50), ..Limits::default() }, false),
        (Limits::default(), Limits { sessions: some(51), ..Limits::default() }, true),
        (Limits::default(), Limits { messages_per_hour: some(1_000_000), ..Limits::default() }, false),
        (Limits { messages_per_hour: some(9), ..Limits::default() }, Limits::default(), true),
        (
            Limits { recipients_per_hour: some(9), sign_ins_per_minute: some(9), ..Limits::default() },
            Limits { recipients_per_hour: some(8), sign_ins_per_minute: some(10), ..Limits::default() },
            true,
        ),
    ] {
        assert_eq!(step(Attribute::Limits, &with(before), &with(later)), wider, "{before} to {later}");
    }
}

mod what_is_not_widened {
    //! The comparison against the rule table: what it calls no wider lets nobody in whom the earlier state kept out.

    use proptest::prelude::*;

    use super::*;
    use crate::account::AccountStatus;
    use crate::mfa::MfaState;
    use crate::setting::AccountPasswordsAtDoors;
    use crate::sign_in::{DoorPolicy, SignIn, Verified, decide};

    /// An app password whose rules come from a small world, so that two of them often overlap.
    fn any_app_password() -> impl Strategy<Value = AppPassword> {
        let network = prop::sample::select(vec![
            "192.0.2.0/24",
            "192.0.2.0/25",
            "192.0.2.128/25",
            "192.0.2.7",
            "10.0.0.0/8",
            "2001:db8::/32",
            "2001:db8:1::/48",
        ]);
        let networks = prop::collection::vec(network, 0..4).prop_map(|list| networks(&list.join(" ")));
        let moment = prop::option::of(0_i64..5).prop_map(|at| at.map(Timestamp::from_millis));
        let span = prop::option::of(1_u64..5).prop_map(|span| span.map(Duration::from_millis));
        (1_u32..16, networks, moment, span).prop_map(|(scope, networks, expires_at, idle_expiry)| {
            AppPassword {
                scope: DoorSet::from_bits(scope),
                networks,
                expires_at,
                idle_expiry,
                ..app_password()
            }
        })
    }

    /// The later state with the earlier one's attributes in the place of those that are wider.
    fn without_what_widens(before: &AppPassword, mut after: AppPassword) -> AppPassword {
        for attribute in widened(&anna(), before, &after) {
            match attribute {
                Attribute::Scope => after.scope = before.scope,
                Attribute::Networks => after.networks = before.networks.clone(),
                Attribute::Expiry => after.expires_at = before.expires_at,
                Attribute::IdleExpiry => after.idle_expiry = before.idle_expiry,
                other => panic!("{other:?} is the same in both"),
            }
        }
        after
    }

    proptest! {
        #[test]
        fn lets_nobody_in_who_was_kept_out(before in any_app_password(), after in any_app_password()) {
            let after = without_what_widens(&before, after);
            prop_assert_eq!(widened(&anna(), &before, &after), []);
            for door in [Door::Smtp, Door::Imap, Door::Pop3, Door::ManageSieve] {
                for address in ["192.0.2.7", "192.0.2.200", "10.1.2.3", "2001:db8:1::1", "2001:db8:2::1", "203.0.113.1"] {
                    for now in 0..6 {
                        let lets_in = |app_password: &AppPassword| {
                            let policy = DoorPolicy {
                                door_on: true,
                                app_passwords_on: true,
                                account_passwords: AccountPasswordsAtDoors::Never,
                                report_only: false,
                            };
                            decide(&SignIn {
                                credential: Verified::AppPassword { app_password, rotated_away: false },
                                mfa: MfaState::Enforced,
                                status: &AccountStatus::Active,
                                policy,
                                door,
                                address: address.parse().unwrap(),
                                impersonation_denied: false,
                                limit_reached: false,
                                now: Timestamp::from_millis(now),
                            })
                            .is_ok()
                        };
                        prop_assert!(!lets_in(&after) || lets_in(&before), "{door} {address} {now}");
                    }
                }
            }
        }
    }
}

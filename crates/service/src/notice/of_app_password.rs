//! What is told of app passwords.

use std::net::IpAddr;

use ipnet::IpNet;
use postern_domain::Timestamp;
use postern_domain::app_password::{AppPassword, AppPasswordName};
use postern_domain::door::{Door, DoorSet};
use postern_domain::id::AppPasswordId;
use postern_domain::network::Networks;
use postern_domain::notice::NoticeKind;

use super::doer::{Doer, place, program};
use super::words::{About, Tidings, Words, moment, usable_from};

/// Networks that one notice lists.
const MOST_LISTED: usize = 10;

/// The app password that is told of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Named {
    id: AppPasswordId,
    name: AppPasswordName,
}

impl From<&AppPassword> for Named {
    fn from(app_password: &AppPassword) -> Self {
        Self { id: app_password.id, name: app_password.name.clone() }
    }
}

impl Named {
    fn quoted(&self) -> String {
        format!("\u{201c}{}\u{201d}", self.name.as_str())
    }

    fn words(&self, kind: NoticeKind, what: &str) -> Words {
        let subject = format!("App password {} {what}", self.quoted());
        Words::new(kind, subject).fact("App password", self.name.as_str()).link(self.page())
    }

    fn page(&self) -> String {
        format!("/app-passwords/{}", self.id)
    }
}

/// A use of an app password.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct NetworkUse {
    /// The network: a /24 or a /48.
    pub(crate) network: IpNet,
    pub(crate) address: IpAddr,
    pub(crate) door: Door,
    /// What the program calls itself.
    pub(crate) client: Option<String>,
}

/// What is told of an app password.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum AppPasswordTidings {
    /// It was created: by its owner, or, when somebody else did it, on the account's behalf.
    Created { its: Named, scope: DoorSet, networks: Networks, done: Doer },
    /// It got a new secret. The old one works until then, or until the first use of the new one.
    Rotated { its: Named, old_secret_until: Option<Timestamp>, done: Doer },
    /// It may be used for more, or from more places, than before: what, each with its new value.
    Widened { its: Named, changes: Vec<(String, String)>, done: Doer },
    /// Somebody else than their owner revoked at least one. The reason may be empty.
    Revoked { names: Vec<AppPasswordName>, reason: String, done: Doer },
    /// Somebody else than its owner suspended it.
    Suspended { its: Named, done: Doer },
    /// It works again.
    Resumed { its: Named, done: Doer },
    /// The mailboxes that it may act for, of those of its account, are others now.
    GrantChanged { its: Named, before: String, after: String, done: Doer },
    /// It was used for the first time.
    FirstUse { its: Named, used: NetworkUse },
    /// It was used from networks, at least one, from which it was not used before.
    NewNetworks { its: Named, uses: Vec<NetworkUse>, last_today: bool },
    /// It is about to expire.
    ExpiresSoon { its: Named, expires_at: Timestamp },
    /// It is about to end because nothing uses it.
    IdleSoon { its: Named, last_use: Option<Timestamp>, ends_at: Timestamp },
}

impl Tidings for AppPasswordTidings {
    fn words(&self, about: &About<'_>) -> Words {
        match self {
            Self::Created { its, scope, networks, done } => {
                let by_owner = about.account.is_some_and(|account| done.is_owner(account));
                let (kind, what) = match by_owner {
                    true => (NoticeKind::AppPasswordCreated, "created"),
                    false => (NoticeKind::AppPasswordCreatedOnBehalf, "created for your account"),
                };
                its.words(kind, what)
                    .fact("Good for", scope)
                    .fact("Usable from", usable_from(networks))
                    .done_by(done, about)
            }
            Self::Rotated { its, old_secret_until, done } => its
                .words(NoticeKind::AppPasswordRotated, "has a new secret")
                .fact_if("Old secret works at most until", old_secret_until.map(moment))
                .done_by(done, about),
            Self::Widened { its, changes, done } => its
                .words(NoticeKind::AppPasswordWidened, "may be used for more")
                .facts(changes)
                .done_by(done, about),
            Self::Revoked { names, reason, done } => revoked(names, reason).done_by(done, about),
            Self::Suspended { its, done } => its
                .words(NoticeKind::AppPasswordSuspended, "suspended by an administrator")
                .advice(
                    "The program that uses it cannot sign in until it is resumed. If you did not expect this, ask your \
                     administrator.",
                )
                .done_by(done, about),
            Self::Resumed { its, done } => {
                its.words(NoticeKind::AppPasswordResumed, "works again").done_by(done, about)
            }
            Self::GrantChanged { its, before, after, done } => its
                .words(NoticeKind::GrantChanged, "may act for other mailboxes")
                .fact("Before", before)
                .fact("Now", after)
                .done_by(done, about),
            Self::FirstUse { its, used } => its
                .words(NoticeKind::AppPasswordFirstUse, "used for the first time")
                .facts(&used.facts(about))
                .advice("If this is not the program that you created it for: revoke it."),
            Self::NewNetworks { its, uses, last_today } => new_networks(its, uses, *last_today, about),
            Self::ExpiresSoon { its, expires_at } => its
                .words(NoticeKind::AppPasswordExpiresSoon, "expires soon")
                .fact("Expires", moment(*expires_at))
                .advice("If a program still needs it: change its expiry, or create another one before then."),
            Self::IdleSoon { its, last_use, ends_at } => its
                .words(NoticeKind::AppPasswordIdleSoon, "will end because nothing uses it")
                .fact("Last used", last_use.map_or_else(|| "never".to_owned(), moment))
                .fact("Ends", moment(*ends_at))
                .advice(
                    "If a program still needs it: let the program sign in before then, or give the app password a longer \
                     idle expiry. If a program has stopped, find out why.",
                ),
        }
    }
}

impl NetworkUse {
    fn facts(&self, about: &About<'_>) -> Vec<(String, String)> {
        vec![
            ("From".to_owned(), place(self.address, about.trusted)),
            ("Network".to_owned(), self.network.to_string()),
            ("Door".to_owned(), self.door.to_string()),
            ("Program".to_owned(), program(self.client.as_ref())),
        ]
    }
}

fn new_networks(its: &Named, uses: &[NetworkUse], last_today: bool, about: &About<'_>) -> Words {
    let what = match uses {
        [_] => "used from a new network".to_owned(),
        several => format!("used from {} new networks", several.len()),
    };
    let mut words = its.words(NoticeKind::NewNetwork, &what);
    match uses {
        [one] => words = words.facts(&one.facts(about)),
        several => {
            for one in several.iter().take(MOST_LISTED) {
                let program = program(one.client.as_ref());
                let from = place(one.address, about.trusted);
                words = words.fact("From", format!("{from}, at {}, program: {program}", one.door));
            }
            let more = several.len().saturating_sub(MOST_LISTED);
            words = words.fact_if("And", (more > 0).then(|| format!("{more} more, which its page lists")));
        }
    }
    if last_today {
        words =
            words.fact("From here on", "no more notices of new networks for a day: its page lists them all");
    }
    words.advice("If none of your programs runs there: revoke the app password and create another one.")
}

fn revoked(names: &[AppPasswordName], reason: &str) -> Words {
    let names: Vec<&str> = names.iter().map(AppPasswordName::as_str).collect();
    let subject = match names.as_slice() {
        [one] => format!("App password \u{201c}{one}\u{201d} revoked by an administrator"),
        several => format!("{} app passwords revoked by an administrator", several.len()),
    };
    let (list, advice) = match names.len() {
        1 => ("App password", "The program that uses it cannot sign in any more."),
        _ => ("App passwords", "The programs that use them cannot sign in any more."),
    };
    Words::new(NoticeKind::AppPasswordRevoked, subject)
        .fact(list, names.join(", "))
        .fact_if("Reason", Some(reason).filter(|reason| !reason.is_empty()))
        .advice(format!("{advice} If you did not expect this, ask your administrator."))
}

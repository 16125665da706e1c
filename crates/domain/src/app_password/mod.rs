//! The app password: the subject of this project.

pub mod change;
mod check_symbol;
mod compatible_profiles;
mod ends;
mod name;
mod note;
mod preset;
mod profile;
mod secret;
mod sender;
mod standing;
mod state;

pub use compatible_profiles::{CompatibleProfiles, NoSuchProfile};
pub use name::{AppPasswordName, InvalidAppPasswordName};
pub use note::{AppPasswordNote, InvalidAppPasswordNote};
pub use preset::{Preset, SuggestedSender};
pub use profile::Profile;
pub use secret::{AppPasswordSecret, TypedSecret};
pub use sender::{InvalidSenderList, SenderRestriction};
pub use standing::Standing;
pub use state::{EffectiveState, StoredState};

use std::net::IpAddr;
use std::time::Duration;

use crate::Timestamp;
use crate::account::Account;
use crate::actor::Actor;
use crate::door::{Door, DoorSet};
use crate::id::{AccountId, AppPasswordId};
use crate::impersonation::ImpersonationGrant;
use crate::limits::Limits;
use crate::network::Networks;

/// An app password without its secret: everything that its owner may see at any time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AppPassword {
    /// Names it; unchanged by rotation.
    pub id: AppPasswordId,
    /// Whose it is.
    pub account: AccountId,
    /// What its owner calls it; unique among those of the account that are not revoked: one that expired can be renewed, and
    /// then has its name again.
    pub name: AppPasswordName,
    /// What its owner wrote down about it.
    pub note: Option<AppPasswordNote>,
    /// Form of the secret.
    pub profile: Profile,
    /// The doors for which it is good. Never empty.
    pub scope: DoorSet,
    /// The networks from which it is good.
    pub networks: Networks,
    /// From this moment on it is refused.
    pub expires_at: Option<Timestamp>,
    /// Unused for this long (since its last use, its renewal or its creation, whichever is latest), it is refused.
    pub idle_expiry: Option<Duration>,
    /// Which sender addresses it may use at the SMTP door.
    pub sender: SenderRestriction,
    /// The only mailboxes that it may act for, of those in its account's grant; none: all of those.
    pub grant: Option<ImpersonationGrant>,
    /// How much may be done with it.
    pub limits: Limits,
    /// What has been done to it.
    pub state: StoredState,
    /// When, by whom and from where it was created.
    pub created: Created,
    /// Its last accepted use.
    pub last_use: Option<LastUse>,
    /// How many sign-ins it was accepted for.
    pub use_count: u64,
    /// A rotation's old secret still works until then.
    pub overlap_until: Option<Timestamp>,
    /// When it was renewed after it had gone unused for too long: its idleness counts from then on. None: it never was.
    pub renewed_at: Option<Timestamp>,
}

impl AppPassword {
    /// Longest time that an old secret may go on working after a rotation.
    pub const LONGEST_OVERLAP: Duration = Duration::from_secs(30 * 24 * 3600);

    /// The state at a moment, expiry and idle expiry included.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> EffectiveState {
        state::effective(self, now)
    }

    /// When it went unused for too long, if it did: whatever else became of it.
    #[must_use]
    pub fn idle_expired_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.idle_end().filter(|at| *at <= now)
    }

    /// When it will have gone unused for too long, or has: every use and every renewal moves it. None: it never will.
    #[must_use]
    pub fn idle_end(&self) -> Option<Timestamp> {
        let last = self.last_use.as_ref().map_or(self.created.at, |last| last.at);
        let since = self.renewed_at.map_or(last, |renewed| renewed.max(last));
        self.idle_expiry.map(|span| since.plus(span))
    }

    /// Whether it opens every door, and no network keeps others out.
    #[must_use]
    pub fn opens_everything(&self) -> bool {
        self.scope == DoorSet::all() && !self.networks.limit()
    }

    /// Whether it is its owner who suspended it, with a session or a token of theirs. An owner who was renamed since, and
    /// whose old name is no alias of theirs, is not known any more.
    #[must_use]
    pub fn suspended_by_owner(&self, owner: &Account) -> bool {
        let StoredState::Suspended { by, .. } = &self.state else {
            return false;
        };
        Actor::account_shown_in(by).is_some_and(|name| owner.has_address(&name))
    }
}

/// How an app password came to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Created {
    /// When.
    pub at: Timestamp,
    /// By whom, as [`crate::actor::Actor`] shows itself.
    pub by: String,
    /// From which address; none from the command line.
    pub from: Option<IpAddr>,
}

/// An accepted use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LastUse {
    /// When.
    pub at: Timestamp,
    /// At which door.
    pub door: Door,
    /// From which address.
    pub address: IpAddr,
    /// What the client calls itself (EHLO name, user agent), at most 128 characters, printable.
    pub client: Option<String>,
}

/// An app password for the tests of this crate.
#[cfg(test)]
pub(crate) mod test {
    use super::{AppPassword, Created, Profile, SenderRestriction, StoredState};
    use crate::Timestamp;
    use crate::door::DoorSet;
    use crate::id::{AccountId, AppPasswordId};
    use crate::limits::Limits;
    use crate::network::Networks;

    /// Active, for every door and network, created at the start of time, never used, without expiry.
    pub(crate) fn app_password() -> AppPassword {
        let at = Timestamp::from_millis(0);
        AppPassword {
            id: AppPasswordId::from_bytes([1; 16]),
            account: AccountId::from_bytes([2; 16]),
            name: "Scanner 2nd floor".parse().unwrap(),
            note: None,
            profile: Profile::Standard,
            scope: DoorSet::all(),
            networks: Networks::any(),
            expires_at: None,
            idle_expiry: None,
            sender: SenderRestriction::AccountAddresses,
            grant: None,
            limits: Limits::default(),
            state: StoredState::Active,
            created: Created { at, by: "system".to_owned(), from: None },
            last_use: None,
            use_count: 0,
            overlap_until: None,
            renewed_at: None,
        }
    }
}

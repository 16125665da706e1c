//! The sign-in event: one audited attempt, accepted or refused, with its reason.

use std::net::IpAddr;

use super::{RefusalReason, RefusalReference};
use crate::Timestamp;
use crate::account::AccountName;
use crate::door::Door;
use crate::id::{AccountId, AppPasswordId, SignInEventId};

/// One attempt to sign in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignInEvent {
    /// Names it; sorts by time.
    pub id: SignInEventId,
    /// When.
    pub at: Timestamp,
    /// Where.
    pub place: Place,
    /// The account, when the user name was known. An unknown user name is not kept: it may be a secret typed into the
    /// wrong field.
    pub account: Option<AccountId>,
    /// The client's address.
    pub address: IpAddr,
    /// What the client calls itself, at most 128 printable characters.
    pub client: Option<String>,
    /// What it signed in with.
    pub credential: CredentialUsed,
    /// The mailbox of another that it asked to act for, by its primary address. Kept only where the credential was right,
    /// and only when it is an address: what a stranger sends may be anything.
    pub acting_for: Option<AccountName>,
    /// How it ended.
    pub outcome: Outcome,
}

/// Where somebody signed in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Place {
    /// A program, at a door.
    Door(Door),
    /// A person, at the portal.
    Portal,
}

impl Place {
    /// The name used in storage, JSON and logs: the door's name, or `portal`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Door(door) => door.name(),
            Self::Portal => "portal",
        }
    }

    /// The place of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        if name == "portal" { Some(Self::Portal) } else { name.parse().ok().map(Self::Door) }
    }
}

/// What somebody signed in with, as far as it was recognised.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CredentialUsed {
    /// Nothing that is known.
    Unrecognised {
        /// A keyed tag of the wrong secret, so that the same one can be told from a new guess. It reveals nothing.
        tag: u64,
    },
    /// The account password.
    AccountPassword,
    /// This app password.
    AppPassword(AppPasswordId),
    /// A passkey, without a password: at the portal only.
    Passkey,
    /// The word of an outside identity provider: at the portal only. The audit record of the sign-in says whose.
    OutsideIdentity,
}

impl CredentialUsed {
    /// The app password, or without one the account password.
    #[must_use]
    pub fn of(app_password: Option<AppPasswordId>) -> Self {
        app_password.map_or(Self::AccountPassword, Self::AppPassword)
    }
}

/// How an attempt ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Outcome {
    /// Signed in.
    Accepted {
        /// What would have refused it, had the door not been in report-only mode.
        would_refuse: Option<RefusalReason>,
    },
    /// Refused.
    Refused {
        /// Why.
        reason: RefusalReason,
        /// What the program was told.
        reference: RefusalReference,
    },
}

impl Outcome {
    /// Signed in, with nothing to say about it.
    pub const ACCEPTED: Self = Self::Accepted { would_refuse: None };

    /// Whether somebody signed in, in report-only mode too.
    #[must_use]
    pub const fn is_accepted(self) -> bool {
        matches!(self, Self::Accepted { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_has_a_name_of_its_own() {
        let places = Door::ALL.iter().map(|door| Place::Door(*door)).chain([Place::Portal]);
        for place in places {
            assert_eq!(Place::from_name(place.name()), Some(place), "{}", place.name());
        }
        assert_eq!(Place::from_name("letterbox"), None);
    }
}

//! Sign-ins added up by the hour, and uses of app passwords that have ended. Written with the events themselves, in the
//! same transaction, so that pictures and warnings read some rows and not all events.

use std::net::IpAddr;

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::app_password::LastUse;
use postern_domain::id::AppPasswordId;
use postern_domain::sign_in::{Place, RefusalReason};

use crate::Result;

/// What sort of credential was used.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum CredentialSort {
    /// Nothing that is known.
    Unrecognised,
    /// An account password.
    AccountPassword,
    /// An app password.
    AppPassword,
    /// A passkey, at the portal.
    Passkey,
    /// The word of an outside identity provider, at the portal.
    OutsideIdentity,
}

/// How sign-ins ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Ended {
    /// Accepted.
    Accepted,
    /// Accepted, because the door only reports what would have refused it.
    WouldRefuse(RefusalReason),
    /// Refused.
    Refused(RefusalReason),
}

/// So many sign-ins in one hour, or in one day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignInTally {
    /// The beginning of the hour or day, in UTC.
    pub from: Timestamp,
    /// Where.
    pub place: Place,
    /// With what.
    pub credential: CredentialSort,
    /// How they ended.
    pub ended: Ended,
    /// How many.
    pub count: u64,
}

/// In what steps tallies are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TallyStep {
    /// Each hour by itself.
    Hour,
    /// The hours of a day, in UTC, together.
    Day,
}

impl TallyStep {
    /// Its length in milliseconds.
    #[must_use]
    pub const fn millis(self) -> i64 {
        match self {
            Self::Hour => 3_600_000,
            Self::Day => 24 * 3_600_000,
        }
    }
}

/// Attempts with an app password that has ended: revoked or expired, or one of its secrets rotated away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TriedAfterEnd {
    /// Which.
    pub app_password: AppPasswordId,
    /// Why the last one was refused.
    pub reason: RefusalReason,
    /// The first.
    pub first_at: Timestamp,
    /// The last.
    pub last: LastUse,
    /// How many.
    pub count: u64,
}

impl TriedAfterEnd {
    /// Whether an attempt that was refused for this reason is one with something that has ended.
    #[must_use]
    pub const fn counts(reason: RefusalReason) -> bool {
        use RefusalReason::{Expired, IdleExpired, Revoked, RotatedAway};
        matches!(reason, Revoked | Expired | IdleExpired | RotatedAway)
    }

    /// The address of the last attempt.
    #[must_use]
    pub const fn address(&self) -> IpAddr {
        self.last.address
    }
}

/// Reading tallies.
#[async_trait]
pub trait TalliesRead {
    /// The sign-ins from the hour of `since` on, in order of time, place, credential and end.
    async fn sign_in_tallies(&mut self, since: Timestamp, step: TallyStep) -> Result<Vec<SignInTally>>;

    /// The attempts with this app password after it had ended.
    async fn tried_after_end(&mut self, id: AppPasswordId) -> Result<Option<TriedAfterEnd>>;
}

/// Writing tallies.
#[async_trait]
pub trait TalliesWrite: TalliesRead {
    /// Adds sign-ins, each with the beginning of its hour.
    async fn add_sign_in_tallies(&mut self, tallies: &[SignInTally]) -> Result<()>;

    /// Adds attempts: counts add up, the later `last` wins with its reason.
    async fn add_tried_after_end(&mut self, tried: &[TriedAfterEnd]) -> Result<()>;
}

//! Deeds on app passwords.

mod attributes;
mod change_app_password;
mod create_app_password;
mod describe_app_password;
mod end_overlap;
mod list_app_passwords;
mod make_secret;
mod revoke_app_password;
mod room_for_app_passwords;
mod rotate_app_password;
mod set_impersonation_grant;
mod suspend_app_password;
mod theirs;

pub use change_app_password::{ChangeAppPassword, ChangedAppPassword};
pub use create_app_password::{CreateAppPassword, CreatedAppPassword};

pub use describe_app_password::AppPasswordDescription;
pub use postern_domain::app_password::change::Attribute;
use postern_domain::app_password::{AppPassword, EffectiveState, Profile};
use postern_domain::audit::Operation;
use postern_domain::door::DoorSet;
use postern_domain::setting::show_span;
use postern_domain::text::counted;
pub use postern_storage::{AppPasswordDay, AppPasswordPlace, AppPasswordSource};
pub use room_for_app_passwords::AppPasswordRoom;
use std::time::Duration;

use postern_storage::{Change, ChangeKind, StorageError};

use crate::Failure;
use crate::audit::Record;

/// Why a deed on an app password was not done.
#[derive(Debug, thiserror::Error)]
pub enum AppPasswordError {
    /// No account has that name.
    #[error("there is no account with that name")]
    NoSuchAccount,
    /// There is no such app password (or it is another account's, which must not be told apart).
    #[error("there is no such app password")]
    NoSuchAppPassword,
    /// A live app password of the account has that name.
    #[error("an app password with that name is there already: choose another name, or revoke that one first")]
    NameTaken,
    /// The account has as many as it may.
    #[error(
        "the account has {}, which is the most it may have: revoke one that is no longer used",
        counted((*.most).into(), "app password")
    )]
    TooMany {
        /// The most.
        most: u32,
    },
    /// Doors that no new app password may be good for.
    #[error("your organization allows no new app password for: {doors}")]
    ScopeNotAllowed {
        /// Which.
        doors: DoorSet,
    },
    /// A form of the secret that the settings do not offer.
    #[error(
        "your organization allows no new app password of the form `{}`: create one of the form `standard`, or have an administrator add the form to the setting `compatible_profiles`",
        .profile.name()
    )]
    ProfileNotAllowed {
        /// Which.
        profile: Profile,
    },
    /// From any network, where the organization wants it limited.
    #[error(
        "your organization wants each app password limited to networks: name at least one, none wider than a /8"
    )]
    NetworksNeeded,
    /// Without expiry, or with one too far ahead.
    #[error("your organization wants each app password to expire, at most {} ahead", show_span(*.longest))]
    ExpiryNeeded {
        /// How far ahead at most.
        longest: Duration,
    },
    /// Without idle expiry, or with too long a one.
    #[error("your organization wants each app password to end when unused, after at most {}", show_span(*.longest))]
    IdleExpiryNeeded {
        /// How long at most.
        longest: Duration,
    },
    /// No door was chosen.
    #[error("choose at least one thing that the app password is good for")]
    EmptyScope,
    /// More networks than may be.
    #[error("too many networks: an app password has at most {most}")]
    TooManyNetworks {
        /// The most.
        most: usize,
    },
    /// More sender addresses than may be.
    #[error("too many sender addresses: an app password has at most {most}")]
    TooManySenders {
        /// The most.
        most: usize,
    },
    /// A person acts for nobody else.
    #[error("only the app password of a service account may act for other mailboxes, and this is a person's")]
    NotAServiceAccount,
    /// Only an administrator may allow more sessions or sign-ins than usual.
    #[error(
        "more than {sessions} sessions or {sign_ins} sign-ins a minute are for an administrator to allow"
    )]
    AboveUsual {
        /// Sessions at once.
        sessions: u32,
        /// Sign-ins in a minute.
        sign_ins: u32,
    },
    /// The expiry is not in the future.
    #[error("the expiry is in the past: choose a later date")]
    ExpiryInThePast,
    /// The idle expiry is so short that it would end before its program's next use.
    #[error("too short an idle expiry: it is at least 1 day")]
    IdleExpiryTooShort,
    /// The overlap is longer than it may be.
    #[error("the old secret can go on working for at most 30 days")]
    OverlapTooLong,
    /// The administrator has switched creation off.
    #[error("creating app passwords is switched off by your administrator; the ones you have go on working")]
    SwitchedOff,
    /// Who asked may not.
    #[error("app passwords of that account are not yours to see or change")]
    NotAllowed,
    /// An administrator lets a person's app password do less, not more.
    #[error("an administrator may let a person's app password do less, not more: that is for its owner")]
    OwnersToWiden,
    /// Its owner does not resume what was taken from them.
    #[error("an administrator suspended it, and an administrator can resume it")]
    SuspendedByAnother,
    /// The deed needs a second factor that was checked in the last minutes.
    #[error("confirm with your second factor first")]
    StepUpNeeded,
    /// The account is blocked.
    #[error("the account is blocked")]
    AccountBlocked,
    /// Its state does not allow the deed.
    #[error("the app password is no longer active")]
    NotActive {
        /// The state it is in.
        state: EffectiveState,
    },
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for AppPasswordError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Conflict { .. } => Self::NameTaken,
            error => Self::Failure(error.into()),
        }
    }
}

/// The audit record of a deed on an app password.
fn record_of(operation: Operation, app_password: &AppPassword) -> Record {
    Record::of(operation)
        .account(app_password.account)
        .app_password(app_password.id)
        .detail("name", &app_password.name)
}

/// Tells every server to judge the live sessions of an app password anew.
fn changed(app_password: &AppPassword) -> Change {
    Change::new(ChangeKind::AppPassword(app_password.account, app_password.id))
}

#[cfg(test)]
mod tests;

//! Deeds on consents: an owner gives one in the portal or by a code for another device, looks at it, withdraws it.

mod begin_consent;
mod device_consent;
mod device_ticket;
mod end_consents;
mod finish_consent;
mod identity;
mod list_consents;
mod store_consent;
mod withdraw_consent;

pub use begin_consent::ConsentStart;
pub(crate) use begin_consent::nonce;
pub use device_consent::{DeviceConsent, DeviceProgress};
pub use device_ticket::DeviceStand;
pub(super) use list_consents::find_theirs;
pub use list_consents::{ConsentOffer, ConsentRow};

use postern_domain::account::AccountName;
use postern_storage::StorageError;

use super::exchange::Trouble;
use crate::Failure;

/// Why a consent was not given, shown or withdrawn.
#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    /// There is no such account, or who asks may not know of it.
    #[error("there is no account {name}")]
    NoSuchAccount {
        /// Its name.
        name: AccountName,
    },
    /// No provider of that name asks owners for their consent.
    #[error("no provider of that name asks owners for their consent")]
    NoSuchProvider,
    /// The provider has no endpoint for codes (RFC 8628).
    #[error("the provider has no device_endpoint: the owner can connect the mailbox in the portal")]
    NoDeviceEndpoint,
    /// There is no such consent.
    #[error("there is no such consent")]
    NoSuchConsent,
    /// There is no such mailbox password.
    #[error("no mailbox password is stored for that upstream")]
    NoSuchPassword,
    /// Who asks may not.
    #[error("only the mailbox's owner may do that, and administrators whose role allows it")]
    NotAllowed,
    /// The deed needs a second factor that was checked in the last minutes.
    #[error("confirm with your second factor first")]
    StepUpNeeded,
    /// The session is over.
    #[error("your session is over: sign in again")]
    SessionOver,
    /// The answer belongs to no request of this session: a stale page, a second time, or somebody else's link.
    #[error("this is the answer to no request of this session: begin again")]
    UnknownRequest,
    /// What is shown as the code of a device that waits is none of this account at this provider.
    #[error("it is no device code of this account at this provider: begin again")]
    UnknownDeviceCode,
    /// The provider was asked a moment ago.
    #[error("the provider was asked a moment ago: wait for {} s", after.as_secs().max(1))]
    TooSoon {
        /// How long to wait.
        after: std::time::Duration,
    },
    /// The answer comes from another provider than the one that was asked (RFC 9207).
    #[error("the answer names another provider than the one that was asked")]
    OtherIssuer,
    /// The owner, or the provider, said no.
    #[error("the provider says: {words}")]
    Denied {
        /// What the provider said.
        words: String,
    },
    /// Who answered is not this account.
    #[error(
        "the provider says that {} answered, which is no address of this account: sign in there with your own mailbox", who.as_deref().unwrap_or("somebody")
    )]
    OtherMailbox {
        /// Who answered, where it says so.
        who: Option<String>,
    },
    /// The identity token is missing, or not for us, or not for this request.
    #[error("the provider did not say whose mailbox answered")]
    UnknownMailbox,
    /// Without a refresh token the consent would be over within the hour.
    #[error(
        "the provider gave no refresh token: its registration of Postern must allow offline access (scope offline_access)"
    )]
    NoRefreshToken,
    /// The provider does not work.
    #[error("the provider of access tokens cannot be used: {problem}")]
    Unavailable {
        /// What is wrong.
        problem: String,
    },
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for ConsentError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

impl From<Trouble> for ConsentError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Refused(error) => Self::Denied { words: error.to_string() },
            other => Self::Unavailable { problem: other.to_string() },
        }
    }
}

//! Why somebody did not get in, or linked nothing, through an outside identity provider: each by whose fault it is.

use postern_domain::sign_in::RefusalReference;
use postern_storage::StorageError;

use super::{OutsideTrouble, TokenFault};
use crate::Failure;

/// Why it did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum OutsideError {
    /// Nobody's fault: a stale page, a second time, another browser, or somebody else's link.
    #[error("this is the answer to no sign-in that was begun in this browser: begin again")]
    UnknownRequest,
    /// No provider of that name: the page is older than the configuration.
    #[error("there is no identity provider of that name any more: begin again")]
    NoSuchProvider,
    /// The answer names another provider than the one that was asked (RFC 9207).
    #[error("the answer comes from another provider than the one that was asked")]
    OtherProvider,
    /// The person, or the provider, said no.
    #[error("{provider} says: {words}")]
    Denied {
        /// The provider's label.
        provider: String,
        /// What it said, at most 300 printable characters.
        words: String,
    },
    /// The provider cannot be used: its fault, or the configuration's.
    #[error("{provider} cannot be used now: {trouble}")]
    Unavailable {
        /// The provider's label.
        provider: String,
        /// What is wrong.
        trouble: OutsideTrouble,
    },
    /// What came as the provider's answer does not hold.
    #[error("the answer of {provider} does not hold: {fault} (ref {reference})")]
    Answer {
        /// The provider's label.
        provider: String,
        /// What is wrong with it.
        fault: TokenFault,
        /// What an administrator can look up.
        reference: RefusalReference,
    },
    /// The provider vouches for somebody to whom no account is linked.
    #[error("no account here is linked to {who} at {provider} (ref {reference})")]
    NotLinked {
        /// The provider's label.
        provider: String,
        /// What it calls them.
        who: String,
        /// What an administrator can look up.
        reference: RefusalReference,
    },
    /// The account is blocked, or is a service account's.
    #[error("the account of {who} may not sign in here: ask your administrator (ref {reference})")]
    Blocked {
        /// What the provider calls them.
        who: String,
        /// What an administrator can look up.
        reference: RefusalReference,
    },
    /// Another account is linked to the same person at the provider.
    #[error("{who} at {provider} is linked to another account already")]
    LinkedElsewhere {
        /// The provider's label.
        provider: String,
        /// What it calls them.
        who: String,
    },
    /// More links than an account may have.
    #[error("an account is linked to at most {most} outside identities: unlink one first")]
    TooMany {
        /// The most.
        most: usize,
    },
    /// Somebody else answered than the one at this session.
    #[error("somebody else answered at {provider}: confirm as the person whose account this is")]
    OtherPerson {
        /// The provider's label.
        provider: String,
    },
    /// The provider did not say that a second factor was given just now.
    #[error("{provider} did not say that a second factor was given just now")]
    NotFresh {
        /// The provider's label.
        provider: String,
    },
    /// The deed needs a second factor that was checked in the last minutes.
    #[error("confirm with your second factor first")]
    StepUpNeeded,
    /// The session is over.
    #[error("your session is over: sign in again")]
    SessionOver,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for OutsideError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

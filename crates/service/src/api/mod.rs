//! API tokens and service principals: making and ending them, and who a program at the API is.

mod caller;
mod create_api_token;
mod idempotency;
mod list_api_tokens;
mod revoke_api_token;
mod service_principal;
mod version;

pub(crate) use caller::Program;
pub use caller::{ApiCaller, RefusedBearer};
pub use create_api_token::{CreateApiToken, CreatedApiToken};
pub use idempotency::Keyed;
pub use list_api_tokens::{ApiTokenQuery, ListedApiToken};
pub use postern_storage::PrincipalPlace;
pub use service_principal::{
    AddServicePrincipal, AddedServicePrincipal, ClientCredentials, IssueAccessTokenError, IssuedAccessToken,
    ServicePrincipalError,
};

pub use version::{Precondition, Version, Versioned};

use postern_domain::api_token::ApiToken;
use postern_domain::audit::Operation;
use postern_storage::StorageError;

use crate::Failure;
use crate::audit::Record;

/// Why a deed on an API token was not done.
#[derive(Debug, thiserror::Error)]
pub enum ApiTokenError {
    /// No account has that name.
    #[error("there is no account with that name")]
    NoSuchAccount,
    /// There is no such token (or it is another account's, which must not be told apart).
    #[error("there is no such API token")]
    NoSuchToken,
    /// Who asked may not.
    #[error("your role does not allow that")]
    NotAllowed,
    /// A token asked for another one.
    #[error("no token makes a token: create it in the portal, with your second factor")]
    AskedByToken,
    /// The deed needs a second factor that was checked in the last minutes.
    #[error("confirm with your second factor first")]
    StepUpNeeded,
    /// The account is blocked.
    #[error("the account is blocked")]
    AccountBlocked,
    /// Service accounts have no tokens.
    #[error("a service account has no API tokens: add a service principal for a program of its own")]
    NotAPerson,
    /// Nothing was chosen.
    #[error("choose at least one thing that the token may be used for")]
    NoScope,
    /// The owner may not do that.
    #[error("the owner's role does not allow `{scope}`")]
    BeyondRole {
        /// The scope's name.
        scope: &'static str,
    },
    /// More networks than may be.
    #[error("too many networks: a token has at most {most}")]
    TooManyNetworks {
        /// The most.
        most: usize,
    },
    /// The expiry is not in the future.
    #[error("the expiry is in the past: choose a later date")]
    ExpiryInThePast,
    /// The expiry is more than a year ahead.
    #[error("the expiry is too far ahead: a token is good for a year at most")]
    ExpiryTooFar,
    /// The account has as many as it may.
    #[error(
        "the account has {most} API tokens, which is the most it may have: revoke one that is no longer used"
    )]
    TooMany {
        /// The most.
        most: u64,
    },
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for ApiTokenError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

/// The audit record of a deed on an API token.
fn record_of(operation: Operation, token: &ApiToken) -> Record {
    Record::of(operation).account(token.account).detail("name", &token.name).detail("token", token.id)
}

#[cfg(test)]
mod tests;

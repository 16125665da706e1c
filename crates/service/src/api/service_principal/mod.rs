//! Service principals: programs with permissions of their own, given by a global administrator.

mod add;
mod issue_access_token;
mod list;
mod revoke;
mod rotate_secret;

pub use add::{AddServicePrincipal, AddedServicePrincipal};
pub use issue_access_token::{ClientCredentials, IssueAccessTokenError, IssuedAccessToken};

use postern_domain::account::Permission;
use postern_domain::api_token::ServicePrincipal;
use postern_domain::audit::Operation;
use postern_domain::id::ServicePrincipalId;
use postern_storage::{Snapshot, StorageError};

use crate::Failure;
use crate::audit::Record;
use crate::authorise::Asker;

/// Why a deed on a service principal was not done.
#[derive(Debug, thiserror::Error)]
pub enum ServicePrincipalError {
    /// There is none.
    #[error("there is no such service principal")]
    NoSuchPrincipal,
    /// A live one has that name.
    #[error("a service principal with that name is there already: choose another name")]
    NameTaken,
    /// Who asked may not.
    #[error("your role does not allow that")]
    NotAllowed,
    /// A token asked for another one.
    #[error("no token makes a token: do it in the admin area, with your second factor")]
    AskedByToken,
    /// The deed needs a second factor that was checked in the last minutes.
    #[error("confirm with your second factor first")]
    StepUpNeeded,
    /// Nothing was chosen.
    #[error("choose at least one thing that it may do")]
    NoPermission,
    /// It has no account that could be its own.
    #[error("a service principal has no account of its own: choose permissions, not `{scope}`")]
    NothingOwn {
        /// The scope's name.
        scope: &'static str,
    },
    /// More networks than may be.
    #[error("too many networks: a service principal has at most {most}")]
    TooManyNetworks {
        /// The most.
        most: usize,
    },
    /// The expiry is not in the future.
    #[error("the expiry is in the past: choose a later date")]
    ExpiryInThePast,
    /// It was revoked.
    #[error("the service principal was revoked: add another one")]
    Revoked,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for ServicePrincipalError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Conflict { .. } => Self::NameTaken,
            error => Self::Failure(error.into()),
        }
    }
}

/// Demands somebody who may make credentials of programs: a person or the operator, with a fresh second factor.
fn allow_making(asker: &Asker, now: postern_domain::Timestamp) -> Result<(), ServicePrincipalError> {
    if asker.is_program() {
        return Err(ServicePrincipalError::AskedByToken);
    }
    if !asker.may(Permission::ManageTokens) {
        return Err(ServicePrincipalError::NotAllowed);
    }
    asker.stepped_up(now).then_some(()).ok_or(ServicePrincipalError::StepUpNeeded)
}

/// The principal that is there and was not revoked.
async fn find_live(
    state: &mut (dyn Snapshot + '_),
    id: ServicePrincipalId,
) -> Result<ServicePrincipal, ServicePrincipalError> {
    match state.service_principal(id).await? {
        Some((principal, _)) if principal.revoked.is_none() => Ok(principal),
        Some(_) => Err(ServicePrincipalError::Revoked),
        None => Err(ServicePrincipalError::NoSuchPrincipal),
    }
}

fn record_of(operation: Operation, principal: &ServicePrincipal) -> Record {
    Record::of(operation).detail("name", &principal.name).detail("service principal", principal.id)
}

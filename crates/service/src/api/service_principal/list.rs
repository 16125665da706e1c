//! List and show service principals.

use postern_domain::account::Permission;
use postern_domain::api_token::ServicePrincipal;
use postern_domain::id::ServicePrincipalId;
use postern_storage::PrincipalPlace;

use super::ServicePrincipalError;
use crate::authorise::Asker;
use crate::{By, Service};

impl Service {
    /// Service principals by name, revoked ones too: at most `limit` after `after`.
    ///
    /// # Errors
    /// [`ServicePrincipalError::NotAllowed`], [`ServicePrincipalError::Failure`].
    pub async fn list_service_principals(
        &self,
        by: By<'_>,
        after: Option<&PrincipalPlace>,
        limit: u32,
    ) -> Result<Vec<ServicePrincipal>, ServicePrincipalError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        if !Asker::read(by, &mut *snapshot, self.now()).await?.may(Permission::ManageTokens) {
            return Err(ServicePrincipalError::NotAllowed);
        }
        Ok(snapshot.service_principals(after, limit).await?)
    }

    /// One service principal.
    ///
    /// # Errors
    /// [`ServicePrincipalError::NotAllowed`], [`ServicePrincipalError::NoSuchPrincipal`],
    /// [`ServicePrincipalError::Failure`].
    pub async fn show_service_principal(
        &self,
        by: By<'_>,
        id: ServicePrincipalId,
    ) -> Result<ServicePrincipal, ServicePrincipalError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        if !Asker::read(by, &mut *snapshot, self.now()).await?.may(Permission::ManageTokens) {
            return Err(ServicePrincipalError::NotAllowed);
        }
        let found = snapshot.service_principal(id).await?;
        found.map(|(principal, _)| principal).ok_or(ServicePrincipalError::NoSuchPrincipal)
    }
}

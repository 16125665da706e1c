//! Revoke a service principal.

use postern_domain::account::Permission;
use postern_domain::api_token::{ServicePrincipal, TokenRevocation};
use postern_domain::audit::Operation;
use postern_domain::id::ServicePrincipalId;

use super::{ServicePrincipalError, find_live, record_of};
use crate::authorise::Asker;
use crate::notice::OrganizationTidings;
use crate::{By, Service};

impl Service {
    /// Revokes a service principal with its access tokens; its name is free again. No step-up is asked for: cutting off
    /// must be easy.
    ///
    /// # Errors
    /// [`ServicePrincipalError`].
    pub async fn revoke_service_principal(
        &self,
        by: By<'_>,
        id: ServicePrincipalId,
    ) -> Result<ServicePrincipal, ServicePrincipalError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        if !asker.may(Permission::ManageTokens) {
            return Err(ServicePrincipalError::NotAllowed);
        }
        let mut principal = find_live(&mut *transaction, id).await?;
        principal.revoked = Some(TokenRevocation { at: now, by: by.actor().to_string() });
        transaction.update_service_principal(&principal, None).await?;
        transaction.delete_access_tokens_of(id).await?;
        let record = record_of(Operation::RevokeServicePrincipal, &principal).by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        let told = principal.clone();
        let notice =
            OrganizationTidings::ServicePrincipal { principal: told, what: "was revoked", done: by.into() };
        self.tell_administrators(&mut *transaction, None, notice, now).await?;
        transaction.commit().await?;
        Ok(principal)
    }
}

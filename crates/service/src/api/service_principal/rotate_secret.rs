//! Give a service principal a new secret.

use postern_domain::Timestamp;
use postern_domain::api_token::{BearerKind, BearerText};
use postern_domain::audit::Operation;
use postern_domain::id::ServicePrincipalId;

use super::{AddedServicePrincipal, ServicePrincipalError, allow_making, find_live, record_of};
use crate::authorise::Asker;
use crate::notice::OrganizationTidings;
use crate::{By, Service};

impl Service {
    /// Gives a service principal a new secret, good until `expires_at`. The old secret and the access tokens that were
    /// issued for it end at once.
    ///
    /// # Errors
    /// [`ServicePrincipalError`].
    pub async fn rotate_client_secret(
        &self,
        by: By<'_>,
        id: ServicePrincipalId,
        expires_at: Option<Timestamp>,
    ) -> Result<AddedServicePrincipal, ServicePrincipalError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        allow_making(&asker, now)?;
        if expires_at.is_some_and(|expires_at| expires_at <= now) {
            return Err(ServicePrincipalError::ExpiryInThePast);
        }
        let mut principal = find_live(&mut *transaction, id).await?;
        principal.secret_expires_at = expires_at;
        let secret = BearerText::generate(BearerKind::ClientSecret, self.random());
        let hash = self.keys().new_bearer_hash(&secret);
        transaction.update_service_principal(&principal, Some(&hash)).await?;
        let ended = transaction.delete_access_tokens_of(id).await?;
        let record = record_of(Operation::RotateClientSecret, &principal)
            .detail("access tokens ended", ended)
            .detail_if("secret expires at", expires_at);
        transaction.append_audit_records(vec![record.by(by.actor(), now)]).await?;
        let told = principal.clone();
        let notice = OrganizationTidings::ServicePrincipal {
            principal: told,
            what: "has a new secret",
            done: by.into(),
        };
        self.tell_administrators(&mut *transaction, None, notice, now).await?;
        transaction.commit().await?;
        Ok(AddedServicePrincipal { principal, secret })
    }
}

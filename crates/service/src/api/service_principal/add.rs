//! Add a service principal.

use postern_domain::Timestamp;
use postern_domain::api_token::{BearerKind, BearerText, Scope, Scopes, ServicePrincipal, TokenName};
use postern_domain::audit::Operation;
use postern_domain::id::ServicePrincipalId;
use postern_domain::network::Networks;

use super::{ServicePrincipalError, allow_making, record_of};
use crate::authorise::Asker;
use crate::notice::OrganizationTidings;
use crate::{By, Service};

/// A service principal to be added.
#[derive(Clone, Debug)]
pub struct AddServicePrincipal {
    /// What it is called.
    pub name: TokenName,
    /// What it may do; nothing of one's own, for it has no account.
    pub scopes: Scopes,
    /// From where.
    pub networks: Networks,
    /// When its secret ends; none: never.
    pub secret_expires_at: Option<Timestamp>,
}

/// An added service principal (or one with a new secret), with its secret, this once.
#[derive(Debug)]
pub struct AddedServicePrincipal {
    /// The principal.
    pub principal: ServicePrincipal,
    /// Its client secret. It is nowhere else.
    pub secret: BearerText,
}

impl Service {
    /// Adds a service principal: by a global administrator with a fresh second factor, or by the operator.
    ///
    /// # Errors
    /// [`ServicePrincipalError`].
    pub async fn add_service_principal(
        &self,
        by: By<'_>,
        new: AddServicePrincipal,
    ) -> Result<AddedServicePrincipal, ServicePrincipalError> {
        new.check(self.now())?;
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        allow_making(&asker, now)?;
        // Nobody gives what they have not got.
        let given = |scope: Scope| matches!(scope, Scope::For(permission) if asker.may(permission));
        if !new.scopes.iter().all(given) {
            return Err(ServicePrincipalError::NotAllowed);
        }
        let secret = BearerText::generate(BearerKind::ClientSecret, self.random());
        let principal = ServicePrincipal {
            id: ServicePrincipalId::generate(&*self.parts.clock, self.random()),
            name: new.name,
            scopes: new.scopes,
            networks: new.networks,
            created_at: now,
            created_by: by.actor().to_string(),
            secret_expires_at: new.secret_expires_at,
            last_use: None,
            revoked: None,
        };
        transaction.insert_service_principal(&principal, &self.keys().new_bearer_hash(&secret)).await?;
        let record = record_of(Operation::AddServicePrincipal, &principal)
            .detail("scopes", principal.scopes)
            .detail("networks", &principal.networks)
            .detail_if("secret expires at", principal.secret_expires_at);
        transaction.append_audit_records(vec![record.by(by.actor(), now)]).await?;
        let told = principal.clone();
        let notice =
            OrganizationTidings::ServicePrincipal { principal: told, what: "was added", done: by.into() };
        self.tell_administrators(&mut *transaction, None, notice, now).await?;
        transaction.commit().await?;
        Ok(AddedServicePrincipal { principal, secret })
    }
}

impl AddServicePrincipal {
    fn check(&self, now: Timestamp) -> Result<(), ServicePrincipalError> {
        if self.scopes.is_empty() {
            return Err(ServicePrincipalError::NoPermission);
        }
        if let Some(own) = self.scopes.iter().find(|scope| matches!(scope, Scope::Own(_))) {
            return Err(ServicePrincipalError::NothingOwn { scope: own.name() });
        }
        if self.networks.as_slice().len() > Networks::MOST {
            return Err(ServicePrincipalError::TooManyNetworks { most: Networks::MOST });
        }
        if self.secret_expires_at.is_some_and(|expires_at| expires_at <= now) {
            return Err(ServicePrincipalError::ExpiryInThePast);
        }
        Ok(())
    }
}

//! Revoke an API token.

use postern_domain::api_token::{ApiToken, TokenRevocation};
use postern_domain::audit::Operation;
use postern_domain::id::ApiTokenId;

use super::list_api_tokens::find;
use super::{ApiTokenError, record_of};
use crate::authorise::Asker;
use crate::{By, Service};

impl Service {
    /// Revokes an API token: no request that starts afterwards is accepted with it. Revoking a revoked one changes
    /// nothing. By its owner, by those who manage tokens, or by whoever holds it. No step-up is asked for: cutting off
    /// must be easy.
    ///
    /// # Errors
    /// [`ApiTokenError::NoSuchToken`], [`ApiTokenError::Failure`].
    pub async fn revoke_api_token(&self, by: By<'_>, id: ApiTokenId) -> Result<ApiToken, ApiTokenError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let itself = matches!(by, By::Token(caller) if caller.token_id() == Some(id)) && asker.is_program();
        let mut token = if itself {
            transaction.api_token(id).await?.ok_or(ApiTokenError::NoSuchToken)?
        } else {
            find(&asker, &mut *transaction, id).await?.token
        };
        if token.revoked.is_some() {
            return Ok(token);
        }
        token.revoked = Some(TokenRevocation { at: now, by: by.actor().to_string() });
        transaction.revoke_api_token(&token).await?;
        let record = record_of(Operation::RevokeApiToken, &token).by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        transaction.commit().await?;
        Ok(token)
    }
}

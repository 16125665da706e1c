//! Revoke an API token.

use postern_domain::api_token::{ApiToken, TokenRevocation};
use postern_domain::audit::Operation;
use postern_domain::id::{AccountId, ApiTokenId};
use postern_storage::{ApiTokenFilter, StorageError, Transaction};

use super::list_api_tokens::find;
use super::{ApiTokenError, record_of};
use crate::authorise::Asker;
use crate::notice::{SignInTidings, tell};
use crate::{By, Service};

/// Tokens that are read at once: more than most accounts ever had.
const PAGE: u32 = 200;

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
        self.revoke_token_in(&mut *transaction, by, &mut token).await?;
        if !asker.is(token.account)
            && !itself
            && let Some(owner) = transaction.account(token.account).await?
        {
            let notice = SignInTidings::TokenRevoked { token: token.clone(), done: by.into() };
            tell(&mut *transaction, &owner, notice, now).await?;
        }
        transaction.commit().await?;
        Ok(token)
    }

    /// Revokes every API token of an account that is still good, in a transaction that is still open. Gives how many.
    pub(crate) async fn revoke_api_tokens_of(
        &self,
        transaction: &mut (dyn Transaction + '_),
        by: By<'_>,
        account: AccountId,
    ) -> Result<u64, StorageError> {
        let now = self.now();
        let mut revoked = 0;
        let mut filter = ApiTokenFilter { account: Some(account), before: None, limit: PAGE };
        loop {
            let tokens = transaction.api_tokens(&filter).await?;
            let Some((last, _)) = tokens.last() else { return Ok(revoked) };
            filter.before = Some(last.id);
            for (mut token, _) in tokens {
                if token.revoked.is_none() && token.expires_at > now {
                    self.revoke_token_in(transaction, by, &mut token).await?;
                    revoked += 1;
                }
            }
        }
    }

    async fn revoke_token_in(
        &self,
        transaction: &mut (dyn Transaction + '_),
        by: By<'_>,
        token: &mut ApiToken,
    ) -> Result<(), StorageError> {
        let now = self.now();
        token.revoked = Some(TokenRevocation { at: now, by: by.actor().to_string() });
        transaction.revoke_api_token(token).await?;
        let record = record_of(Operation::RevokeApiToken, token).by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        Ok(())
    }
}

//! Create an API token.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountKind, AccountName, AccountStatus, Permission};
use postern_domain::api_token::{ApiToken, BearerKind, BearerText, LONGEST_LIFE, Scope, Scopes, TokenName};
use postern_domain::audit::Operation;
use postern_domain::id::ApiTokenId;
use postern_domain::network::Networks;

use super::{ApiTokenError, record_of};
use crate::authorise::Asker;
use crate::notice::{SignInTidings, tell};
use crate::{By, Service};

/// Most live API tokens of an account: more than anybody keeps apart.
const MOST: u64 = 50;

/// An API token to be created.
#[derive(Clone, Debug)]
pub struct CreateApiToken {
    /// Whose it is to be: a person.
    pub account: AccountName,
    /// What it is called.
    pub name: TokenName,
    /// What it may be used for, of what its owner may.
    pub scopes: Scopes,
    /// From where.
    pub networks: Networks,
    /// When it ends: at most a year ahead.
    pub expires_at: Timestamp,
}

/// A created API token, with its text, this once.
#[derive(Debug)]
pub struct CreatedApiToken {
    /// The token.
    pub token: ApiToken,
    /// Its text. It is nowhere else.
    pub text: BearerText,
}

impl Service {
    /// Creates an API token, by its owner with a fresh second factor, or by the operator. Its owner is told.
    ///
    /// # Errors
    /// [`ApiTokenError`].
    pub async fn create_api_token(
        &self,
        by: By<'_>,
        new: CreateApiToken,
    ) -> Result<CreatedApiToken, ApiTokenError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let account = transaction.account_by_address(&new.account).await?;
        let account = owner(&asker, account)?;
        if !asker.stepped_up(now) {
            return Err(ApiTokenError::StepUpNeeded);
        }
        new.check(&account, now)?;
        if transaction.live_api_token_count(account.id, now).await? >= MOST {
            return Err(ApiTokenError::TooMany { most: MOST });
        }
        let text = BearerText::generate(BearerKind::ApiToken, self.random());
        let token = ApiToken {
            id: ApiTokenId::generate(&*self.parts.clock, self.random()),
            account: account.id,
            name: new.name,
            scopes: new.scopes,
            networks: new.networks,
            created_at: now,
            created_by: by.actor().to_string(),
            expires_at: new.expires_at,
            last_use: None,
            revoked: None,
        };
        transaction.insert_api_token(&token, &self.keys().new_bearer_hash(&text)).await?;
        let record = record_of(Operation::CreateApiToken, &token)
            .detail("scopes", token.scopes)
            .detail("networks", &token.networks)
            .detail("expires at", token.expires_at);
        transaction.append_audit_records(vec![record.by(by.actor(), now)]).await?;
        let notice = SignInTidings::TokenCreated { token: token.clone(), done: by.into() };
        tell(&mut *transaction, &account, notice, now).await?;
        transaction.commit().await?;
        Ok(CreatedApiToken { token, text })
    }
}

/// The account, when whoever asks may make a token for it: nobody makes one for somebody else, whose rights they would
/// then hold.
fn owner(asker: &Asker, account: Option<Account>) -> Result<Account, ApiTokenError> {
    if asker.is_program() {
        return Err(ApiTokenError::AskedByToken);
    }
    match account {
        Some(account) if asker.is(account.id) || asker.is_operator() => Ok(account),
        None if asker.may(Permission::ReadAccounts) => Err(ApiTokenError::NoSuchAccount),
        Some(_) | None => Err(ApiTokenError::NotAllowed),
    }
}

impl CreateApiToken {
    fn check(&self, account: &Account, now: Timestamp) -> Result<(), ApiTokenError> {
        if account.kind != AccountKind::Person {
            return Err(ApiTokenError::NotAPerson);
        }
        if account.status != AccountStatus::Active {
            return Err(ApiTokenError::AccountBlocked);
        }
        if self.scopes.is_empty() {
            return Err(ApiTokenError::NoScope);
        }
        let beyond =
            |scope: &Scope| matches!(scope, Scope::For(permission) if !account.role.may(*permission));
        if let Some(scope) = self.scopes.iter().find(beyond) {
            return Err(ApiTokenError::BeyondRole { scope: scope.name() });
        }
        if self.networks.as_slice().len() > Networks::MOST {
            return Err(ApiTokenError::TooManyNetworks { most: Networks::MOST });
        }
        if self.expires_at <= now {
            return Err(ApiTokenError::ExpiryInThePast);
        }
        if self.expires_at > now.plus(LONGEST_LIFE) {
            return Err(ApiTokenError::ExpiryTooFar);
        }
        Ok(())
    }
}

//! List and show API tokens.

use postern_domain::account::{AccountName, Permission};
use postern_domain::api_token::ApiToken;
use postern_domain::id::ApiTokenId;
use postern_storage::{ApiTokenFilter, Snapshot};

use super::ApiTokenError;
use crate::authorise::Asker;
use crate::{By, Service};

/// Which API tokens are asked for.
#[derive(Clone, Debug, Default)]
pub struct ApiTokenQuery {
    /// Only those of the account that has this address. None: everybody's for those who manage tokens; their own for
    /// everybody else.
    pub account: Option<AccountName>,
    /// Only those made before this one (for the next page).
    pub before: Option<ApiTokenId>,
    /// At most this many, 1 to 1000.
    pub limit: u32,
}

/// An API token in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListedApiToken {
    /// The token.
    pub token: ApiToken,
    /// The user name of its owner.
    pub owner: AccountName,
}

impl Service {
    /// API tokens, newest first, revoked ones too.
    ///
    /// # Errors
    /// [`ApiTokenError::NoSuchAccount`], [`ApiTokenError::NotAllowed`], [`ApiTokenError::Failure`].
    pub async fn list_api_tokens(
        &self,
        by: By<'_>,
        query: &ApiTokenQuery,
    ) -> Result<Vec<ListedApiToken>, ApiTokenError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let asker = Asker::read(by, &mut *snapshot, self.now()).await?;
        let manages = asker.may(Permission::ManageTokens);
        let account = match &query.account {
            None if manages => None,
            None => Some(asker.own_account().ok_or(ApiTokenError::NotAllowed)?),
            Some(name) => match snapshot.account_by_address(name).await? {
                Some(account) if manages || asker.is(account.id) => Some(account.id),
                None if manages => return Err(ApiTokenError::NoSuchAccount),
                Some(_) | None => return Err(ApiTokenError::NotAllowed),
            },
        };
        let filter = ApiTokenFilter { account, before: query.before, limit: query.limit };
        let tokens = snapshot.api_tokens(&filter).await?;
        Ok(tokens.into_iter().map(|(token, owner)| ListedApiToken { token, owner }).collect())
    }

    /// One API token.
    ///
    /// # Errors
    /// [`ApiTokenError::NoSuchToken`], also for another account's, [`ApiTokenError::Failure`].
    pub async fn show_api_token(&self, by: By<'_>, id: ApiTokenId) -> Result<ListedApiToken, ApiTokenError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let asker = Asker::read(by, &mut *snapshot, self.now()).await?;
        find(&asker, &mut *snapshot, id).await
    }
}

/// The token, when it is theirs or they manage tokens. Another's is not told apart from one that is not there.
pub(super) async fn find(
    asker: &Asker,
    state: &mut (dyn Snapshot + '_),
    id: ApiTokenId,
) -> Result<ListedApiToken, ApiTokenError> {
    let token = state.api_token(id).await?.ok_or(ApiTokenError::NoSuchToken)?;
    let owner = state.account(token.account).await?.ok_or(ApiTokenError::NoSuchToken)?;
    if asker.is(owner.id) || asker.may(Permission::ManageTokens) {
        Ok(ListedApiToken { token, owner: owner.name })
    } else {
        Err(ApiTokenError::NoSuchToken)
    }
}

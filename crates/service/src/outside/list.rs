//! The outside identities that an account is linked to.

use postern_domain::account::{AccountName, Permission};
use postern_domain::outside_identity::OutsideIdentity;

use super::UnlinkIdentityError;
use crate::authorise::Asker;
use crate::{By, Service};

/// A link, with what its provider is called here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedIdentity {
    /// The link.
    pub identity: OutsideIdentity,
    /// The provider's name and label; none: it is not configured any more, so that the link opens nothing.
    pub provider: Option<(String, String)>,
}

impl Service {
    /// The account's links, oldest first. For its owner, the operator, and who may read accounts.
    ///
    /// # Errors
    /// [`UnlinkIdentityError::NoSuchAccount`], [`UnlinkIdentityError::Failure`].
    pub async fn outside_identities_of(
        &self,
        by: By<'_>,
        account: &AccountName,
    ) -> Result<Vec<LinkedIdentity>, UnlinkIdentityError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let asker = Asker::read(by, &mut *snapshot, self.now()).await?;
        let no_such_account = || UnlinkIdentityError::NoSuchAccount { name: account.clone() };
        let found = snapshot.account_by_address(account).await?.ok_or_else(no_such_account)?;
        if !asker.is(found.id) && !asker.may(Permission::ReadAccounts) {
            return Err(no_such_account());
        }
        let links = snapshot.outside_identities_of(found.id).await?;
        let linked = |identity: OutsideIdentity| {
            let provider = self.outside.of_issuer(&identity.issuer);
            let provider = provider.map(|known| (known.name.clone(), known.label.clone()));
            LinkedIdentity { identity, provider }
        };
        Ok(links.into_iter().map(linked).collect())
    }
}

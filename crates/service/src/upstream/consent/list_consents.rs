//! Look at consents.

use postern_domain::account::{Account, AccountName, Permission};
use postern_domain::consent::Consent;
use postern_storage::{ConsentPlace, Snapshot};

use super::ConsentError;
use crate::authorise::Asker;
use crate::{By, Service};

/// A provider at which an owner can connect the mailbox, with the consent that there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentOffer {
    /// The provider.
    pub provider: String,
    /// The consent; none: not connected.
    pub consent: Option<Consent>,
}

/// A consent in the administrators' list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentRow {
    /// Whose.
    pub account: AccountName,
    /// The consent.
    pub consent: Consent,
}

impl Service {
    /// Whether owners have something to give: a consent to a provider, or a mailbox password.
    #[must_use]
    pub fn asks_owners(&self) -> bool {
        !self.upstreams.with_mailbox_passwords.is_empty()
            || self.upstreams.providers.iter().any(|provider| provider.delegation().is_some())
    }

    /// Every provider that asks owners, with the account's consent there, and consents at providers that are no longer
    /// configured. For the owner, administrators and the operator.
    ///
    /// # Errors
    /// [`ConsentError`].
    pub async fn consents_of(
        &self,
        by: By<'_>,
        account: &AccountName,
    ) -> Result<Vec<ConsentOffer>, ConsentError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let asker = Asker::read(by, &mut *snapshot, self.now()).await?;
        let account = find_theirs(&asker, &mut *snapshot, account, Permission::ReadAccounts).await?;
        let mut consents = snapshot.consents_of(account.id).await?;
        let delegated = self.upstreams.providers.iter().filter(|provider| provider.delegation().is_some());
        let mut offers: Vec<_> = delegated
            .map(|provider| ConsentOffer {
                provider: provider.name.clone(),
                consent: take(&mut consents, &provider.name),
            })
            .collect();
        offers.extend(
            consents
                .into_iter()
                .map(|consent| ConsentOffer { provider: consent.provider.clone(), consent: Some(consent) }),
        );
        Ok(offers)
    }

    /// Every consent, by account in the order in which these were made, then by provider: at most `limit` after `after`. For
    /// administrators and the operator.
    ///
    /// # Errors
    /// [`ConsentError`].
    pub async fn list_consents(
        &self,
        by: By<'_>,
        after: Option<&ConsentPlace>,
        limit: u32,
    ) -> Result<Vec<ConsentRow>, ConsentError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        if !Asker::read(by, &mut *snapshot, self.now()).await?.may(Permission::ReadAccounts) {
            return Err(ConsentError::NotAllowed);
        }
        let found = snapshot.consents(after, limit).await?;
        Ok(found.into_iter().map(|(account, consent)| ConsentRow { account, consent }).collect())
    }
}

fn take(consents: &mut Vec<Consent>, provider: &str) -> Option<Consent> {
    let position = consents.iter().position(|consent| consent.provider == provider)?;
    Some(consents.remove(position))
}

/// The account, for its owner and for those who may do such a thing to it. Who may not read accounts does not learn
/// whether there is one.
pub(in crate::upstream) async fn find_theirs(
    asker: &Asker,
    state: &mut (dyn Snapshot + '_),
    name: &AccountName,
    permission: Permission,
) -> Result<Account, ConsentError> {
    let account = state.account_by_address(name).await?;
    let allowed = |account: &Account| match permission {
        // Reading asks nobody's rank.
        Permission::ReadAccounts => asker.may(permission),
        permission => asker.may_for(permission, account),
    };
    match account {
        Some(account) if asker.is(account.id) || allowed(&account) => Ok(account),
        Some(_) if asker.may(Permission::ReadAccounts) => Err(ConsentError::NotAllowed),
        Some(_) | None => Err(ConsentError::NoSuchAccount { name: name.clone() }),
    }
}

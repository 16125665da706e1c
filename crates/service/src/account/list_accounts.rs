//! List accounts, and count them.

use postern_domain::account::Permission;
use postern_storage::{AccountFilter, AccountSummary, ListedAccount, MfaCounts};

use super::AccountError;
use crate::authorise::Asker;
use crate::{By, Service};

impl Service {
    /// The accounts that `filter` names, sorted by name, with what a list shows of each. For whoever may read accounts.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`], [`AccountError::Failure`].
    pub async fn list_accounts(
        &self,
        by: By<'_>,
        filter: &AccountFilter,
    ) -> Result<Vec<ListedAccount>, AccountError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        Asker::read(by, &mut *snapshot, self.now()).await?.reads_accounts()?;
        Ok(snapshot.listed_accounts(filter).await?)
    }

    /// How many accounts `filter` names, its page aside.
    ///
    /// # Errors
    /// As [`Self::list_accounts`].
    pub async fn count_accounts(&self, by: By<'_>, filter: &AccountFilter) -> Result<u64, AccountError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        Asker::read(by, &mut *snapshot, self.now()).await?.reads_accounts()?;
        Ok(snapshot.accounts_matching(filter).await?)
    }

    /// Several counts of all accounts, for an overview.
    ///
    /// # Errors
    /// As [`Self::list_accounts`].
    pub async fn summarize_accounts(&self, by: By<'_>) -> Result<AccountSummary, AccountError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        Asker::read(by, &mut *snapshot, self.now()).await?.reads_accounts()?;
        Ok(snapshot.account_summary().await?)
    }

    /// How many accounts are in each MFA state.
    ///
    /// # Errors
    /// As [`Self::list_accounts`].
    pub async fn count_mfa_states(&self, by: By<'_>) -> Result<MfaCounts, AccountError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        Asker::read(by, &mut *snapshot, self.now()).await?.reads_accounts()?;
        Ok(snapshot.mfa_counts().await?)
    }
}

impl Asker {
    /// Refuses whoever may not read accounts.
    pub(super) fn reads_accounts(&self) -> Result<(), AccountError> {
        self.may(Permission::ReadAccounts).then_some(()).ok_or(AccountError::NotAllowed)
    }
}

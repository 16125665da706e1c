//! Read the settings: everything that was decided, and what holds for an account.

use std::sync::Arc;

use postern_domain::account::{Account, AccountName, Permission};
use postern_domain::setting::{Effective, Policy};

use super::SettingError;
use crate::authorise::Asker;
use crate::{By, Service};

/// What holds for an account, with what it was made of.
#[derive(Debug)]
pub struct HeldFor {
    /// The account.
    pub account: Account,
    /// What holds, and where it comes from.
    pub effective: Effective,
    /// What the organization and the groups give.
    pub policy: Policy,
}

impl Service {
    /// The values of the organization and those of groups.
    ///
    /// # Errors
    /// [`SettingError::NotAllowed`], [`SettingError::Failure`].
    pub async fn read_policy(&self, by: By<'_>) -> Result<Arc<Policy>, SettingError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let asker = Asker::read(by, &mut *snapshot, self.now()).await?;
        if !asker.may(Permission::ReadSettings) {
            return Err(SettingError::NotAllowed);
        }
        Ok(Arc::new(snapshot.policy().await?))
    }

    /// What holds for an account, and why.
    ///
    /// # Errors
    /// [`SettingError`].
    pub async fn effective_settings(&self, by: By<'_>, name: &AccountName) -> Result<HeldFor, SettingError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let asker = Asker::read(by, &mut *snapshot, self.now()).await?;
        if !asker.may(Permission::ReadSettings) {
            return Err(SettingError::NotAllowed);
        }
        let account = snapshot.account_by_address(name).await?.ok_or(SettingError::NoSuchAccount)?;
        let policy = snapshot.policy().await?;
        Ok(HeldFor { effective: policy.effective(&account.groups), account, policy })
    }
}

//! Delete an account for a provisioning client.

use postern_domain::id::AccountId;

use super::read::read_account;
use super::{ProvisionError, Provisioned, without_role};
use crate::{By, Service};

impl Service {
    /// Deletes an account as [`Service::delete_account`] does: it loses everything at once, and its addresses are free.
    /// `check` may refuse, of what the account is at that moment.
    ///
    /// # Errors
    /// What `check` refuses, and [`ProvisionError`].
    pub async fn deprovision_account<E: From<ProvisionError>>(
        &self,
        by: By<'_>,
        id: AccountId,
        check: impl FnOnce(&Provisioned) -> Result<(), E> + Send,
    ) -> Result<(), E> {
        let now = self.now();
        let refused = |error| E::from(ProvisionError::from(error));
        let mut transaction = self.parts.store.begin().await.map_err(refused)?;
        self.ask_to_provision(by, &mut *transaction).await?;
        let mut current = read_account(&mut *transaction, id).await?;
        check(&current)?;
        without_role(&current.account)?;
        self.delete_in(&mut *transaction, by, &mut current.account, now).await.map_err(refused)?;
        transaction.commit().await.map_err(refused)
    }
}

//! List notification addresses.

use postern_domain::account::{AccountName, Permission};
use postern_domain::notice::NotificationAddress;

use super::NotificationAddressError;
use crate::authorise::Asker;
use crate::{By, Service};

impl Service {
    /// The further addresses at which an account's owner is told, confirmed or not, oldest first. For the owner, and for
    /// those who may read accounts.
    ///
    /// # Errors
    /// [`NotificationAddressError::NoSuchAccount`], [`NotificationAddressError::Failure`].
    pub async fn notification_addresses_of(
        &self,
        by: By<'_>,
        account: &AccountName,
    ) -> Result<Vec<NotificationAddress>, NotificationAddressError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let asker = Asker::read(by, &mut *snapshot, self.now()).await?;
        let found = snapshot.account_by_address(account).await?;
        let may = |id| asker.is(id) || asker.may(Permission::ReadAccounts);
        let account =
            found.filter(|account| may(account.id)).ok_or(NotificationAddressError::NoSuchAccount)?;
        Ok(snapshot.notification_addresses_of(account.id).await?)
    }
}

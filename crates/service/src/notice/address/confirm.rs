//! Confirm a notification address with the code that was sent there.

use postern_domain::account::{AccountName, Permission};
use postern_domain::audit::Operation;
use postern_domain::id::NotificationAddressId;

use super::{NotificationAddressError, find_theirs, of_address};
use crate::account::record_of;
use crate::authorise::Asker;
use crate::notice::{AccountTidings, tell};
use crate::{By, Service};

impl Service {
    /// Confirms an address: from then on notices go there. All addresses from before are told, the account's own among
    /// them. By the owner, with a fresh second factor.
    ///
    /// # Errors
    /// [`NotificationAddressError`].
    pub async fn confirm_notification_address(
        &self,
        by: By<'_>,
        account: &AccountName,
        id: NotificationAddressId,
        code: &str,
    ) -> Result<(), NotificationAddressError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let account = find_theirs(&asker, &mut *transaction, account, Permission::ManageAccounts).await?;
        if !asker.is(account.id) {
            return Err(NotificationAddressError::OwnersToConfirm);
        }
        if !asker.stepped_up(now) {
            return Err(NotificationAddressError::StepUpNeeded);
        }
        let known = transaction.notification_addresses_of(account.id).await?;
        let found = known.into_iter().find(|known| known.id == id);
        let found = found.ok_or(NotificationAddressError::NoSuchAddress)?;
        if found.confirmed_at.is_some() {
            return Ok(());
        }
        if self.use_code(&mut *transaction, &account, of_address(&found), code, now).await?.is_none() {
            // The try is counted.
            transaction.commit().await?;
            return Err(NotificationAddressError::WrongCode);
        }
        transaction.confirm_notification_address(account.id, id, now).await?;
        let record = record_of(Operation::ChangeNotificationAddresses, &account)
            .detail("address", &found.address)
            .detail("what", "confirmed")
            .by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        let (added, removed) = (vec![found.address], Vec::new());
        let notice = AccountTidings::NotificationAddresses { added, removed, done: by.into() };
        tell(&mut *transaction, &account, notice, now).await?;
        Ok(transaction.commit().await?)
    }
}

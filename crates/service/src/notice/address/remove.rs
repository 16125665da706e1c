//! Remove a notification address.

use postern_domain::account::{AccountName, Permission};
use postern_domain::audit::Operation;
use postern_domain::id::NotificationAddressId;

use super::{NotificationAddressError, find_theirs};
use crate::account::record_of;
use crate::authorise::Asker;
use crate::notice::{AccountTidings, tell_also_at};
use crate::{By, Service};

impl Service {
    /// Removes an address: no notice goes there any more, but the one that says so. By the owner with a fresh second
    /// factor, by the operator, or by those who manage accounts.
    ///
    /// # Errors
    /// [`NotificationAddressError`].
    pub async fn remove_notification_address(
        &self,
        by: By<'_>,
        account: &AccountName,
        id: NotificationAddressId,
    ) -> Result<(), NotificationAddressError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let account = find_theirs(&asker, &mut *transaction, account, Permission::ManageAccounts).await?;
        if !asker.stepped_up(now) {
            return Err(NotificationAddressError::StepUpNeeded);
        }
        let known = transaction.notification_addresses_of(account.id).await?;
        let found = known.into_iter().find(|known| known.id == id);
        let found = found.ok_or(NotificationAddressError::NoSuchAddress)?;
        transaction.delete_notification_address(account.id, id).await?;
        let was_used = found.confirmed_at.is_some();
        let record = record_of(Operation::ChangeNotificationAddresses, &account)
            .detail("address", &found.address)
            .detail("what", if was_used { "removed" } else { "removed, was not confirmed" })
            .by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        if was_used {
            let removed = vec![found.address];
            let further = removed.clone();
            let notice =
                AccountTidings::NotificationAddresses { added: Vec::new(), removed, done: by.into() };
            tell_also_at(&mut *transaction, &account, &further, notice, now).await?;
        }
        Ok(transaction.commit().await?)
    }
}

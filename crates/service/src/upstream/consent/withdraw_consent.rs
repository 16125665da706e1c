//! Withdraw a consent.

use postern_domain::account::{AccountName, Permission};
use postern_domain::audit::Operation;
use postern_storage::{Change, ChangeKind};

use super::ConsentError;
use super::list_consents::find_theirs;
use crate::account::record_of;
use crate::authorise::Asker;
use crate::notice::{MailboxTidings, tell};
use crate::{By, Service};

impl Service {
    /// Forgets a consent and its tokens, on every node. No step-up is asked for, as it takes away. The provider is not
    /// told: its owner can end it there too.
    ///
    /// # Errors
    /// [`ConsentError`].
    pub async fn withdraw_consent(
        &self,
        by: By<'_>,
        account: &AccountName,
        provider: &str,
    ) -> Result<(), ConsentError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let account = find_theirs(&asker, &mut *transaction, account, Permission::ManageAccounts).await?;
        if !transaction.delete_consent(account.id, provider).await? {
            return Err(ConsentError::NoSuchConsent);
        }
        let record =
            record_of(Operation::WithdrawConsent, &account).detail("provider", provider).by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        if !asker.is(account.id) {
            let notice = MailboxTidings::Disconnected { at: provider.to_owned(), done: by.into() };
            tell(&mut *transaction, &account, notice, now).await?;
        }
        transaction.announce(Change::new(ChangeKind::Account(account.id))).await?;
        transaction.commit().await?;
        self.upstreams.slots.forget_account(account.id);
        Ok(())
    }
}

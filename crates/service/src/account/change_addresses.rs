//! Rename an account, and change its aliases.

use postern_domain::account::{Account, AccountName, Permission};
use postern_domain::audit::Operation;
use postern_storage::{Change, ChangeKind};

use super::administer::{find_as_administrator, step_up};
use super::{AccountError, AddAccount, record_of};
use crate::notice::{AccountTidings, tell_also_at};
use crate::{By, Service};

impl Service {
    /// Puts addresses in the place of those that an account has: the primary one, which is its user name, and its
    /// aliases, at most 64. Programs go on with any of them. A grant names a mailbox by its primary address, so after a
    /// renaming a grant that names the old one has to be given anew.
    ///
    /// # Errors
    /// [`AccountError`]; [`AccountError::AddressTaken`] when another account has one of them.
    pub async fn change_addresses(
        &self,
        by: By<'_>,
        name: &AccountName,
        primary: AccountName,
        mut aliases: Vec<AccountName>,
    ) -> Result<Account, AccountError> {
        aliases.sort();
        aliases.dedup();
        aliases.retain(|alias| *alias != primary);
        if aliases.len() > AddAccount::MOST_ALIASES {
            return Err(AccountError::TooManyAliases { most: AddAccount::MOST_ALIASES });
        }
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let (asker, mut account) =
            find_as_administrator(by, &mut *transaction, name, Permission::ManageAccounts, now).await?;
        if account.name == primary && account.aliases == aliases {
            return Ok(account);
        }
        step_up(&asker, now)?;
        let before: Vec<AccountName> = account.addresses().cloned().collect();
        (account.name, account.aliases) = (primary, aliases);
        let after: Vec<AccountName> = account.addresses().cloned().collect();
        transaction.update_account(&account, now).await?;
        let record = record_of(Operation::ChangeAddresses, &account)
            .detail("before", listed(&before))
            .detail("after", listed(&after))
            .by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        // The old user name gets it even if it is no address of the account any more.
        let old = before.first().cloned();
        let notice = AccountTidings::Renamed { before, after, done: by.into() };
        tell_also_at(&mut *transaction, &account, old.as_slice(), notice, now).await?;
        transaction.announce(Change::new(ChangeKind::Account(account.id))).await?;
        transaction.commit().await?;
        Ok(account)
    }
}

/// The addresses as the audit keeps them, the primary one first.
fn listed(addresses: &[AccountName]) -> String {
    addresses.iter().map(AccountName::as_str).collect::<Vec<_>>().join(", ")
}

//! Make an account what a directory wants it to be, as a part of a deed.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountStatus, Role};
use postern_domain::audit::Operation;
use postern_domain::directory::DirectoryEntry;
use postern_storage::{Change, ChangeKind, StorageError, Transaction};

use super::difference::{Difference, differences};
use crate::account::{
    AccountError, end_what_is_open, keep_an_administrator, kind_name, record_of, record_of_new,
};
use crate::notice::{AccountTidings, SignInTidings, tell, tell_also_at};
use crate::{By, Failure, Service};

/// Why it was not made so.
#[derive(Debug)]
pub(super) enum NotApplied {
    /// It would have left no administrator who can sign in.
    LastAdministrator,
    /// An address or an external id is taken: which, as the constraint is called.
    Taken(&'static str),
    /// Ours.
    Failure(Failure),
}

impl From<StorageError> for NotApplied {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Conflict { what } => Self::Taken(what),
            error => Self::Failure(error.into()),
        }
    }
}

impl From<AccountError> for NotApplied {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Failure(failure) => Self::Failure(failure),
            _ => Self::LastAdministrator,
        }
    }
}

/// An account with the directory's entry.
pub(super) type WithEntry = (Account, DirectoryEntry);

impl Service {
    /// Adds an account that has no password.
    pub(super) async fn add_from_directory(
        &self,
        by: By<'_>,
        transaction: &mut (dyn Transaction + '_),
        (account, entry): &WithEntry,
    ) -> Result<(), NotApplied> {
        transaction.insert_account(account).await?;
        if *entry != DirectoryEntry::new(account.id) {
            transaction.set_directory_entry(entry, account.created_at).await?;
        }
        let blocked = matches!(account.status, AccountStatus::Blocked { .. }).then_some("blocked");
        let record = record_of_new(account)
            .detail("password", "none")
            .detail_if("external id", entry.external_id.as_ref())
            .detail_if("status", blocked);
        transaction.append_audit_records(vec![record.by(by.actor(), self.now())]).await?;
        self.tell_of_new_role(by, transaction, account).await?;
        Ok(())
    }

    /// Writes what differs, with an audit record for each. Gives the differences; none when there are none.
    pub(super) async fn change_from_directory(
        &self,
        by: By<'_>,
        transaction: &mut (dyn Transaction + '_),
        before: &WithEntry,
        wanted: &WithEntry,
        now: Timestamp,
    ) -> Result<Vec<Difference>, NotApplied> {
        let (account, entry) = wanted;
        if *entry != before.1 {
            transaction.set_directory_entry(entry, now).await?;
        }
        let differences = differences((&before.0, &before.1), (account, entry));
        if differences.is_empty() {
            return Ok(differences);
        }
        let administers = |account: &Account| {
            account.role == Role::GlobalAdministrator && account.status == AccountStatus::Active
        };
        if administers(&before.0) && !administers(account) {
            keep_an_administrator(transaction, &before.0).await?;
        }
        transaction.update_account(account, now).await?;
        let record = |difference: &Difference| {
            record_of(difference.operation, account)
                .detail("before", &difference.before)
                .detail("after", &difference.after)
                .by(by.actor(), now)
        };
        let records = differences.iter().map(record).collect();
        transaction.append_audit_records(records).await?;
        for difference in &differences {
            self.tell_of_difference(by, transaction, (&before.0, account), difference.operation, now).await?;
        }
        transaction.announce(Change::new(ChangeKind::Account(account.id))).await?;
        if differences.iter().any(|difference| difference.operation == Operation::BlockAccount) {
            end_what_is_open(transaction, account).await?;
        }
        Ok(differences)
    }

    /// Tells of what a directory changed as of what an administrator changes.
    async fn tell_of_difference(
        &self,
        by: By<'_>,
        transaction: &mut (dyn Transaction + '_),
        (before, after): (&Account, &Account),
        operation: Operation,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let done = by.into();
        match operation {
            Operation::ChangeAddresses => {
                let list = |account: &Account| account.addresses().cloned().collect();
                let notice = AccountTidings::Renamed { before: list(before), after: list(after), done };
                tell_also_at(transaction, after, std::slice::from_ref(&before.name), notice, now).await
            }
            Operation::ChangeKind => {
                let (before, now_is) = (kind_name(before.kind), kind_name(after.kind));
                let notice = AccountTidings::KindChanged { before, after: now_is, done };
                tell(transaction, after, notice, now).await
            }
            Operation::ChangeRole => {
                let notice = AccountTidings::RoleChanged { before: before.role, after: after.role, done };
                self.tell_owner_and_administrators(transaction, after, notice, now).await
            }
            Operation::ChangeMfaState => {
                let what = format!("The MFA state of your account is now {}", after.mfa);
                tell(transaction, after, SignInTidings::MfaChanged { what, done }, now).await
            }
            Operation::BlockAccount => tell(transaction, after, AccountTidings::Blocked { done }, now).await,
            Operation::UnblockAccount => {
                tell(transaction, after, AccountTidings::Unblocked { done }, now).await
            }
            _ => Ok(()),
        }
    }
}

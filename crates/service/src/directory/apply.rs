//! Make an account what a directory wants it to be, as a part of a deed.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountStatus, Role};
use postern_domain::audit::Operation;
use postern_domain::directory::DirectoryEntry;
use postern_storage::{Change, ChangeKind, StorageError, Transaction};

use super::difference::{Difference, differences};
use crate::account::{AccountError, end_what_is_open, keep_an_administrator, record_of, record_of_new};
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
            transaction.set_directory_entry(entry).await?;
        }
        let blocked = matches!(account.status, AccountStatus::Blocked { .. }).then_some("blocked");
        let record = record_of_new(account)
            .detail("password", "none")
            .detail_if("external id", entry.external_id.as_ref())
            .detail_if("status", blocked);
        transaction.append_audit_records(vec![record.by(by.actor(), self.now())]).await?;
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
            transaction.set_directory_entry(entry).await?;
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
        transaction.update_account(account).await?;
        let record = |difference: &Difference| {
            record_of(difference.operation, account)
                .detail("before", &difference.before)
                .detail("after", &difference.after)
                .by(by.actor(), now)
        };
        let records = differences.iter().map(record).collect();
        transaction.append_audit_records(records).await?;
        transaction.announce(Change::new(ChangeKind::Account(account.id))).await?;
        if differences.iter().any(|difference| difference.operation == Operation::BlockAccount) {
            end_what_is_open(transaction, account).await?;
        }
        Ok(differences)
    }
}

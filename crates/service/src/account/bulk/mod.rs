//! Changes to many accounts: one deed for each, with its own audit record and notice, by whichever server has the job.
//!
//! Each account is its own transaction, so that no writer waits long and one that cannot be changed keeps no other from it.
//! What was done is noted for some accounts at a time; a server that falls in between leaves at most these to be done again,
//! and every one of the deeds may be.

mod run;
mod start;

pub(crate) use run::keep;

use postern_domain::account::AccountName;
use postern_domain::account::Permission;
use postern_domain::id::{AccountId, BulkJobId};
use postern_storage::{BulkJob, StorageError};

use crate::authorise::Asker;
use crate::{By, Failure, Service};

/// Why a change to many accounts was not begun, or not shown.
#[derive(Debug, thiserror::Error)]
pub enum BulkError {
    /// There is none of that name.
    #[error("there is no such change: what ended 30 days ago is forgotten")]
    NoSuchChange,
    /// Who asked may not.
    #[error("your role does not allow that")]
    NotAllowed,
    /// Who asked has no account.
    #[error(
        "a change goes on in the name of an account, which neither the operator nor a service principal has: ask with a person's token, or change the accounts one by one"
    )]
    InNobodysName,
    /// It needs a second factor that was checked in the last minutes.
    #[error("confirm with your second factor first")]
    StepUpNeeded,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for BulkError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

/// An account that was not changed, and why.
pub type NotDone = (AccountId, AccountName, String);

impl Service {
    /// How far a change got, and the accounts that were not changed, sorted by name: at most `limit` after `after`. For
    /// whoever may read accounts.
    ///
    /// # Errors
    /// [`BulkError::NoSuchChange`], [`BulkError::NotAllowed`], [`BulkError::Failure`].
    pub async fn show_bulk_change(
        &self,
        by: By<'_>,
        id: BulkJobId,
        after: Option<&AccountName>,
        limit: u32,
    ) -> Result<(BulkJob, Vec<NotDone>), BulkError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        if !Asker::read(by, &mut *snapshot, self.now()).await?.may(Permission::ReadAccounts) {
            return Err(BulkError::NotAllowed);
        }
        let job = snapshot.bulk_job(id).await?.ok_or(BulkError::NoSuchChange)?;
        let not_done = snapshot.bulk_accounts_not_done(id, after, limit).await?;
        Ok((job, not_done))
    }

    /// Changes to many accounts, newest first: at most `limit`, of those that were begun before `before`.
    ///
    /// # Errors
    /// [`BulkError::NotAllowed`], [`BulkError::Failure`].
    pub async fn list_bulk_changes(
        &self,
        by: By<'_>,
        before: Option<BulkJobId>,
        limit: u32,
    ) -> Result<Vec<BulkJob>, BulkError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        if !Asker::read(by, &mut *snapshot, self.now()).await?.may(Permission::ReadAccounts) {
            return Err(BulkError::NotAllowed);
        }
        Ok(snapshot.bulk_jobs(before, limit).await?)
    }
}

#[cfg(test)]
mod tests;

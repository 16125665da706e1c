//! Do what a plan says, in transactions of some hundred accounts: one for 100,000 would keep every other deed waiting.
//!
//! The file was found to be right as a whole before the first. Each account is compared with the plan once more inside its
//! transaction; where somebody changed it meanwhile the import stops, and importing the same file again does the rest.

use postern_domain::Timestamp;
use postern_domain::account::{AccountKind, AccountStatus, Permission, Role};
use postern_domain::audit::Operation;
use postern_domain::directory::DirectoryEntry;
use postern_domain::id::AccountId;
use postern_storage::Transaction;

use super::ImportError;
use super::plan::{ImportPlan, PlannedAccount, has_method};
use crate::account::block;
use crate::audit::Record;
use crate::authorise::Asker;
use crate::directory::apply::NotApplied;
use crate::directory::difference::differences;
use crate::{By, Service};

/// Accounts of one transaction.
const PORTION: usize = 500;

/// What was imported.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Imported {
    /// Accounts that were added.
    pub added: u64,
    /// Accounts that were changed.
    pub changed: u64,
    /// Persons that were blocked because the file does not name them.
    pub blocked: u64,
}

impl Imported {
    const fn total(self) -> u64 {
        self.added + self.changed + self.blocked
    }
}

/// One thing to be done.
enum Step<'p> {
    Add(&'p PlannedAccount),
    Change(&'p PlannedAccount, AccountId),
    Block(AccountId),
}

/// Why a step was not done.
enum NotDone {
    /// The account is not as it was.
    Changed,
    Error(ImportError),
}

impl From<NotApplied> for NotDone {
    fn from(error: NotApplied) -> Self {
        match error {
            NotApplied::LastAdministrator => Self::Error(ImportError::LastAdministrator),
            NotApplied::Taken(what) => {
                tracing::info!(what, "an import met something that was taken since its plan");
                Self::Changed
            }
            NotApplied::Failure(failure) => Self::Error(failure.into()),
        }
    }
}

impl From<postern_storage::StorageError> for NotDone {
    fn from(error: postern_storage::StorageError) -> Self {
        NotApplied::from(error).into()
    }
}

impl Service {
    /// Imports what a plan says. New accounts have no password: their owners are given one, or sign in through an identity
    /// provider.
    ///
    /// # Errors
    /// [`ImportError`]: with [`ImportError::ChangedMeanwhile`] a part was imported, with a failure of the database
    /// perhaps.
    pub async fn import_accounts(&self, by: By<'_>, plan: &ImportPlan) -> Result<Imported, ImportError> {
        let added = plan.added.iter().map(Step::Add);
        let changed = plan.changed.iter().filter_map(|planned| Some(Step::Change(planned, planned.account?)));
        let blocked = plan.blocked.iter().map(|(account, _)| Step::Block(*account));
        let steps: Vec<Step<'_>> = added.chain(changed).chain(blocked).collect();
        let mut done = Imported::default();
        for portion in steps.chunks(PORTION) {
            done = self.import_portion(by, portion, done).await?;
        }
        Ok(done)
    }

    async fn import_portion(
        &self,
        by: By<'_>,
        steps: &[Step<'_>],
        before: Imported,
    ) -> Result<Imported, ImportError> {
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let blocks = steps.iter().any(|step| matches!(step, Step::Block(_)));
        if !asker.may(Permission::ManageAccounts) || (blocks && !asker.may(Permission::BlockAccounts)) {
            return Err(ImportError::NotAllowed);
        }
        if !asker.stepped_up(now) {
            return Err(ImportError::StepUpNeeded);
        }
        let mut done = before;
        for step in steps {
            match self.import_one(by, &mut *transaction, step, now).await {
                Ok(()) => match step {
                    Step::Add(_) => done.added += 1,
                    Step::Change(..) => done.changed += 1,
                    Step::Block(_) => done.blocked += 1,
                },
                Err(NotDone::Error(error)) => return Err(error),
                Err(NotDone::Changed) => {
                    let name = step.name();
                    return Err(ImportError::ChangedMeanwhile { name, applied: before.total() });
                }
            }
        }
        let record = Record::of(Operation::ImportAccounts)
            .detail("added", done.added - before.added)
            .detail("changed", done.changed - before.changed)
            .detail("blocked", done.blocked - before.blocked);
        transaction.append_audit_records(vec![record.by(by.actor(), now)]).await?;
        transaction.commit().await?;
        Ok(done)
    }

    async fn import_one(
        &self,
        by: By<'_>,
        transaction: &mut (dyn Transaction + '_),
        step: &Step<'_>,
        now: Timestamp,
    ) -> Result<(), NotDone> {
        let id = match step {
            Step::Add(planned) => {
                let new = planned.row.applied_to(&self.account_for(&planned.row), false, by, now);
                return Ok(self.add_from_directory(by, transaction, &new).await?);
            }
            Step::Change(_, id) | Step::Block(id) => *id,
        };
        let account = transaction.account(id).await?.ok_or(NotDone::Changed)?;
        let entry = transaction.directory_entry(id).await?;
        let current = (account, entry.unwrap_or_else(|| DirectoryEntry::new(id)));
        let wanted = match step {
            Step::Change(planned, _) => {
                let has_method = has_method(transaction, &planned.row, &current.0).await?;
                let wanted = planned.row.applied_to(&current, has_method, by, now);
                let differences = differences((&current.0, &current.1), (&wanted.0, &wanted.1));
                let gone = matches!(current.0.status, AccountStatus::Deleted { .. });
                if gone || differences != planned.differences {
                    return Err(NotDone::Changed);
                }
                wanted
            }
            _ => {
                let account = &current.0;
                let is_meant = account.kind == AccountKind::Person
                    && account.role == Role::Member
                    && account.status == AccountStatus::Active;
                if !is_meant {
                    return Err(NotDone::Changed);
                }
                let mut wanted = current.clone();
                block(&mut wanted.0, by, now);
                wanted
            }
        };
        self.change_from_directory(by, transaction, &current, &wanted, now).await?;
        Ok(())
    }
}

impl Step<'_> {
    fn name(&self) -> String {
        match self {
            Self::Add(planned) | Self::Change(planned, _) => planned.name().to_string(),
            Self::Block(account) => format!("the account {account}"),
        }
    }
}

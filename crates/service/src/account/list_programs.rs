//! List the programs that sign in with account passwords: what stops when MFA is enforced, and what stopped.

use std::time::Duration;

use postern_domain::account::Permission;
use postern_storage::{Program, ProgramFilter, ProgramTotals, Snapshot};

use super::AccountError;
use crate::authorise::Asker;
use crate::{By, Failure, Service};

/// A program that was not heard of for so long is forgotten: a device that is used once a quarter is still known.
const KNOWN_FOR: Duration = Duration::from_secs(120 * 24 * 3600);

impl Service {
    /// The programs that `filter` names, by account, with how many there are in all, its page aside, as far as is counted.
    /// What was tried a moment ago is among them. For whoever may read sign-ins.
    ///
    /// # Errors
    /// [`AccountError::NotAllowed`], [`AccountError::Failure`].
    pub async fn list_programs(
        &self,
        by: By<'_>,
        filter: &ProgramFilter,
    ) -> Result<(Vec<Program>, ProgramTotals), AccountError> {
        let mut snapshot = self.programs_for(by).await?;
        Ok((snapshot.programs(filter).await?, snapshot.program_totals(filter).await?))
    }

    /// How many there are alone, as far as is counted.
    ///
    /// # Errors
    /// As [`Self::list_programs`].
    pub async fn count_programs(
        &self,
        by: By<'_>,
        filter: &ProgramFilter,
    ) -> Result<ProgramTotals, AccountError> {
        Ok(self.programs_for(by).await?.program_totals(filter).await?)
    }

    /// The programs alone, without counting all.
    ///
    /// # Errors
    /// As [`Self::list_programs`].
    pub async fn read_programs(
        &self,
        by: By<'_>,
        filter: &ProgramFilter,
    ) -> Result<Vec<Program>, AccountError> {
        Ok(self.programs_for(by).await?.programs(filter).await?)
    }

    /// What is read from, with what was tried a moment ago.
    async fn programs_for(&self, by: By<'_>) -> Result<Box<dyn Snapshot>, AccountError> {
        if let Err(error) = self.recorder.flush().await {
            tracing::warn!(%error, "the newest sign-ins cannot be written, and are not in the list of programs");
        }
        let mut snapshot = self.parts.store.snapshot().await?;
        let asker = Asker::read(by, &mut *snapshot, self.now()).await?;
        if asker.may(Permission::ReadEvents) { Ok(snapshot) } else { Err(AccountError::NotAllowed) }
    }

    /// Forgets programs that were not heard of for long.
    pub(super) async fn forget_programs(&self) -> Result<(), Failure> {
        let mut transaction = self.parts.store.begin().await?;
        transaction.forget_programs(self.now().minus(KNOWN_FOR)).await?;
        Ok(transaction.commit().await?)
    }
}

//! Begin a change to many accounts.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::account::BulkChange;
use postern_domain::audit::Operation;
use postern_domain::id::BulkJobId;
use postern_storage::{BulkChoice, BulkJob};

use super::BulkError;
use crate::audit::Record;
use crate::authorise::Asker;
use crate::{By, Service};

/// A change that ended so long ago is forgotten; its audit records stay.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 3600);

impl Service {
    /// Begins a change to many accounts, which a server then makes one after the other: [`Service::show_bulk_change`] says
    /// how far it got. For a person in the portal whose role allows it and whose second factor is fresh, or their token
    /// with the scope for it; the person's role is asked again for each account. It goes on after the session or the token
    /// has ended. A service principal has no account in whose name it could go on. `chosen` says in words how the accounts
    /// were chosen.
    ///
    /// # Errors
    /// [`BulkError::NotAllowed`], [`BulkError::StepUpNeeded`], [`BulkError::Failure`].
    pub async fn start_bulk_change(
        self: &Arc<Self>,
        by: By<'_>,
        change: BulkChange,
        choice: &BulkChoice,
        chosen: &str,
    ) -> Result<BulkJob, BulkError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        if !asker.may(change.permission()) {
            return Err(BulkError::NotAllowed);
        }
        let account = asker.in_whose_name().ok_or(BulkError::InNobodysName)?;
        if !asker.stepped_up(now) {
            return Err(BulkError::StepUpNeeded);
        }
        transaction.forget_bulk_jobs(now.minus(REMEMBERED)).await?;
        let job = BulkJob {
            id: BulkJobId::generate(&*self.parts.clock, self.random()),
            account,
            asked_by: by.actor().to_string(),
            change,
            chosen: chosen.to_owned(),
            total: 0,
            done: 0,
            not_done: 0,
            started_at: now,
            finished_at: None,
        };
        let job = transaction.insert_bulk_job(job, choice).await?;
        let record = Record::of(Operation::StartBulkChange)
            .detail("change", &job.change)
            .detail("accounts", job.total)
            .detail("chosen", &job.chosen)
            .by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        transaction.commit().await?;
        self.go_on_with(job.id);
        Ok(job)
    }
}

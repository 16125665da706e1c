//! Verify the audit log on demand, beside everything else: a log of a million records takes longer than a request may.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use postern_domain::Timestamp;
use postern_domain::actor::Actor;
use postern_domain::audit::Operation;
use postern_storage::StorageError;

use super::search::{AuditError, may_read};
use super::{Record, Verified, VerifyAuditError};
use crate::authorise::Asker;
use crate::{By, Service};

/// How far this server has got with the last verification that was asked for here.
#[derive(Clone, Debug)]
pub enum Verification {
    /// None was asked for since it started.
    Never,
    /// It goes on.
    Running {
        /// Since when.
        since: Timestamp,
        /// Records that were verified.
        done: u64,
        /// Records that there were when it began.
        of: u64,
    },
    /// It has ended.
    Ended {
        /// When.
        at: Timestamp,
        /// How: verified, or what is wrong.
        result: Result<Verified, Arc<VerifyAuditError>>,
    },
}

/// The state of it in a service.
#[derive(Debug)]
pub(crate) struct Verifying {
    state: Mutex<Verification>,
    done: AtomicU64,
}

impl Default for Verifying {
    fn default() -> Self {
        Self { state: Mutex::new(Verification::Never), done: AtomicU64::new(0) }
    }
}

impl Verifying {
    fn state(&self) -> MutexGuard<'_, Verification> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn reached(&self, sequence: u64) {
        self.done.store(sequence, Ordering::Relaxed);
    }
}

impl Service {
    /// Begins to verify the whole log. One that goes on is left going on.
    ///
    /// # Errors
    /// [`AuditError`].
    pub async fn start_audit_verification(self: &Arc<Self>, by: By<'_>) -> Result<(), AuditError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        may_read(&Asker::read(by, &mut *snapshot, self.now()).await?)?;
        let of = snapshot.audit_head().await?.sequence;
        drop(snapshot);
        {
            let mut state = self.verifying.state();
            if matches!(*state, Verification::Running { .. }) {
                return Ok(());
            }
            self.verifying.reached(0);
            *state = Verification::Running { since: self.now(), done: 0, of };
        }
        let (service, actor) = (Arc::downgrade(self), by.actor());
        self.spawn(async move {
            let Some(service) = service.upgrade() else { return };
            let result = service.verify_audit().await.map_err(Arc::new);
            if let Err(error) = &result {
                tracing::error!(%error, "the audit log could not be verified");
            }
            service.record_verification(actor, &result).await;
            *service.verifying.state() = Verification::Ended { at: service.now(), result };
        });
        Ok(())
    }

    /// Writes what was found, with who asked for it, so that it is there after a restart and on every node. What could not
    /// be read to its end found nothing.
    async fn record_verification(&self, actor: Actor, result: &Result<Verified, Arc<VerifyAuditError>>) {
        let record = Record::of(Operation::VerifyAuditLog);
        let record = match result {
            Ok(verified) => record
                .detail("result", "holds")
                .detail("records", verified.end.sequence)
                .detail("sealed sign-in events", verified.sealed_events),
            Err(error) if matches!(**error, VerifyAuditError::Failure(_)) => return,
            Err(error) => record.detail("result", error),
        };
        let written: Result<(), StorageError> = async {
            let mut transaction = self.parts.store.begin().await?;
            transaction.append_audit_records(vec![record.by(actor, self.now())]).await?;
            transaction.commit().await
        }
        .await;
        if let Err(error) = written {
            tracing::warn!(%error, "it cannot be written that the audit log was verified");
        }
    }

    /// How far the last verification has got.
    ///
    /// # Errors
    /// [`AuditError`].
    pub async fn audit_verification(&self, by: By<'_>) -> Result<Verification, AuditError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        may_read(&Asker::read(by, &mut *snapshot, self.now()).await?)?;
        let mut state = self.verifying.state().clone();
        if let Verification::Running { done, .. } = &mut state {
            *done = self.verifying.done.load(Ordering::Relaxed);
        }
        Ok(state)
    }
}

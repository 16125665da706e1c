//! Verify the audit log on demand, beside everything else: a log of a million records takes longer than a request may.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use postern_domain::Timestamp;

use super::search::{AuditError, may_read};
use super::{Verified, VerifyAuditError};
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
        let service = Arc::downgrade(self);
        self.spawn(async move {
            let Some(service) = service.upgrade() else { return };
            let result = service.verify_audit().await.map_err(Arc::new);
            if let Err(error) = &result {
                tracing::error!(%error, "the audit log could not be verified");
            }
            *service.verifying.state() = Verification::Ended { at: service.now(), result };
        });
        Ok(())
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

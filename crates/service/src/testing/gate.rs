//! A database whose writer is busy until a test says otherwise.

use std::sync::Arc;

use async_trait::async_trait;
use postern_storage::{Candidate, Change, Result, SecretLookup, Snapshot, Store, Transaction};
use tokio::sync::{broadcast, watch};

/// The real database behind a gate: whoever wants to write waits until it is opened; whoever reads does not.
pub(crate) struct Gate {
    store: Arc<dyn Store>,
    is_open: watch::Sender<bool>,
}

impl Gate {
    /// A gate that is open.
    pub(crate) fn before(store: &Arc<dyn Store>) -> Arc<Self> {
        Arc::new(Self { store: Arc::clone(store), is_open: watch::Sender::new(true) })
    }

    pub(crate) fn close(&self) {
        self.is_open.send_replace(false);
    }

    pub(crate) fn open(&self) {
        self.is_open.send_replace(true);
    }
}

#[async_trait]
impl Store for Gate {
    async fn snapshot(&self) -> Result<Box<dyn Snapshot>> {
        self.store.snapshot().await
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>> {
        self.is_open.subscribe().wait_for(|open| *open).await.expect("the gate is there");
        self.store.begin().await
    }

    async fn find_candidates(&self, lookup: &SecretLookup<'_>) -> Result<Vec<Candidate>> {
        self.store.find_candidates(lookup).await
    }

    fn changes(&self) -> broadcast::Receiver<Change> {
        self.store.changes()
    }
}

//! A database that a test can take down and bring up again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use postern_storage::{Candidate, Change, Result, SecretLookup, Snapshot, StorageError, Store, Transaction};
use postern_storage_sql::Location;
use tokio::sync::broadcast;

/// The real database behind a switch: what is asked of it while it is down is answered with
/// [`StorageError::Unavailable`]. What was begun before goes on.
pub struct SwitchableStore {
    store: Arc<dyn Store>,
    is_down: AtomicBool,
    /// When set, this is the change feed, and nothing ever comes of it.
    deaf: Option<broadcast::Sender<Change>>,
}

impl SwitchableStore {
    /// An empty SQLite database in memory that is up.
    ///
    /// # Panics
    /// When the database cannot be opened.
    pub async fn open() -> Arc<Self> {
        Self::with_feed(None).await
    }

    /// The same with a change feed that is silent: every notice is lost.
    ///
    /// # Panics
    /// When the database cannot be opened.
    pub async fn open_deaf() -> Arc<Self> {
        Self::with_feed(Some(broadcast::channel(1).0)).await
    }

    async fn with_feed(deaf: Option<broadcast::Sender<Change>>) -> Arc<Self> {
        let store = postern_storage_sql::open(&Location::SqliteInMemory).await.expect("a temporary database");
        Arc::new(Self { store, is_down: AtomicBool::new(false), deaf })
    }

    /// From now on nobody gets an answer.
    pub fn take_down(&self) {
        self.is_down.store(true, Ordering::SeqCst);
    }

    /// From now on it answers again.
    pub fn bring_up(&self) {
        self.is_down.store(false, Ordering::SeqCst);
    }

    fn ask(&self) -> Result<&Arc<dyn Store>> {
        if self.is_down.load(Ordering::SeqCst) {
            Err(StorageError::Unavailable("the test has taken the database down".into()))
        } else {
            Ok(&self.store)
        }
    }
}

#[async_trait]
impl Store for SwitchableStore {
    async fn snapshot(&self) -> Result<Box<dyn Snapshot>> {
        self.ask()?.snapshot().await
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>> {
        self.ask()?.begin().await
    }

    async fn find_candidates(&self, lookup: &SecretLookup<'_>) -> Result<Vec<Candidate>> {
        self.ask()?.find_candidates(lookup).await
    }

    fn changes(&self) -> broadcast::Receiver<Change> {
        match &self.deaf {
            Some(silence) => silence.subscribe(),
            None => self.store.changes(),
        }
    }
}

//! The database as a whole.

use std::sync::Arc;

use async_trait::async_trait;
use postern_storage::{Candidate, Change, Result, SecretLookup, Snapshot, Store, Transaction};
use tokio::sync::broadcast;

use crate::driver::Driver;
use crate::feed::{Feed, Task};
use crate::session::Session;
use crate::{candidates, migrations};

/// A database, opened.
pub(crate) struct SqlStore {
    driver: Arc<dyn Driver>,
    feed: Feed,
    _task: Task,
}

impl SqlStore {
    /// Brings the database to this version's schema and starts to watch it.
    pub(crate) async fn open(driver: Arc<dyn Driver>) -> Result<Self> {
        migrations::run(&*driver).await?;
        let (feed, task) = Feed::start(Arc::clone(&driver)).await?;
        Ok(Self { driver, feed, _task: task })
    }
}

#[async_trait]
impl Store for SqlStore {
    async fn snapshot(&self) -> Result<Box<dyn Snapshot>> {
        Ok(Box::new(Session::new(self.driver.snapshot().await?, self.feed.clone())))
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>> {
        Ok(Box::new(Session::new(self.driver.begin().await?, self.feed.clone())))
    }

    async fn find_candidates(&self, lookup: &SecretLookup<'_>) -> Result<Vec<Candidate>> {
        candidates::find(&*self.driver, lookup).await
    }

    fn changes(&self) -> broadcast::Receiver<Change> {
        self.feed.subscribe()
    }
}

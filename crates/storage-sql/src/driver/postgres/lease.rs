//! A connection out of the pool.

use deadpool_postgres::Object;
use postern_storage::Result;
use tokio_postgres::Row;

use super::super::Value;
use super::{PATIENCE, error, statement};

/// A connection out of the pool. It goes back when dropped, unless it was in the middle of something (a time limit
/// passed, the caller went away): then nobody knows what it would answer next, and it is closed.
pub(super) struct Lease {
    object: Option<Object>,
    busy: bool,
}

impl Lease {
    pub(super) fn new(object: Object) -> Self {
        Self { object: Some(object), busy: false }
    }

    /// Whether it was left in the middle of something.
    pub(super) fn is_busy(&self) -> bool {
        self.busy
    }

    /// Closes it instead of giving it back.
    pub(super) fn close(mut self) {
        self.busy = true;
    }

    /// Runs a statement that answers rows.
    pub(super) async fn query(&mut self, sql: &str, parameters: &[Value<'_>]) -> Result<Vec<Row>> {
        self.limited(PATIENCE, async |client| statement::query(client, sql, parameters).await).await
    }

    /// Runs a statement that answers none.
    pub(super) async fn execute(&mut self, sql: &str, parameters: &[Value<'_>]) -> Result<u64> {
        self.limited(PATIENCE, async |client| statement::execute(client, sql, parameters).await).await
    }

    /// Runs statements without parameters within `limit`.
    pub(super) async fn batch(&mut self, sql: &str, limit: std::time::Duration) -> Result<()> {
        self.limited(limit, async |client| client.batch_execute(sql).await.map_err(error::of)).await
    }

    async fn limited<T>(
        &mut self,
        limit: std::time::Duration,
        work: impl AsyncFnOnce(&Object) -> Result<T>,
    ) -> Result<T> {
        let object = self.object.as_ref().expect("only drop takes it out");
        self.busy = true;
        let done = tokio::time::timeout(limit, work(object)).await.map_err(error::unavailable)?;
        self.busy = false;
        done
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.busy
            && let Some(object) = self.object.take()
        {
            drop(Object::take(object));
        }
    }
}

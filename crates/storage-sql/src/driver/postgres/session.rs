//! Snapshots and write transactions.

use std::time::Duration;

use async_trait::async_trait;
use postern_storage::Result;
use tokio::runtime::Handle;
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit};

use super::super::{Session, Sink, Value};
use super::lease::Lease;
use super::{PATIENCE, WAIT_TO_WRITE, watch};

/// The key of the advisory lock: "postern" in ASCII.
const LOCK: &str = "select pg_advisory_xact_lock(31651902294225518)";

/// How long the statements of a migration may take.
const PATIENCE_WITH_MIGRATIONS: Duration = Duration::from_secs(60);

/// What a session holds besides its connection, until it has ended.
enum Place {
    Snapshot { _permit: OwnedSemaphorePermit },
    Writer { _turn: OwnedMutexGuard<()> },
}

/// A transaction. Dropped without a commit, it is rolled back before its connection and its place are free again.
pub(super) struct PostgresSession(Option<(Lease, Place)>);

impl PostgresSession {
    /// The first statement fixes the state that is seen, so one is run here.
    pub(super) async fn snapshot(mut lease: Lease, permit: OwnedSemaphorePermit) -> Result<Self> {
        lease.batch("begin isolation level repeatable read read only; select 1", PATIENCE).await?;
        Ok(Self(Some((lease, Place::Snapshot { _permit: permit }))))
    }

    /// Every statement under the lock sees what was committed before, which is all there will be.
    pub(super) async fn write(mut lease: Lease, turn: OwnedMutexGuard<()>) -> Result<Self> {
        lease.batch("begin isolation level read committed", PATIENCE).await?;
        let mut session = Self(Some((lease, Place::Writer { _turn: turn })));
        session.lease().batch(LOCK, WAIT_TO_WRITE + PATIENCE).await?;
        Ok(session)
    }

    fn lease(&mut self) -> &mut Lease {
        let (lease, _) = self.0.as_mut().expect("only commit and drop take it out");
        lease
    }
}

#[async_trait]
impl Session for PostgresSession {
    async fn query(&mut self, sql: &str, parameters: &[Value<'_>], sink: Sink<'_>) -> Result<()> {
        let rows = self.lease().query(sql, parameters).await?;
        rows.iter().try_for_each(|row| sink(row))
    }

    async fn execute(&mut self, sql: &str, parameters: &[Value<'_>]) -> Result<u64> {
        self.lease().execute(sql, parameters).await
    }

    async fn batch(&mut self, sql: &str) -> Result<()> {
        self.lease().batch(sql, PATIENCE_WITH_MIGRATIONS).await
    }

    async fn commit(mut self: Box<Self>, announced: bool) -> Result<()> {
        let sql = if announced { watch::NOTIFY_AND_COMMIT } else { "commit" };
        self.lease().batch(sql, WAIT_TO_WRITE).await?;
        self.0 = None;
        Ok(())
    }
}

impl Drop for PostgresSession {
    fn drop(&mut self) {
        let Some((mut lease, place)) = self.0.take() else { return };
        // A connection in the middle of something is closed, and the server rolls back by itself.
        if lease.is_busy() {
            return;
        }
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                if let Err(reason) = lease.batch("rollback", PATIENCE).await {
                    tracing::debug!(%reason, "a transaction ended with its connection");
                }
                drop(place);
            });
        } else {
            lease.close();
        }
    }
}

//! Snapshots and write transactions.

use async_trait::async_trait;
use postern_storage::{Result, StorageError};
use rusqlite::Connection;
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit};

use super::super::{Session, Sink, Value};
use super::readers::Reader;
use super::{error, statement};

/// A read transaction. Its connection goes back, and the transaction ends, when it is dropped.
pub(super) struct ReadSession {
    reader: Reader,
    _permit: OwnedSemaphorePermit,
}

impl ReadSession {
    /// The first read fixes the state that is seen, so one is made here.
    pub(super) fn begin(reader: Reader, permit: OwnedSemaphorePermit) -> Result<Self> {
        // Prepared once on each connection: parsing them anew would cost as much as the reads that follow.
        for sql in ["begin", "select 1 from sqlite_schema limit 1"] {
            statement::query(&reader, sql, &[], &mut |_| Ok(()))?;
        }
        Ok(Self { reader, _permit: permit })
    }
}

#[async_trait]
impl Session for ReadSession {
    async fn query(&mut self, sql: &str, parameters: &[Value<'_>], sink: Sink<'_>) -> Result<()> {
        statement::query(&self.reader, sql, parameters, sink)
    }

    async fn execute(&mut self, sql: &str, parameters: &[Value<'_>]) -> Result<u64> {
        statement::execute(&self.reader, sql, parameters)
    }

    async fn batch(&mut self, sql: &str) -> Result<()> {
        self.reader.execute_batch(sql).map_err(error::of)
    }

    async fn commit(self: Box<Self>, _announced: bool) -> Result<()> {
        Ok(())
    }
}

/// A write transaction; it holds the one connection that writes.
pub(super) struct WriteSession {
    writer: Writer,
}

/// The writing connection, inside a transaction, which dropping it rolls back.
struct Writer(OwnedMutexGuard<Connection>);

impl Drop for Writer {
    fn drop(&mut self) {
        if !self.0.is_autocommit()
            && let Err(reason) = self.0.execute_batch("rollback")
        {
            tracing::error!(%reason, "a write transaction could not be rolled back");
        }
    }
}

impl WriteSession {
    pub(super) async fn begin(connection: OwnedMutexGuard<Connection>) -> Result<Self> {
        let begun = tokio::task::spawn_blocking(move || {
            let writer = Writer(connection);
            writer.0.execute_batch("begin immediate").map_err(error::of)?;
            Ok::<_, StorageError>(writer)
        });
        Ok(Self { writer: begun.await.map_err(error::of_task)?? })
    }
}

#[async_trait]
impl Session for WriteSession {
    async fn query(&mut self, sql: &str, parameters: &[Value<'_>], sink: Sink<'_>) -> Result<()> {
        statement::query(&self.writer.0, sql, parameters, sink)
    }

    async fn execute(&mut self, sql: &str, parameters: &[Value<'_>]) -> Result<u64> {
        statement::execute(&self.writer.0, sql, parameters)
    }

    async fn batch(&mut self, sql: &str) -> Result<()> {
        self.writer.0.execute_batch(sql).map_err(error::of)
    }

    /// Runs to its end even when the caller goes away meanwhile. A failed commit is rolled back by the drop.
    async fn commit(self: Box<Self>, _announced: bool) -> Result<()> {
        let committed =
            tokio::task::spawn_blocking(move || self.writer.0.execute_batch("commit").map_err(error::of));
        committed.await.map_err(error::of_task)?
    }
}

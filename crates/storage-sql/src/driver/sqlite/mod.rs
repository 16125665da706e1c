//! SQLite: the default database, in one file.
//!
//! Write-ahead log, `synchronous = FULL`. One connection writes, at most one transaction at a time; the others read
//! and never wait for it. Statements run inline, for they take microseconds; what may wait for the disk or for another
//! process (`BEGIN IMMEDIATE`, `COMMIT`) runs on a blocking thread.

mod connection;
mod error;
mod readers;
mod session;
mod statement;
mod watch;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use postern_storage::{Result, StorageError};
use rusqlite::Connection;
use tokio::sync::{Mutex, Semaphore};

use self::connection::{Durability, Use};
use self::readers::Readers;
use self::session::{ReadSession, WriteSession};
use super::{Dialect, Driver, Session, Sink, Value, Watch};

/// How long a write transaction waits for the one before.
const WAIT_TO_WRITE: Duration = Duration::from_secs(5);

/// How long a snapshot waits for another to end when [`MOST_SNAPSHOTS`] are open.
const WAIT_TO_READ: Duration = Duration::from_secs(2);

/// Most snapshots at once: each holds a connection with its file handles.
const MOST_SNAPSHOTS: usize = 64;

/// A database in a file.
pub(crate) struct Sqlite {
    readers: Arc<Readers>,
    writer: Arc<Mutex<Connection>>,
    snapshots: Arc<Semaphore>,
    /// Removes the folder of a database that is for tests only.
    _folder: Option<tempfile::TempDir>,
}

impl Sqlite {
    /// Opens the database in `file`; makes file and folder when they are not there.
    pub(crate) async fn open(file: &Path) -> Result<Self> {
        Self::open_with(file.to_owned(), Durability::Full, None).await
    }

    /// Opens a new database that goes away with the last use of it and is not made durable.
    pub(crate) async fn open_temporary() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("postern-").tempdir().map_err(error::of_file)?;
        Self::open_with(folder.path().join("postern.db"), Durability::None, Some(folder)).await
    }

    async fn open_with(
        file: std::path::PathBuf,
        durability: Durability,
        folder: Option<tempfile::TempDir>,
    ) -> Result<Self> {
        let opening = tokio::task::spawn_blocking(move || {
            connection::make_file(&file)?;
            let writer = connection::open(&file, Use::Write, durability)?;
            Ok((Readers::new(file), writer))
        });
        let (readers, writer) = opening.await.map_err(error::of_task)??;
        Ok(Self {
            readers: Arc::new(readers),
            writer: Arc::new(Mutex::new(writer)),
            snapshots: Arc::new(Semaphore::new(MOST_SNAPSHOTS)),
            _folder: folder,
        })
    }
}

#[async_trait]
impl Driver for Sqlite {
    fn dialect(&self) -> Dialect {
        Dialect {
            count_of_schemas: "select count(*) from sqlite_master where name = 'schema_migration'",
            int: "integer",
            text: "text",
            blob: "blob",
            table: " strict",
            clustered: " strict, without rowid",
        }
    }

    async fn snapshot(&self) -> Result<Box<dyn Session>> {
        let permit = tokio::time::timeout(WAIT_TO_READ, Arc::clone(&self.snapshots).acquire_owned());
        let permit = permit.await.map_err(unavailable)?.map_err(unavailable)?;
        Ok(Box::new(ReadSession::begin(self.readers.take()?, permit)?))
    }

    async fn begin(&self) -> Result<Box<dyn Session>> {
        let writer = tokio::time::timeout(WAIT_TO_WRITE, Arc::clone(&self.writer).lock_owned());
        Ok(Box::new(WriteSession::begin(writer.await.map_err(unavailable)?).await?))
    }

    async fn read(&self, sql: &str, parameters: &[Value<'_>], sink: Sink<'_>) -> Result<()> {
        statement::query(&*self.readers.take()?, sql, parameters, sink)
    }

    fn watch(&self) -> Result<Box<dyn Watch>> {
        Ok(Box::new(watch::FileWatch::new(self.readers.open()?)))
    }
}

fn unavailable(error: impl std::error::Error + Send + Sync + 'static) -> StorageError {
    StorageError::Unavailable(Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R7: a full disk refuses changes and serves reads. SQLite's own limit of pages stands for the disk's size.
    #[tokio::test]
    async fn a_full_disk_refuses_changes_and_serves_reads() {
        let database = Sqlite::open_temporary().await.unwrap();
        let mut session = database.begin().await.unwrap();
        session.batch("create table t (a blob) strict; insert into t values (x'01')").await.unwrap();
        session.commit(false).await.unwrap();
        database.writer.lock().await.pragma_update(None, "max_page_count", 3).unwrap();
        let mut session = database.begin().await.unwrap();
        let refused = session.execute("insert into t values (zeroblob(100000))", &[]).await;
        assert!(matches!(refused, Err(StorageError::Unwritable(_))), "{refused:?}");
        drop(session);
        let mut rows = 0;
        let mut count = |_: &dyn super::super::Row| {
            rows += 1;
            Ok(())
        };
        database.read("select a from t", &[], &mut count).await.unwrap();
        assert_eq!(rows, 1);
        // And when there is room again, changes go on.
        database.writer.lock().await.pragma_update(None, "max_page_count", 1000).unwrap();
        let mut session = database.begin().await.unwrap();
        session.execute("insert into t values (zeroblob(100000))", &[]).await.unwrap();
        session.commit(false).await.unwrap();
    }

    /// A connection that reads cannot write, whatever statement it is given.
    #[tokio::test]
    async fn readers_cannot_write() {
        let database = Sqlite::open_temporary().await.unwrap();
        let mut session = database.snapshot().await.unwrap();
        assert!(session.execute("create table t (a blob) strict", &[]).await.is_err());
    }

    /// `$2` means the second value wherever it stands, and as often as it stands.
    #[tokio::test]
    async fn parameters_are_meant_by_their_number() {
        let database = Sqlite::open_temporary().await.unwrap();
        let mut numbers = Vec::new();
        let parameters = [Value::Int(1), Value::Int(2)];
        let mut keep = |row: &dyn super::super::Row| {
            for column in 0..3 {
                numbers.push(format!("{:?}", row.value(column)?));
            }
            Ok(())
        };
        database.read("select $2, $1, $2", &parameters, &mut keep).await.unwrap();
        assert_eq!(numbers, ["Int(2)", "Int(1)", "Int(2)"]);
        let missing = database.read("select $3", &parameters, &mut |_| Ok(())).await;
        assert!(matches!(missing, Err(StorageError::Refused(_))), "{missing:?}");
    }
}

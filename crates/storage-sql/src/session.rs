//! A snapshot or a write transaction, on which each aggregate runs its statements.

use async_trait::async_trait;
use postern_storage::{Change, Result, Snapshot, StorageError, Transaction};

use crate::aggregate::directory_changes::Noted;
use crate::convert::Columns;
use crate::driver::{self, Value};
use crate::feed::{Announced, Feed};

/// A snapshot or a write transaction. Which of the two, the traits by which it is handed out say.
pub(crate) struct Session {
    inner: Box<dyn driver::Session>,
    feed: Feed,
    announced: Announced,
    failed: bool,
    /// What this transaction has noted as changed for directory clients.
    pub(crate) noted: Noted,
}

/// An earlier statement of the transaction failed.
#[derive(Debug, thiserror::Error)]
#[error("an earlier statement of the transaction failed: it can only be rolled back")]
struct AlreadyFailed;

/// The row that a statement was to change is not there.
#[derive(Debug, thiserror::Error)]
#[error("{what} to be changed is not there")]
struct NotThere {
    what: &'static str,
}

impl Session {
    pub(crate) fn new(inner: Box<dyn driver::Session>, feed: Feed) -> Self {
        Self { inner, feed, announced: Announced::default(), failed: false, noted: Noted::default() }
    }

    /// The rows of an answer, each read by `read`.
    pub(crate) async fn rows<T: Send>(
        &mut self,
        sql: &str,
        parameters: &[Value<'_>],
        read: impl Fn(&mut Columns<'_>) -> Result<T> + Send + Sync,
    ) -> Result<Vec<T>> {
        self.check()?;
        tracing::trace!(sql, "a statement");
        let mut rows = Vec::new();
        let mut sink = |row: &dyn driver::Row| {
            rows.push(read(&mut Columns::of(row))?);
            Ok(())
        };
        let done = self.inner.query(sql, parameters, &mut sink).await;
        self.note(done)?;
        Ok(rows)
    }

    /// The first row of an answer.
    pub(crate) async fn first<T: Send>(
        &mut self,
        sql: &str,
        parameters: &[Value<'_>],
        read: impl Fn(&mut Columns<'_>) -> Result<T> + Send + Sync,
    ) -> Result<Option<T>> {
        Ok(self.rows(sql, parameters, read).await?.into_iter().next())
    }

    /// The one number that a statement answers.
    pub(crate) async fn number(&mut self, sql: &str, parameters: &[Value<'_>]) -> Result<u64> {
        let number = self.first(sql, parameters, |columns| columns.next("a count")).await?;
        number.ok_or(StorageError::Corrupt { what: "a count" })
    }

    /// Runs a statement that answers nothing; gives the number of rows it touched.
    pub(crate) async fn execute(&mut self, sql: &str, parameters: &[Value<'_>]) -> Result<u64> {
        self.check()?;
        tracing::trace!(sql, "a statement");
        let done = self.inner.execute(sql, parameters).await;
        self.note(done)
    }

    /// Runs a statement that must touch a row: `what` names it.
    pub(crate) async fn execute_on(
        &mut self,
        what: &'static str,
        sql: &str,
        parameters: &[Value<'_>],
    ) -> Result<()> {
        match self.execute(sql, parameters).await? {
            0 => self.note(Err(StorageError::Refused(Box::new(NotThere { what })))),
            _ => Ok(()),
        }
    }

    /// PostgreSQL refuses everything after a failed statement, and answers its commit with a silent rollback; SQLite
    /// would go on and commit half a deed. Here both end the same way.
    fn check(&self) -> Result<()> {
        if self.failed { Err(StorageError::Refused(Box::new(AlreadyFailed))) } else { Ok(()) }
    }

    fn note<T>(&mut self, done: Result<T>) -> Result<T> {
        self.failed |= done.is_err();
        done
    }
}

impl Snapshot for Session {}

#[async_trait]
impl Transaction for Session {
    async fn announce(&mut self, change: Change) -> Result<()> {
        let change = crate::feed::append(self, change.kind).await?;
        self.announced.push(change);
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<()> {
        self.check()?;
        self.inner.commit(!self.announced.is_empty()).await?;
        self.feed.publish_own(self.announced);
        Ok(())
    }
}

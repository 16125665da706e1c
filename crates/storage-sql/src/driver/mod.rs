//! What the two databases have in common, and the only place where they differ.
//!
//! A statement is written once, with `$1`, `$2`, … for its parameters; a driver runs it. Nothing above the drivers
//! knows which database it talks to.

pub(crate) mod postgres;
pub(crate) mod sqlite;

use async_trait::async_trait;
use postern_storage::Result;

/// A value on its way to or from a database. Numbers, moments and small codes are all `Int`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    /// SQL's null.
    Null,
    /// A signed 64-bit number.
    Int(i64),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
}

/// A row of an answer, borrowed from the database's own buffer.
pub(crate) trait Row {
    /// The value in a column, counted from 0.
    fn value(&self, column: usize) -> Result<Value<'_>>;
}

/// What takes the rows of an answer, one after the other.
pub(crate) type Sink<'a> = &'a mut (dyn FnMut(&dyn Row) -> Result<()> + Send);

/// The names that a database gives to our types, for the migrations.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dialect {
    /// Counts the tables of migrations that there are: none or one.
    pub(crate) count_of_schemas: &'static str,
    /// A signed 64-bit number.
    pub(crate) int: &'static str,
    /// Text that is compared and sorted by its bytes.
    pub(crate) text: &'static str,
    /// Bytes.
    pub(crate) blob: &'static str,
    /// What stands after a table's columns.
    pub(crate) table: &'static str,
    /// The same for a table that is to be stored in the order of its primary key, where that can be had.
    pub(crate) clustered: &'static str,
}

/// A database.
#[async_trait]
pub(crate) trait Driver: Send + Sync {
    /// Names of types.
    fn dialect(&self) -> Dialect;

    /// Starts to read from one consistent state.
    async fn snapshot(&self) -> Result<Box<dyn Session>>;

    /// Starts a write transaction, after the one before has ended, on this node or another.
    async fn begin(&self) -> Result<Box<dyn Session>>;

    /// Runs one reading statement by itself: it sees everything that was committed before the call.
    async fn read(&self, sql: &str, parameters: &[Value<'_>], sink: Sink<'_>) -> Result<()>;

    /// A watch over the commits of every process.
    fn watch(&self) -> Result<Box<dyn Watch>>;
}

/// A snapshot or a write transaction. Dropped without a commit, it is rolled back.
#[async_trait]
pub(crate) trait Session: Send {
    /// Runs a statement that answers rows.
    async fn query(&mut self, sql: &str, parameters: &[Value<'_>], sink: Sink<'_>) -> Result<()>;

    /// Runs a statement that answers none. Gives the number of rows that it touched.
    async fn execute(&mut self, sql: &str, parameters: &[Value<'_>]) -> Result<u64>;

    /// Runs several statements without parameters.
    async fn batch(&mut self, sql: &str) -> Result<()>;

    /// Makes everything durable. `announced`: something was written to the change feed.
    async fn commit(self: Box<Self>, announced: bool) -> Result<()>;
}

/// A watch over the commits of every process.
#[async_trait]
pub(crate) trait Watch: Send {
    /// Waits until something may have been committed. Can be cancelled.
    async fn wait(&mut self) -> Signal;
}

/// What a [`Watch`] saw.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Signal {
    /// Something may have been committed.
    Look,
    /// The watch was interrupted: something may have been missed.
    Interrupted,
}

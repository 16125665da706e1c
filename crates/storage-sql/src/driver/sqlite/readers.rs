//! The connections that read.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use postern_storage::Result;
use rusqlite::Connection;

use super::connection::{self, Durability, Use};
use super::statement;

/// Most idle connections kept: about one for each thread that signs programs in, and some for snapshots.
const MOST_IDLE: usize = 16;

/// The connections that read. More are opened whenever all are in use.
pub(super) struct Readers {
    file: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(file: PathBuf) -> Self {
        Self { file, idle: Mutex::new(Vec::with_capacity(MOST_IDLE)) }
    }

    /// An idle connection, or a new one.
    pub(super) fn take(self: &Arc<Self>) -> Result<Reader> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = idle.map_or_else(|| self.open(), Ok)?;
        Ok(Reader { connection: Some(connection), home: Arc::clone(self) })
    }

    /// A new connection that is never given back.
    pub(super) fn open(&self) -> Result<Connection> {
        connection::open(&self.file, Use::Read, Durability::Full)
    }
}

/// A connection that reads; it goes back when dropped.
pub(super) struct Reader {
    connection: Option<Connection>,
    home: Arc<Readers>,
}

impl Deref for Reader {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("only drop takes it out")
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if !connection.is_autocommit() && statement::execute(&connection, "rollback", &[]).is_err() {
            return;
        }
        let mut idle = self.home.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MOST_IDLE {
            idle.push(connection);
        }
    }
}

//! What PostgreSQL's errors mean.

use std::error::Error as StdError;

use postern_storage::StorageError;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::constraint;

/// What an error of a statement means.
pub(super) fn of(error: Error) -> StorageError {
    let Some(answer) = error.as_db_error() else {
        // Not an answer of the server: the connection broke, unless a value did not fit, which is our defect.
        let broken = error.is_closed() || error.source().is_some_and(<dyn StdError>::is::<std::io::Error>);
        return if broken { unavailable(error) } else { refused(error) };
    };
    let code = answer.code();
    if *code == SqlState::UNIQUE_VIOLATION {
        return constraint::conflict(answer.constraint()).unwrap_or_else(|| refused(error));
    }
    if [SqlState::DISK_FULL, SqlState::READ_ONLY_SQL_TRANSACTION, SqlState::IO_ERROR].contains(code) {
        return StorageError::Unwritable(Box::new(error));
    }
    // 08 connection, 40 serialization and deadlock, 53 resources, 55 locks, 57 shutdown and cancelling, 58 system.
    let temporary = ["08", "40", "53", "55", "57", "58"].iter().any(|class| code.code().starts_with(class));
    if temporary { unavailable(error) } else { refused(error) }
}

/// It cannot be reached.
pub(super) fn unavailable(error: impl StdError + Send + Sync + 'static) -> StorageError {
    StorageError::Unavailable(Box::new(error))
}

/// A defect of ours, or of the URL.
pub(super) fn refused(error: impl StdError + Send + Sync + 'static) -> StorageError {
    StorageError::Refused(Box::new(error))
}

/// Whether the connection itself was lost, so that another one may do better.
pub(super) fn connection_is_gone(error: &StorageError) -> bool {
    let StorageError::Unavailable(source) = error else { return false };
    source.downcast_ref::<Error>().is_some_and(|error| {
        error.is_closed()
            || error
                .code()
                .is_some_and(|code| [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN].contains(code))
            || error.source().is_some_and(<dyn StdError>::is::<std::io::Error>)
    })
}

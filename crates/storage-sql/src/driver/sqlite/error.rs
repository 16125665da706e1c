//! What SQLite's errors mean.

use postern_storage::StorageError;
use rusqlite::ErrorCode;
use rusqlite::ffi;

use crate::constraint;

/// What an error of SQLite means.
pub(super) fn of(error: rusqlite::Error) -> StorageError {
    let rusqlite::Error::SqliteFailure(failure, text) = &error else {
        return StorageError::Refused(Box::new(error));
    };
    match failure.code {
        ErrorCode::DiskFull | ErrorCode::ReadOnly | ErrorCode::PermissionDenied => {
            StorageError::Unwritable(Box::new(error))
        }
        ErrorCode::SystemIoFailure if is_of_writing(failure.extended_code) => {
            StorageError::Unwritable(Box::new(error))
        }
        ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::OperationInterrupted
        | ErrorCode::OutOfMemory => StorageError::Unavailable(Box::new(error)),
        ErrorCode::ConstraintViolation => {
            let columns = text.as_deref().and_then(|text| text.strip_prefix("UNIQUE constraint failed: "));
            constraint::conflict(columns).unwrap_or_else(|| StorageError::Refused(Box::new(error)))
        }
        _ => StorageError::Refused(Box::new(error)),
    }
}

fn is_of_writing(extended_code: std::ffi::c_int) -> bool {
    matches!(
        extended_code,
        ffi::SQLITE_IOERR_WRITE
            | ffi::SQLITE_IOERR_FSYNC
            | ffi::SQLITE_IOERR_DIR_FSYNC
            | ffi::SQLITE_IOERR_TRUNCATE
            | ffi::SQLITE_IOERR_SHMSIZE
    )
}

/// What it means that the file or its folder cannot be made.
pub(super) fn of_file(error: std::io::Error) -> StorageError {
    StorageError::Unwritable(Box::new(error))
}

/// What it means that a blocking thread did not finish.
pub(super) fn of_task(error: tokio::task::JoinError) -> StorageError {
    StorageError::Unavailable(Box::new(error))
}

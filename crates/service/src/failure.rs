//! Failures of ours. They are never reported as the fault of who asked.

use postern_storage::StorageError;

use crate::keys::KeyFileError;

/// Why a deed could not be done, through no fault of who asked. Always temporary to the outside.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A program asked for a change of a version that is no longer the present one ([`crate::api::Precondition`]). The
    /// one that is not ours: it stands here because every deed may meet it.
    #[error("it was changed meanwhile: read it again")]
    ChangedMeanwhile,
    /// Too many passwords are being hashed already; the attempt was not judged.
    #[error("too many sign-ins at once: try again in a few seconds")]
    Busy,
    /// The database knows a key version that this process does not hold: a stored secret was made with it, or may have
    /// been.
    #[error(
        "the key file has no key of version {version}, which the database needs: restore the key file that belongs to this database"
    )]
    MissingKey {
        /// The version.
        version: u32,
    },
    /// The key file is not the one that this database was used with before. Found when a service is opened, so that
    /// nobody's app password is refused as wrong.
    #[error(
        "the key file's key {version} is not the one that this database was made with: restore the key file that belongs to this database"
    )]
    ForeignKeys {
        /// The version.
        version: u32,
    },
    /// The key file cannot be read again.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// A sealed value does not open: the key file belongs to another database, or the value was changed.
    #[error("a sealed value in the database does not open with the key file's key {version}")]
    Unsealable {
        /// The version.
        version: u32,
    },
}

impl Failure {
    /// Whether only what one row says could not be read, so that a question about others may be answered.
    #[must_use]
    pub const fn is_of_one_row(&self) -> bool {
        matches!(self, Self::Storage(StorageError::Corrupt { .. }))
    }
}

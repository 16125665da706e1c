//! What can go wrong with a database. None of it is the fault of who asked.

/// Why the database did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// It cannot be reached, or did not answer in time. To be reported as a temporary failure.
    #[error("the database cannot be reached: {0}")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It refuses to write: the disk is full or read-only. Reads go on.
    #[error("the database cannot be written: {0}")]
    Unwritable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Something that must be unique is there already (a name, an address). Nothing was written.
    #[error("there already: {what}")]
    Conflict {
        /// What must be unique: the constraint's name.
        what: &'static str,
    },
    /// It was asked for as one that is there, and there is none, or nothing of ours in it. Nothing was made.
    #[error("there is no Postern data")]
    NoData,
    /// A newer version of Postern has changed the database; this one must not touch it.
    #[error(
        "the database has schema {found}, made by a newer Postern; this one knows schemas up to {known}: use the newer version, or restore the backup that was made before the upgrade"
    )]
    NewerSchema {
        /// What stands in the database.
        found: u32,
        /// The newest that this version knows.
        known: u32,
    },
    /// A migration that was applied differs from the one in this version.
    #[error(
        "migration {number} was applied to the database in another form than this version has: this is not the Postern that made it"
    )]
    ForeignSchema {
        /// The migration's number.
        number: u32,
    },
    /// A stored value has no meaning in this version.
    #[error("the database holds a value that has no meaning: {what}")]
    Corrupt {
        /// Table and column.
        what: &'static str,
    },
    /// The database refused for another reason: a defect of ours.
    #[error("the database refused: {0}")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
}

//! Import accounts from a file of comma-separated values (RFC 4180).
//!
//! In two steps: [`crate::Service::plan_import`] reads the whole file beside the whole directory and either names every mistake
//! or says what would be added and changed; [`crate::Service::import_accounts`] does it. What is not in the file stays as it is,
//! unless it was asked that missing persons be blocked; nothing is ever deleted. A file that was imported changes nothing
//! when it is imported again.

mod apply;
mod columns;
mod existing;
mod mistake;
mod plan;
mod row;
mod table;

pub use apply::Imported;
pub use mistake::{ImportMistake, ImportMistakes, Wrong};
pub use plan::{ImportPlan, PlannedAccount};

use postern_domain::text::counted;
use postern_storage::StorageError;

use crate::Failure;

/// A file to be imported.
#[derive(Clone, Copy, Debug)]
pub struct Import<'a> {
    /// Its octets: UTF-8, with or without a byte order mark, commas, semicolons or tabs between the cells.
    pub file: &'a [u8],
    /// Blocks the active persons without a role that the file does not name, if they are at most as many as this.
    pub block_missing: Option<u64>,
}

impl Import<'_> {
    /// Most octets of a file.
    pub const MOST_OCTETS: usize = 64 * 1024 * 1024;
    /// Most accounts of a file.
    pub const MOST_ROWS: usize = 250_000;
    /// Every column, by the name that its head has: beside these, case, spaces, hyphens and low lines do not count.
    pub const COLUMNS: &'static [&'static str] = columns::NAMES;
}

/// Why nothing, or not everything, was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file has mistakes; nothing was imported.
    #[error("{0}")]
    Mistakes(ImportMistakes),
    /// More persons would be blocked than was allowed; nothing was imported.
    #[error(
        "the file leaves out {}, who would be blocked, but at most {most} may be: check that the file is whole, or allow more",
        counted(*.missing, "person")
    )]
    TooManyMissing {
        /// How many are missing.
        missing: u64,
        /// How many may be blocked.
        most: u64,
    },
    /// It would leave no administrator who can sign in.
    #[error("after this import nobody could administer: leave one active global administrator")]
    LastAdministrator,
    /// Who asked may not.
    #[error("your role does not allow that")]
    NotAllowed,
    /// The deed needs a second factor that was checked in the last minutes.
    #[error("confirm with your second factor first")]
    StepUpNeeded,
    /// Somebody else changed one of the accounts between the plan and the import.
    #[error(
        "{name} was changed by somebody else meanwhile, after {} had been imported: import the file again for the rest",
        counted(*.applied, "account")
    )]
    ChangedMeanwhile {
        /// The account.
        name: String,
        /// Accounts that were imported before.
        applied: u64,
    },
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for ImportError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

#[cfg(test)]
mod tests;

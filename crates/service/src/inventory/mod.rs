//! The inventory: every app password of every account, with what is wrong with it, and the report of sign-ins.

mod export;
mod list_inventory;
mod place;
mod sign_in_report;

pub use export::{CSV_COLUMNS, csv_line, json_line};
pub use list_inventory::{InventoryCount, InventoryItem, InventoryList, InventoryQuery, Wide};
pub use place::NoSuchPlace;
pub use postern_storage::{
    CredentialSort, Ended, InventoryCursor, InventoryFlag, MOST_COUNTED, SignInTally, TallyStep,
    TriedAfterEnd,
};
pub use sign_in_report::{ReportSpan, SignInReport};

use postern_storage::StorageError;

use crate::Failure;

/// Why the inventory was not read.
#[derive(Debug, thiserror::Error)]
pub enum InventoryError {
    /// Who asked may not.
    #[error("your role does not allow that")]
    NotAllowed,
    /// No account has that name.
    #[error("there is no account with that name")]
    NoSuchAccount,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for InventoryError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

#[cfg(test)]
mod tests;

//! The inventory: every credential with which nobody answers a second factor, with what is wrong with it, and the report
//! of sign-ins.

mod export;
mod facts;
mod findings;
mod kind;
mod list_inventory;
mod place;
mod sign_in_report;

pub use export::{CSV_COLUMNS, csv_line, json_line};
pub use facts::{CredentialState, FactTried, FactUse, Facts};
pub use findings::{InventoryItem, Listed, Wide};
pub use kind::CredentialKind;
pub use list_inventory::{InventoryCount, InventoryList, InventoryQuery};
pub use place::{InventoryPlace, NoSuchPlace};
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

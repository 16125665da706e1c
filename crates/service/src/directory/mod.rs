//! Accounts and groups as a directory outside keeps them: imported from a file, or provisioned by an identity provider.

mod apply;
mod difference;
mod import;
mod provision;

pub use difference::Difference;
pub use import::{
    Import, ImportError, ImportMistake, ImportMistakes, ImportPlan, Imported, PlannedAccount, Wrong,
};
pub use provision::{
    GroupStep, Meant, ProvisionError, Provisioned, ProvisionedGroup, WantedAccount, WantedGroup,
};

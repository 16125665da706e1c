//! Deeds on accounts.

mod add_account;
mod administer;
mod block_account;
mod bulk;
mod change_addresses;
mod change_groups;
mod delete_account;
mod export_programs;
mod find_account;
mod hash_account_password;
mod list_accounts;
mod list_programs;
mod reset_methods;
mod set_account_password;
mod set_impersonation_grant;
mod set_mfa_state;
mod set_role;
mod set_sid;

pub use add_account::{AddAccount, AddAccountError};
pub(crate) use add_account::{kind_name, record_of_new};
pub(crate) use administer::keep_an_administrator;
pub(crate) use block_account::{block, end_what_is_open};
pub(crate) use bulk::keep as keep_bulk_jobs;
pub use bulk::{BulkError, NotDone};
pub use find_account::{AccountDetails, MOST_REVOKED};
pub use postern_storage::{
    AccountFilter, AccountSummary, BulkChoice, BulkJob, ListedAccount, MfaCounts, Program, ProgramFilter,
    ProgramPlace, ProgramTotals,
};
pub use set_account_password::SetAccountPasswordError;
pub(crate) use set_impersonation_grant::{by_primary_address, in_full};

use postern_domain::account::Account;
use postern_domain::audit::Operation;
use postern_storage::StorageError;

use crate::Failure;
use crate::audit::Record;

/// Why a deed on an account was not done.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// No account has that name.
    #[error("there is no account with that name")]
    NoSuchAccount,
    /// Who asked may not.
    #[error("your role does not allow that")]
    NotAllowed,
    /// Who asked may, but not to an account that has as many rights as theirs, or more.
    #[error("your role does not allow that for an account with this role: ask a global administrator")]
    HasMoreRights,
    /// A program asked for a deed of an administrator's on its own owner.
    #[error(
        "no token does that to its owner's account: its owner does it in the portal, or another administrator does"
    )]
    TokensOwner,
    /// A reset of one's own password or methods.
    #[error("this is your own account: change your password and your methods at Security info")]
    OwnAccount,
    /// The deed needs a second factor that was checked in the last minutes.
    #[error("confirm with your second factor first")]
    StepUpNeeded,
    /// The account has no such authentication method.
    #[error("the account has no such authentication method")]
    NoSuchMethod,
    /// It would leave no administrator who can sign in.
    #[error(
        "this is the last administrator: add another one first, with `postern account add --role global-administrator` on the server's machine"
    )]
    LastAdministrator,
    /// A person acts for nobody else.
    #[error(
        "only a service account may act for other mailboxes, and this is a person's: add one with `postern account add --kind service-account`"
    )]
    NotAServiceAccount,
    /// More groups than an account may be in.
    #[error("too many groups: an account is in at most {most}")]
    TooManyGroups {
        /// The most.
        most: usize,
    },
    /// Another account has one of the addresses.
    #[error("another account has that address")]
    AddressTaken,
    /// More aliases than there may be.
    #[error("too many aliases: an account has at most {most}")]
    TooManyAliases {
        /// The most.
        most: usize,
    },
    /// Another account has that security identifier.
    #[error("another account has that security identifier")]
    SidTaken,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for AccountError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Conflict { what: "account sid" } => Self::SidTaken,
            StorageError::Conflict { what: "account address" } => Self::AddressTaken,
            error => Self::Failure(error.into()),
        }
    }
}

/// The audit record of a deed on an account.
pub(crate) fn record_of(operation: Operation, account: &Account) -> Record {
    Record::of(operation).account(account.id).detail("name", &account.name)
}

#[cfg(test)]
mod tests;

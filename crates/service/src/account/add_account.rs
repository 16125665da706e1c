//! Add an account.

use postern_domain::account::password::{AccountPassword, UnfitPassword};
use postern_domain::account::{Account, AccountKind, AccountName, Role};
use postern_domain::mfa::MfaState;

use crate::{By, Failure, Service};

/// An account to be added.
#[derive(Debug)]
pub struct AddAccount {
    /// The user name.
    pub name: AccountName,
    /// Further addresses; at most 64.
    pub aliases: Vec<AccountName>,
    /// Person or service account.
    pub kind: AccountKind,
    /// What it may do for others.
    pub role: Role,
    /// Its MFA state; none takes the setting for new accounts.
    pub mfa: Option<MfaState>,
    /// Its password; none leaves it without one, so that nobody can sign in to the portal with it.
    pub password: Option<AccountPassword>,
}

/// Why an account was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddAccountError {
    /// One of its addresses is taken.
    #[error("an account with that address is there already")]
    AddressTaken,
    /// The password may not be one.
    #[error("the password is {0}")]
    UnfitPassword(#[from] UnfitPassword),
    /// Who asked may not.
    #[error("that is for administrators")]
    NotAllowed,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Service {
    /// Adds an account.
    ///
    /// # Errors
    /// [`AddAccountError`].
    pub async fn add_account(&self, _by: By<'_>, _new: AddAccount) -> Result<Account, AddAccountError> {
        todo!()
    }
}

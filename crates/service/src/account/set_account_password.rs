//! Set an account's password for its owner.

use postern_domain::account::AccountName;
use postern_domain::account::password::{AccountPassword, UnfitPassword};

use super::AccountError;
use crate::{By, Service};

/// Why a password was not set.
#[derive(Debug, thiserror::Error)]
pub enum SetAccountPasswordError {
    /// It may not be one.
    #[error("the password is {0}")]
    UnfitPassword(#[from] UnfitPassword),
    /// Another reason.
    #[error(transparent)]
    Account(#[from] AccountError),
}

impl Service {
    /// Sets the password and ends the account's portal sessions; with `revoke_app_passwords`, revokes the account's app
    /// passwords in the same transaction. Gives how many were revoked.
    ///
    /// # Errors
    /// [`SetAccountPasswordError`].
    pub async fn set_account_password(
        &self,
        _by: By<'_>,
        _name: &AccountName,
        _password: AccountPassword,
        _revoke_app_passwords: bool,
    ) -> Result<u64, SetAccountPasswordError> {
        todo!()
    }
}

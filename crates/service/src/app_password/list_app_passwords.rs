//! List and show app passwords.

use postern_domain::account::{Account, AccountName};
use postern_domain::app_password::AppPassword;
use postern_domain::id::AppPasswordId;

use super::AppPasswordError;
use crate::{By, Service};

impl Service {
    /// The app passwords of an account, newest first, the revoked ones too.
    ///
    /// # Errors
    /// [`AppPasswordError::NoSuchAccount`], [`AppPasswordError::NotAllowed`], [`AppPasswordError::Failure`].
    pub async fn list_app_passwords(
        &self,
        _by: By<'_>,
        _account: &AccountName,
    ) -> Result<Vec<AppPassword>, AppPasswordError> {
        todo!()
    }

    /// One app password and its account.
    ///
    /// # Errors
    /// [`AppPasswordError::NoSuchAppPassword`], also for another account's, [`AppPasswordError::Failure`].
    pub async fn show_app_password(
        &self,
        _by: By<'_>,
        _id: AppPasswordId,
    ) -> Result<(AppPassword, Account), AppPasswordError> {
        todo!()
    }
}

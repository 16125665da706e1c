//! Revoke app passwords.

use postern_domain::account::AccountName;
use postern_domain::app_password::AppPassword;
use postern_domain::id::AppPasswordId;

use super::AppPasswordError;
use crate::{By, Service};

impl Service {
    /// Revokes an app password. When it returns, no sign-in that starts afterwards is accepted, on any node, and the
    /// sessions that are open with it are ending. Revoking a revoked one changes nothing. No step-up is asked for:
    /// cutting off must be easy.
    ///
    /// # Errors
    /// [`AppPasswordError`].
    pub async fn revoke_app_password(
        &self,
        _by: By<'_>,
        _id: AppPasswordId,
        _reason: &str,
    ) -> Result<AppPassword, AppPasswordError> {
        todo!()
    }

    /// Revokes every app password of an account that is not revoked. Gives how many.
    ///
    /// # Errors
    /// [`AppPasswordError`].
    pub async fn revoke_all_app_passwords(
        &self,
        _by: By<'_>,
        _account: &AccountName,
        _reason: &str,
    ) -> Result<u64, AppPasswordError> {
        todo!()
    }
}

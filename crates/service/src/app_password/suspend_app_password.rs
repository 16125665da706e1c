//! Suspend and resume an app password.

use postern_domain::app_password::AppPassword;
use postern_domain::id::AppPasswordId;

use super::AppPasswordError;
use crate::{By, Service};

impl Service {
    /// Sets an app password aside; its live sessions end.
    ///
    /// # Errors
    /// [`AppPasswordError`].
    pub async fn suspend_app_password(
        &self,
        _by: By<'_>,
        _id: AppPasswordId,
    ) -> Result<AppPassword, AppPasswordError> {
        todo!()
    }

    /// Lets a suspended one work again. Needs a fresh second factor, as it widens.
    ///
    /// # Errors
    /// [`AppPasswordError`].
    pub async fn resume_app_password(
        &self,
        _by: By<'_>,
        _id: AppPasswordId,
    ) -> Result<AppPassword, AppPasswordError> {
        todo!()
    }
}

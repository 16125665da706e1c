//! Rotate an app password.

use std::time::Duration;

use postern_domain::id::AppPasswordId;

use super::{AppPasswordError, CreatedAppPassword};
use crate::{By, Service};

impl Service {
    /// Gives an app password a new secret. The old one goes on working until the first use of the new one, at most
    /// `overlap` (zero ends it at once; at most [`postern_domain::app_password::AppPassword::LONGEST_OVERLAP`]).
    ///
    /// # Errors
    /// [`AppPasswordError`].
    pub async fn rotate_app_password(
        &self,
        _by: By<'_>,
        _id: AppPasswordId,
        _overlap: Duration,
    ) -> Result<CreatedAppPassword, AppPasswordError> {
        todo!()
    }
}

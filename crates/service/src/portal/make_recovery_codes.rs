//! Make recovery codes.

use postern_domain::mfa::recovery_code::RecoveryCode;

use super::{EnrolError, FullSession};
use crate::Service;

impl Service {
    /// Makes a new set of recovery codes; the old ones are void. Needs a fresh second factor.
    ///
    /// # Errors
    /// [`EnrolError::StepUpNeeded`], [`EnrolError::Failure`].
    pub async fn make_recovery_codes(&self, _session: &FullSession) -> Result<Vec<RecoveryCode>, EnrolError> {
        todo!()
    }
}

//! Make recovery codes.

use postern_domain::mfa::recovery_code::RecoveryCode;

use super::session::{is_fresh, read_anew};
use super::{EnrolError, FullSession};
use crate::Service;
use crate::authorise::settings_for;
use crate::notice::{Doer, SignInTidings, tell};

impl Service {
    /// Makes a new set of recovery codes; the old ones are void. Needs a fresh second factor.
    ///
    /// # Errors
    /// [`EnrolError::SessionOver`], [`EnrolError::StepUpNeeded`], [`EnrolError::Failure`].
    pub async fn make_recovery_codes(&self, session: &FullSession) -> Result<Vec<RecoveryCode>, EnrolError> {
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        let read = read_anew(session.session(), &mut *transaction, now).await?;
        let (session, account) = read.ok_or(EnrolError::SessionOver)?;
        if !is_fresh(&session, &settings_for(&mut *transaction, &account).await?, now) {
            return Err(EnrolError::StepUpNeeded);
        }
        let codes = self.replace_recovery_codes(&mut *transaction, &account).await?;
        let notice = SignInTidings::RecoveryCodesMade { done: Doer::in_portal(&session, &account) };
        tell(&mut *transaction, &account, notice, now).await?;
        transaction.commit().await?;
        Ok(codes)
    }
}

//! Set an account's MFA state.

use postern_domain::account::AccountName;
use postern_domain::mfa::MfaState;

use super::AccountError;
use crate::{By, Service};

impl Service {
    /// Sets the MFA state by [`MfaState::set_by_administrator`] and gives the one that came of it. Live door sessions
    /// that were signed in with the account password end when it became *Enforced*.
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn set_mfa_state(
        &self,
        _by: By<'_>,
        _name: &AccountName,
        _wanted: MfaState,
    ) -> Result<MfaState, AccountError> {
        todo!()
    }
}

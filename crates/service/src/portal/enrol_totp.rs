//! Register an authenticator app.

use postern_domain::id::MethodId;
use postern_domain::mfa::recovery_code::RecoveryCode;
use postern_domain::mfa::totp::TotpSecret;
use postern_storage::PortalSession;

use super::{FullSession, SessionToken};
use crate::{Failure, Service};

/// A registration that was begun. Nothing is stored yet.
pub struct Enrolment {
    /// The secret for the QR code and the typed key.
    pub secret: TotpSecret,
    /// The secret, sealed and bound to the account, to be carried in the form; it is good for 15 minutes.
    pub sealed: String,
}

/// Why a registration did not finish.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// The code is not that of the new secret.
    #[error("that code is not right: type the code that the app shows now")]
    WrongCode,
    /// Begun too long ago, or for another account.
    #[error("this registration has run out: begin again")]
    RunOut,
    /// The account has a method already, and the session's second factor is not fresh.
    #[error("confirm with your second factor first")]
    StepUpNeeded,
    /// The account has the most methods it may have (10).
    #[error("you have 10 authenticator apps, which is the most: delete one first")]
    TooMany,
    /// There is no such method.
    #[error("there is no such authentication method")]
    NoSuchMethod,
    /// The last method of an account whose MFA is enforced.
    #[error("this is your last authentication method, and your organization demands one: add another first")]
    LastMethod,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Service {
    /// Begins a registration.
    ///
    /// # Errors
    /// [`EnrolError`].
    pub async fn begin_totp_enrolment(&self, _session: &PortalSession) -> Result<Enrolment, EnrolError> {
        todo!()
    }

    /// Finishes a registration with a first code: stores the method, moves *Enabled* to *Enforced*, rotates the
    /// session's token and counts as a second-factor check. With the first method, recovery codes are made too and
    /// given out, this once.
    ///
    /// # Errors
    /// [`EnrolError`].
    pub async fn finish_totp_enrolment(
        &self,
        _session: &PortalSession,
        _sealed: &str,
        _label: &str,
        _typed: &str,
    ) -> Result<(SessionToken, FullSession, Option<Vec<RecoveryCode>>), EnrolError> {
        todo!()
    }

    /// Deletes a method. Needs a fresh second factor; the last one of an account whose MFA is enforced stays.
    ///
    /// # Errors
    /// [`EnrolError`].
    pub async fn delete_method(&self, _session: &FullSession, _method: MethodId) -> Result<(), EnrolError> {
        todo!()
    }
}

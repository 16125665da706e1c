//! Verify a second factor: at sign-in, and again as step-up.

use postern_storage::PortalSession;

use super::{FullSession, SessionToken};
use crate::{Failure, Service};

/// Why a second factor was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum SecondFactorError {
    /// Wrong, used before, or too old.
    #[error("that code is not right: use the newest one, each works once")]
    WrongCode,
    /// Too many wrong codes.
    #[error("too many wrong codes: wait a moment and try again")]
    TryLater,
    /// The session is over.
    #[error("your session is over: sign in again")]
    SessionOver,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Service {
    /// Verifies a code of the authenticator app; the session's token is rotated.
    ///
    /// # Errors
    /// [`SecondFactorError`].
    pub async fn verify_totp(
        &self,
        _session: &PortalSession,
        _typed: &str,
    ) -> Result<(SessionToken, FullSession), SecondFactorError> {
        todo!()
    }

    /// Uses a recovery code up; the session's token is rotated.
    ///
    /// # Errors
    /// [`SecondFactorError`].
    pub async fn use_recovery_code(
        &self,
        _session: &PortalSession,
        _typed: &str,
    ) -> Result<(SessionToken, FullSession), SecondFactorError> {
        todo!()
    }
}

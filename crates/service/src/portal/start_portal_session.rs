//! Sign in to the portal with the account password.

use std::net::IpAddr;

use postern_domain::account::password::AccountPassword;
use postern_domain::sign_in::RefusalReference;

use super::{SessionToken, Standing};
use crate::{Failure, Service};

/// What a person typed.
#[derive(Debug)]
pub struct PortalSignIn {
    /// The user name as typed.
    pub name: String,
    /// The password as typed. An app password is never accepted.
    pub password: AccountPassword,
    /// The browser's address.
    pub address: IpAddr,
    /// The browser.
    pub user_agent: String,
}

/// A session that was started.
#[derive(Debug)]
pub struct StartedPortalSession {
    /// For the cookie.
    pub token: SessionToken,
    /// How far the person got.
    pub standing: Standing,
}

/// Why no session was started. One text for every cause that has to do with the credentials.
#[derive(Debug, thiserror::Error)]
pub enum StartPortalSessionError {
    /// Unknown account, wrong password, an app password, a blocked account.
    #[error(
        "that user name and password do not fit together. App passwords are for programs: here, use the account password (ref {reference})"
    )]
    Refused {
        /// What an administrator can look up.
        reference: RefusalReference,
    },
    /// Too many wrong passwords.
    #[error("too many wrong passwords from this network: wait a moment and try again")]
    TryLater,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl Service {
    /// Checks the account password and starts a session.
    ///
    /// # Errors
    /// [`StartPortalSessionError`].
    pub async fn start_portal_session(
        &self,
        _sign_in: PortalSignIn,
    ) -> Result<StartedPortalSession, StartPortalSessionError> {
        todo!()
    }
}

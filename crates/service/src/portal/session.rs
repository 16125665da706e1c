//! Portal sessions, as types that prove how far a person got.

use postern_domain::account::Account;
use postern_storage::PortalSession;
use zeroize::Zeroizing;

use crate::{Failure, Service};

/// The reference token of a portal session: 256 bits, 43 characters of base64url. Its hash is stored, it is not.
pub struct SessionToken(pub(crate) Zeroizing<String>);

impl SessionToken {
    /// The token from a cookie; `None` when it cannot be one.
    #[must_use]
    pub fn from_cookie(_text: &str) -> Option<Self> {
        todo!()
    }

    /// The text for the cookie.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// `SessionToken`, never the token.
impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionToken")
    }
}

/// How far a person got.
#[derive(Debug)]
pub enum Standing {
    /// The account password was right; a second factor is to come.
    AwaitingSecondFactor(HalfSession),
    /// The account password was right; MFA demands a method and there is none: one must be registered now.
    MustRegister(HalfSession),
    /// In.
    Full(FullSession),
}

/// A session with the first factor only.
#[derive(Debug)]
pub struct HalfSession {
    pub(crate) session: PortalSession,
    pub(crate) account: Account,
}

/// A session that got in: with both factors, or with the account password alone where MFA asks for no more.
#[derive(Debug)]
pub struct FullSession {
    pub(crate) session: PortalSession,
    pub(crate) account: Account,
}

impl HalfSession {
    /// The account.
    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// The session.
    #[must_use]
    pub const fn session(&self) -> &PortalSession {
        &self.session
    }
}

impl FullSession {
    /// The account.
    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// The session.
    #[must_use]
    pub const fn session(&self) -> &PortalSession {
        &self.session
    }
}

impl Service {
    /// The session of a token, with both timeouts applied (overall 24 hours, idle 1 hour; administrators 12 hours and
    /// 15 minutes). `None` when there is none, it is over, or its account is blocked.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn resume_portal_session(&self, _token: &SessionToken) -> Result<Option<Standing>, Failure> {
        todo!()
    }

    /// Whether the session's second factor is fresh enough for a sensitive deed (step-up).
    #[must_use]
    pub fn second_factor_is_fresh(&self, _session: &FullSession) -> bool {
        todo!()
    }
}

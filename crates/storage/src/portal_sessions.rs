//! Portal sessions: reference tokens, of which only a hash is stored.

use std::net::IpAddr;

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::id::{AccountId, OutsideIdentityId, PortalSessionId};
use postern_domain::mfa::Factors;

use crate::{Result, Sealed};

/// SHA-256 of a session's token.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl std::fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenHash")
    }
}

/// A portal session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PortalSession {
    /// Names it in lists.
    pub id: PortalSessionId,
    /// Its token's hash; changes when the token is rotated.
    pub token: TokenHash,
    /// Whose it is.
    pub account: AccountId,
    /// When the account password was accepted.
    pub started_at: Timestamp,
    /// When it was last used; written at most once a minute.
    pub seen_at: Timestamp,
    /// When a second factor was last accepted. None: the session may do no more than ask for one, or register one.
    pub second_factor_at: Option<Timestamp>,
    /// How its owner got in.
    pub factors: Factors,
    /// The address it was started from.
    pub address: IpAddr,
    /// The browser, at most 256 printable characters.
    pub user_agent: String,
    /// Who vouched for its owner, at the beginning or at a step-up: the session ends with it.
    pub vouched: Option<Vouched>,
}

/// The outside identity behind a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Vouched {
    /// The link.
    pub identity: OutsideIdentityId,
    /// What the provider calls its own session (`sid`), where it says so.
    pub sid: Option<String>,
    /// Its identity token, where signing out here signs out there.
    pub token: Option<Sealed>,
}

/// Reading portal sessions.
#[async_trait]
pub trait PortalSessionsRead {
    /// The session whose token has that hash.
    async fn portal_session(&mut self, token: &TokenHash) -> Result<Option<PortalSession>>;

    /// The account's sessions, newest first.
    async fn portal_sessions_of(&mut self, account: AccountId) -> Result<Vec<PortalSession>>;

    /// The sessions for which that outside identity vouched, newest first.
    async fn portal_sessions_through(&mut self, identity: OutsideIdentityId) -> Result<Vec<PortalSession>>;

    /// The sessions that belong to the provider's session of that name, newest first. Both are compared octet by octet.
    async fn portal_sessions_of_sid(&mut self, issuer: &str, sid: &str) -> Result<Vec<PortalSession>>;
}

/// Writing portal sessions.
#[async_trait]
pub trait PortalSessionsWrite: PortalSessionsRead {
    /// Adds a session.
    async fn insert_portal_session(&mut self, session: &PortalSession) -> Result<()>;

    /// Writes a session's token, `seen_at`, `second_factor_at`, `factors` and `vouched`. False when it was ended meanwhile.
    async fn update_portal_session(&mut self, session: &PortalSession) -> Result<bool>;

    /// Ends a session.
    async fn delete_portal_session(&mut self, id: PortalSessionId) -> Result<bool>;

    /// Ends all sessions of an account. Gives how many.
    async fn delete_portal_sessions_of(&mut self, account: AccountId) -> Result<u64>;

    /// Ends the sessions that were started before `started` or last seen before `seen`.
    async fn delete_stale_portal_sessions(&mut self, started: Timestamp, seen: Timestamp) -> Result<u64>;
}

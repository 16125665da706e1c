//! Portal sessions, as types that prove how far a person got.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use postern_domain::account::{Account, AccountStatus};
use postern_domain::mfa::MfaState;
use postern_domain::setting::Settings;
use postern_domain::{Random, Timestamp};
use postern_storage::{PortalSession, Snapshot, StorageError, TokenHash, Transaction};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::{Failure, Service};

/// How long a session lasts at most, and how long unused.
struct Timeouts {
    overall: Duration,
    idle: Duration,
}

/// NIST SP 800-63B-4 2.2.3 for a second factor that can be phished.
const MEMBER: Timeouts =
    Timeouts { overall: Duration::from_secs(24 * 3600), idle: Duration::from_secs(3600) };

/// Shorter, because of what an administrator's forgotten browser could do.
const ADMINISTRATOR: Timeouts =
    Timeouts { overall: Duration::from_secs(12 * 3600), idle: Duration::from_secs(15 * 60) };

/// A moment further ahead than this is no moment of ours: the clock was set back since. Servers on one database may
/// differ by as much.
const CLOCKS_DIFFER: Duration = Duration::from_secs(60);

/// How often it is written that a session is in use.
const SEEN_EVERY: Duration = Duration::from_secs(60);

/// The reference token of a portal session: 256 bits, 43 characters of base64url. Its hash is stored, it is not.
pub struct SessionToken(pub(crate) Zeroizing<String>);

impl SessionToken {
    /// The token from a cookie; `None` when it cannot be one.
    #[must_use]
    pub fn from_cookie(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(BASE64URL.decode(text).ok()?);
        (bytes.len() == 32).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// A fresh token.
    pub(crate) fn generate(random: &dyn Random) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(bytes.as_mut_slice());
        Self(Zeroizing::new(BASE64URL.encode(bytes.as_slice())))
    }

    /// What is stored in its place. A fast hash is enough for 256 random bits.
    pub(crate) fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.as_bytes()).into())
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
    /// The factors that there are were right, and a method must be registered now: MFA demands one and there is none, or an
    /// administrator demands that one is registered anew.
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

impl Standing {
    /// The session and its account, however far it got.
    pub(crate) const fn parts(&self) -> (&PortalSession, &Account) {
        match self {
            Self::AwaitingSecondFactor(half) | Self::MustRegister(half) => (&half.session, &half.account),
            Self::Full(full) => (&full.session, &full.account),
        }
    }

    /// The session of somebody who is in.
    #[must_use]
    pub fn full(self) -> Option<FullSession> {
        match self {
            Self::Full(session) => Some(session),
            Self::AwaitingSecondFactor(_) | Self::MustRegister(_) => None,
        }
    }
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
    pub async fn resume_portal_session(&self, token: &SessionToken) -> Result<Option<Standing>, Failure> {
        let now = self.now();
        let mut snapshot = self.parts.store.snapshot().await?;
        let Some(mut session) = snapshot.portal_session(&token.hash()).await? else { return Ok(None) };
        let Some(account) = snapshot.account(session.account).await? else { return Ok(None) };
        if is_over(&session, &account, now) || account.status != AccountStatus::Active {
            return Ok(None);
        }
        let has_method = !snapshot.methods_of(account.id).await?.is_empty();
        drop(snapshot);
        if now.since(session.seen_at) >= SEEN_EVERY {
            session.seen_at = now;
            if let Err(error) = self.write_seen(&session).await {
                // A disk that is full must not sign everybody out.
                tracing::warn!(%error, "it cannot be written that a portal session is in use");
            }
        }
        Ok(Some(standing(session, account, has_method)))
    }

    /// Writes `seen_at` and nothing else: the session is read anew, for its token may have been rotated meanwhile.
    async fn write_seen(&self, seen: &PortalSession) -> Result<(), Failure> {
        let mut transaction = self.parts.store.begin().await?;
        if let Some(mut session) = transaction.portal_session(&seen.token).await? {
            session.seen_at = seen.seen_at;
            transaction.update_portal_session(&session).await?;
            transaction.commit().await?;
        }
        Ok(())
    }

    /// Whether the session's second factor is fresh enough for a sensitive deed (step-up).
    #[must_use]
    pub fn second_factor_is_fresh(&self, session: &FullSession) -> bool {
        is_fresh(&session.session, &self.settings_of(&session.account), self.now())
    }
}

/// How far the owner of a session got.
pub(super) fn standing(session: PortalSession, account: Account, has_method: bool) -> Standing {
    // A remembered browser and a trusted network stand for a method that is still there; the latter not for somebody with
    // a role, who may have got it since.
    let spared =
        session.factors.remembered || (session.factors.trusted_network && !account.role.is_privileged());
    let gave_second = session.second_factor_at.is_some() || (spared && has_method);
    let demands_method = account.must_register_again || account.mfa != MfaState::Disabled;
    if has_method && !gave_second {
        Standing::AwaitingSecondFactor(HalfSession { session, account })
    } else if account.must_register_again || (demands_method && !gave_second) {
        Standing::MustRegister(HalfSession { session, account })
    } else {
        Standing::Full(FullSession { session, account })
    }
}

/// Whether a session has reached one of its timeouts, or stands in the future: the clock was set back, and nobody can
/// tell how long it has lasted.
pub(crate) fn is_over(session: &PortalSession, account: &Account, now: Timestamp) -> bool {
    let timeouts = if account.role.is_privileged() { ADMINISTRATOR } else { MEMBER };
    let ahead = now.plus(CLOCKS_DIFFER);
    now.since(session.started_at) >= timeouts.overall
        || now.since(session.seen_at) >= timeouts.idle
        || session.started_at > ahead
        || session.seen_at > ahead
}

/// Whether a session's second factor was checked recently enough for a sensitive deed.
pub(crate) fn is_fresh(session: &PortalSession, settings: &Settings, now: Timestamp) -> bool {
    session
        .second_factor_at
        .is_some_and(|at| at <= now.plus(CLOCKS_DIFFER) && now.since(at) < settings.step_up_age)
}

/// A live session with its account, read anew inside a deed's transaction. `None` when it is over, its token was rotated,
/// or its account is blocked.
pub(crate) async fn read_anew(
    session: &PortalSession,
    state: &mut (dyn Snapshot + '_),
    now: Timestamp,
) -> Result<Option<(PortalSession, Account)>, Failure> {
    let Some(session) = state.portal_session(&session.token).await? else { return Ok(None) };
    let Some(account) = state.account(session.account).await? else { return Ok(None) };
    let live = account.status == AccountStatus::Active && !is_over(&session, &account, now);
    Ok(live.then_some((session, account)))
}

/// Ends the account's other sessions, after a change of what opens it: whoever got in with what it was before is out.
pub(crate) async fn end_others(
    transaction: &mut (dyn Transaction + '_),
    session: &PortalSession,
) -> Result<(), StorageError> {
    transaction.delete_portal_sessions_of(session.account).await?;
    transaction.insert_portal_session(session).await
}

/// The moments before which a session has certainly ended, for clearing away: started, and seen.
pub(super) fn certainly_over(now: Timestamp) -> (Timestamp, Timestamp) {
    (now.minus(MEMBER.overall), now.minus(MEMBER.idle))
}

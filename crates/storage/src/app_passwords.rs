//! App passwords and their secrets.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::account::password::SlowHash;
use postern_domain::account::{Account, AccountName, GroupName};
use postern_domain::app_password::AppPassword;
use postern_domain::id::{AccountId, AppPasswordId, SecretId};

use crate::{AppPasswordPlace, Result};

/// What a secret is found by: a keyed hash of it, without salt. For a secret that is stored with Argon2id it is cut to
/// 16 bits, bound to the account, so that it tells nearly nothing of a short secret even to who has the key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Locator(pub [u8; 16]);

/// How a secret is checked once it is found.
#[derive(Clone, Debug)]
pub enum Verifier {
    /// HMAC-SHA-256 under a versioned key, with a salt.
    Fast(FastVerifier),
    /// Argon2id.
    Slow(SlowHash),
}

/// HMAC-SHA-256 of salt and canonical secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FastVerifier {
    /// Version of the key.
    pub key_version: u32,
    /// Salt.
    pub salt: [u8; 16],
    /// The keyed hash.
    pub hash: [u8; 32],
}

/// `FastVerifier`, never the hash.
impl std::fmt::Debug for FastVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FastVerifier")
    }
}

/// One secret of an app password, without the secret.
#[derive(Clone, Debug)]
pub struct StoredSecret {
    /// Names it.
    pub id: SecretId,
    /// How it is checked.
    pub verifier: Verifier,
    /// Whether it is the current one.
    pub standing: SecretStanding,
}

/// Where a secret stands in the rotation of its app password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SecretStanding {
    /// The newest one.
    Current {
        /// An old one still works beside it; it ends at the first use of this one.
        old_one_works: bool,
    },
    /// An old one; it works until that moment.
    Old {
        /// The end of the overlap, or the moment at which it was ended.
        until: Timestamp,
    },
}

/// A secret to be stored.
#[derive(Clone, Debug)]
pub struct NewSecret {
    /// Names it.
    pub id: SecretId,
    /// What it is found by.
    pub locator: Locator,
    /// How it is checked.
    pub verifier: Verifier,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What the hot path looks for.
#[derive(Clone, Copy, Debug)]
pub struct SecretLookup<'a> {
    /// The locators of the presented secret, one for each key version in use. At most 8.
    pub locators: &'a [Locator],
    /// The user name presented.
    pub name: &'a AccountName,
}

/// An app password that may be the one presented, with all that the rules need, from one read.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The secret that was found.
    pub secret: StoredSecret,
    /// The app password whose secret it is.
    pub app_password: AppPassword,
    /// The account whose app password it is.
    pub account: Account,
    /// Whether the presented user name is one of that account's addresses.
    pub name_matches: bool,
}

/// A secret that is known by its id, with all that the rules need to judge what was signed in with it.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The secret.
    pub secret: StoredSecret,
    /// The app password whose secret it is.
    pub app_password: AppPassword,
    /// The account whose app password it is.
    pub account: Account,
}

/// Accounts, by the groups that they are in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AccountsOf {
    /// Those in this group.
    Group(GroupName),
    /// Those that are in none of these groups.
    NoneOf(Vec<GroupName>),
}

/// Which app passwords of an account are asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AppPasswordFilter {
    /// Whose.
    pub account: AccountId,
    /// Only those that are revoked, or only those that are not.
    pub revoked: Option<bool>,
    /// Only those after this place.
    pub after: Option<AppPasswordPlace>,
    /// At most this many.
    pub limit: u32,
}

impl AppPasswordFilter {
    /// All of an account that are not revoked: the live ones, of which there is a most, and the expired ones that nobody has
    /// revoked or renewed yet.
    #[must_use]
    pub const fn not_revoked(account: AccountId) -> Self {
        Self { account, revoked: Some(false), after: None, limit: u32::MAX }
    }
}

/// Reading app passwords.
#[async_trait]
pub trait AppPasswordsRead {
    /// The app password of that id.
    async fn app_password(&mut self, id: AppPasswordId) -> Result<Option<AppPassword>>;

    /// The app passwords of an account that `filter` names, newest first.
    async fn app_passwords_of(&mut self, filter: &AppPasswordFilter) -> Result<Vec<AppPassword>>;

    /// How many of an account's app passwords are not revoked and not past their expiry at `now`.
    async fn live_app_password_count(&mut self, account: AccountId, now: Timestamp) -> Result<u64>;

    /// How many are not revoked of the accounts that `of` names, counted up to [`MOST_COUNTED`](crate::MOST_COUNTED) and
    /// one more, which stands for more than that.
    async fn app_password_count(&mut self, of: &AccountsOf) -> Result<u64>;

    /// Secrets with what the rules need, for judging the sessions that were signed in with them: some hundred in one
    /// statement. In no order; those that are not there are left out.
    async fn credentials(&mut self, secrets: &[SecretId]) -> Result<Vec<Credential>>;
}

/// Writing app passwords.
#[async_trait]
pub trait AppPasswordsWrite: AppPasswordsRead {
    /// Adds an app password with its first secret.
    ///
    /// # Errors
    /// [`crate::StorageError::Conflict`] `app password name` when a live one of the account has that name (compared in
    /// its folded form; a revoked one frees its name).
    async fn insert_app_password(&mut self, app_password: &AppPassword, secret: &NewSecret) -> Result<()>;

    /// Writes everything about an app password but its uses (`last_use`, `use_count`).
    ///
    /// # Errors
    /// As [`Self::insert_app_password`].
    async fn update_app_password(&mut self, app_password: &AppPassword) -> Result<()>;

    /// Gives an app password another secret; those before become old ones that work until `old_until`.
    async fn add_secret(&mut self, id: AppPasswordId, secret: &NewSecret, old_until: Timestamp)
    -> Result<()>;

    /// Ends the old secrets of an app password at `now`. Gives how many still worked.
    async fn end_old_secrets(&mut self, id: AppPasswordId, now: Timestamp) -> Result<u64>;

    /// Revokes all that are not revoked of the accounts that `of` names. Gives how many. One statement, however many.
    async fn revoke_app_passwords(
        &mut self,
        of: &AccountsOf,
        at: Timestamp,
        by: &str,
        reason: &str,
    ) -> Result<u64>;

    /// Replaces how a secret is checked and what it is found by (after a key rotation).
    async fn replace_verifier(&mut self, id: SecretId, locator: Locator, verifier: &Verifier) -> Result<()>;
}

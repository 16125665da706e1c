//! The first administrator, by a one-time link.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::password::{AccountPassword, UnfitPassword};
use postern_domain::account::{Account, AccountKind, AccountName, Role};
use postern_domain::actor::Actor;
use postern_domain::audit::Operation;
use postern_domain::mfa::MfaState;
use postern_storage::StorageError;
use zeroize::Zeroizing;

use super::SessionToken;
use crate::account::AddAccount;
use crate::audit::Record;
use crate::{By, Failure, Service};

/// A one-time link, shown on the machine's console only.
pub struct SetupLink {
    /// The whole address, with the token in it.
    pub url: Zeroizing<String>,
    /// When it ends: 24 hours after it was made.
    pub expires_at: Timestamp,
}

/// Why the first administrator was not set up.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// The link was used, has run out, or is none.
    #[error("this link was used already or has run out: start the server anew for another")]
    BadLink,
    /// The address is taken.
    #[error("an account with that address is there already")]
    AddressTaken,
    /// The password may not be one.
    #[error("the password is {0}")]
    UnfitPassword(#[from] UnfitPassword),
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for SetUpError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Conflict { .. } => Self::AddressTaken,
            error => Self::Failure(error.into()),
        }
    }
}

/// How long a link is good.
const GOOD_FOR: Duration = Duration::from_secs(24 * 3600);

/// Who does what the link allows: whoever reads the machine's console.
const CONSOLE: By<'static> = By::Operator { user: "setup link" };

impl Service {
    /// Makes the link when there is no administrator yet; a link made before is void.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn make_setup_link(&self) -> Result<Option<SetupLink>, Failure> {
        let mut transaction = self.parts.store.begin().await?;
        if transaction.administrator_count().await? > 0 {
            return Ok(None);
        }
        let now = self.now();
        let token = SessionToken::generate(self.random());
        let expires_at = now.plus(GOOD_FOR);
        transaction.replace_setup_link(&token.hash(), expires_at).await?;
        let record = Record::of(Operation::MakeSetupLink).detail("expires at", expires_at);
        transaction.append_audit_records(vec![record.by(Actor::System, now)]).await?;
        transaction.commit().await?;
        let url = Zeroizing::new(format!("{}/set-up/{}", self.portal_url(), token.expose()));
        Ok(Some(SetupLink { url, expires_at }))
    }

    /// Whether the link's token is good, without using it up.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn setup_link_is_good(&self, token: &str) -> Result<bool, Failure> {
        let Some(token) = SessionToken::from_cookie(token) else { return Ok(false) };
        let now = self.now();
        Ok(self.parts.store.snapshot().await?.setup_link_is_good(&token.hash(), now).await?)
    }

    /// Uses the link up and adds the first administrator, MFA *Enforced*, who then signs in and registers a method.
    ///
    /// # Errors
    /// [`SetUpError`].
    pub async fn set_up_first_administrator(
        &self,
        token: &str,
        name: AccountName,
        password: AccountPassword,
    ) -> Result<Account, SetUpError> {
        // Asked before anything costly is done for a stranger, and for certain in the transaction.
        if !self.setup_link_is_good(token).await? {
            return Err(SetUpError::BadLink);
        }
        let token = SessionToken::from_cookie(token).ok_or(SetUpError::BadLink)?;
        password.check(&name, self.settings().least_characters(MfaState::Enforced))?;
        let hash = self.hash_account_password(password).await?;
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let used = transaction.use_setup_link(&token.hash(), now).await?;
        if !used || transaction.administrator_count().await? > 0 {
            return Err(SetUpError::BadLink);
        }
        let new = AddAccount {
            name,
            aliases: Vec::new(),
            kind: AccountKind::Person,
            role: Role::GlobalAdministrator,
            mfa: None,
            password: None,
        };
        let mfa = MfaState::Enforced;
        let account = self.insert_account(CONSOLE, &mut *transaction, new, mfa, Some(hash)).await?;
        transaction.commit().await?;
        Ok(account)
    }
}

//! Change one's own account password.

use postern_domain::account::password::{AccountPassword, UnfitPassword};
use postern_domain::app_password::TypedSecret;
use postern_domain::sign_in::{CredentialUsed, RefusalReason};
use postern_storage::StorageError;

use super::session::{end_others, is_fresh, read_anew};
use super::{FullSession, SessionToken};
use crate::authorise::settings_for;
use crate::credential::{Presented, PresentedName, Recognised};
use crate::{By, Failure, Service};

/// A change that an owner asks for.
#[derive(Debug)]
pub struct ChangeOwnPassword {
    /// The password in force.
    pub old: AccountPassword,
    /// The one to come.
    pub new: AccountPassword,
    /// Whether the account's app passwords and API tokens are revoked with it. Asked each time, never silent either way.
    pub revoke_app_passwords: bool,
}

/// Why a password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeOwnPasswordError {
    /// The old one is not right.
    #[error("the old password is not right")]
    WrongPassword,
    /// Too many wrong passwords.
    #[error("too many wrong passwords: wait a moment and try again")]
    TryLater,
    /// The new one may not be a password.
    #[error("the new password is {0}")]
    UnfitPassword(#[from] UnfitPassword),
    /// The account has a second factor, and it is not fresh.
    #[error("confirm with your second factor first")]
    StepUpNeeded,
    /// The session is over.
    #[error("your session is over: sign in again")]
    SessionOver,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for ChangeOwnPasswordError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

impl Service {
    /// Changes the password. Needs the old one and, where the account has a second factor, a fresh check of it. The
    /// account's other portal sessions end; this one goes on under a new token. Gives how many app passwords were revoked.
    ///
    /// # Errors
    /// [`ChangeOwnPasswordError`].
    pub async fn change_own_password(
        &self,
        session: &FullSession,
        change: ChangeOwnPassword,
    ) -> Result<(SessionToken, FullSession, u64), ChangeOwnPasswordError> {
        let by = By::Session(session);
        let now = self.now();
        let account = session.account();
        self.check_old(session, &change.old).await?;
        change.new.check(&account.name, self.settings_of(account).least_characters(account.mfa))?;
        let record = self.hash_account_password(change.new).await?;

        let mut transaction = self.parts.store.begin().await?;
        let read = read_anew(session.session(), &mut *transaction, now).await?;
        let (mut session, account) = read.ok_or(ChangeOwnPasswordError::SessionOver)?;
        let has_method = !transaction.methods_of(account.id).await?.is_empty();
        if has_method && !is_fresh(&session, &settings_for(&mut *transaction, &account).await?, now) {
            return Err(ChangeOwnPasswordError::StepUpNeeded);
        }
        let revoke = change.revoke_app_passwords.then_some("the account password was changed");
        let revoked = self.put_password(&mut *transaction, by, &account, &record, revoke).await?;
        let token = SessionToken::generate(self.random());
        session.token = token.hash();
        end_others(&mut *transaction, &session).await?;
        transaction.commit().await?;
        self.account_passwords().forget(&account.name);
        Ok((token, FullSession { session, account }, revoked))
    }

    /// Guesses at the old password are counted as those at sign-in are: a browser left open must not give them away.
    async fn check_old(
        &self,
        session: &FullSession,
        old: &AccountPassword,
    ) -> Result<(), ChangeOwnPasswordError> {
        let account = session.account();
        let name = PresentedName::Address(account.name.clone());
        let secret = TypedSecret::new(old.expose().as_bytes());
        let address = session.session().address;
        // Whether the account is still active is asked where the password is changed.
        let presented = Presented { name: &name, secret: &secret, address, now: self.now(), rule: &|_| None };
        let (used, reason, error) = match self.recognise(&presented).await? {
            Recognised::AccountPassword { account: found, .. } if found.id == account.id => return Ok(()),
            Recognised::AppPassword(candidate) | Recognised::OthersAppPassword { candidate, .. } => (
                CredentialUsed::AppPassword(candidate.app_password.id),
                RefusalReason::AppPasswordAtPortal,
                ChangeOwnPasswordError::WrongPassword,
            ),
            Recognised::HeldUp { tag, .. } => (
                CredentialUsed::Unrecognised { tag },
                RefusalReason::TooManyWrongSecrets,
                ChangeOwnPasswordError::TryLater,
            ),
            Recognised::Nothing { tag, .. } => (
                CredentialUsed::Unrecognised { tag },
                RefusalReason::WrongSecret,
                ChangeOwnPasswordError::WrongPassword,
            ),
            Recognised::AccountPassword { .. } | Recognised::RefusedAccountPassword { .. } => {
                return Err(ChangeOwnPasswordError::SessionOver);
            }
        };
        let _not_told =
            self.record_refusal(self.of_session(session.session()), Some(account.id), used, reason);
        Err(error)
    }
}

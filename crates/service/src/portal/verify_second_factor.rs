//! Verify a second factor: at sign-in, and again as step-up.

use postern_domain::Timestamp;
use postern_domain::account::Account;
use postern_domain::audit::Operation;
use postern_domain::id::MethodId;
use postern_domain::lockout::LockoutVerdict;
use postern_domain::mfa::MethodKind;
use postern_domain::mfa::recovery_code::RecoveryCode;
use postern_domain::mfa::totp::{TotpSecret, TotpStep};
use postern_domain::sign_in::{CredentialUsed, RefusalReason};
use postern_storage::{MethodRecord, PortalSession, StorageError};

use super::second_factor_in::{Given, GotIn};
use super::session::{read_anew, standing};
use super::{SessionToken, Standing};
use crate::notice::{Doer, SignInTidings, tell};
use crate::{Failure, Service};

/// Why a second factor was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum SecondFactorError {
    /// Wrong, used before, or too old.
    #[error("that code is not right: use the newest one, each works once")]
    WrongCode,
    /// The passkey's answer does not fit what was asked, or it is not registered for this account.
    #[error("that passkey is not right: use one that is registered for this account")]
    WrongPasskey,
    /// The passkey's signature counter did not grow.
    #[error(
        "that passkey was refused: there may be a copy of it. Use another method, delete it and register another one"
    )]
    ClonedPasskey,
    /// The browser was asked too long ago, or the code was sent too long ago.
    #[error("that took too long: begin again")]
    RunOut,
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

impl From<StorageError> for SecondFactorError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

impl Service {
    /// Verifies a code of the authenticator app; the session's token is rotated.
    ///
    /// # Errors
    /// [`SecondFactorError`].
    pub async fn verify_totp(
        &self,
        session: &PortalSession,
        typed: &str,
    ) -> Result<(SessionToken, Standing), SecondFactorError> {
        let now = self.now();
        let mut snapshot = self.parts.store.snapshot().await?;
        let (_, account) =
            read_anew(session, &mut *snapshot, now).await?.ok_or(SecondFactorError::SessionOver)?;
        let records = snapshot.method_records_of(account.id).await?;
        drop(snapshot);
        let secrets = self.open_totp_secrets(&account, &records)?;
        let Some((method, step)) = self.guess_totp(session, &account, &secrets, typed, now)? else {
            return Err(self.wrong_code(session, &account));
        };

        let mut transaction = self.parts.store.begin().await?;
        let (session, account) =
            read_anew(session, &mut *transaction, now).await?.ok_or(SecondFactorError::SessionOver)?;
        if !transaction.accept_totp_step(method, step, now).await? {
            // The same code again, perhaps at this moment on another node.
            self.count_guess(&session, &account, now);
            return Err(self.wrong_code(&session, &account));
        }
        let got_in = self.let_in(&mut *transaction, session, account, Given::Code, now).await?;
        let got_in = got_in.ok_or(SecondFactorError::SessionOver)?;
        transaction.commit().await?;
        Ok(self.how_far(got_in))
    }

    /// Uses a recovery code up; the session's token is rotated.
    ///
    /// # Errors
    /// [`SecondFactorError`].
    pub async fn use_recovery_code(
        &self,
        session: &PortalSession,
        typed: &str,
    ) -> Result<(SessionToken, Standing), SecondFactorError> {
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        let (session, account) =
            read_anew(session, &mut *transaction, now).await?.ok_or(SecondFactorError::SessionOver)?;
        // Counted before it is tried, and forgotten again when it was right: guesses that are sent all at once do not
        // slip through together.
        if !self.may_guess(&session, &account, now) {
            return Err(SecondFactorError::TryLater);
        }
        self.count_guess(&session, &account, now);
        let mut used = false;
        if let Some(code) = RecoveryCode::typed(typed) {
            for hash in self.keys().recovery_code_hashes(account.id, &code) {
                used = used || transaction.use_recovery_code(account.id, &hash, now).await?;
            }
        }
        if !used {
            self.nothing_can_be_missed()?;
            return Err(self.wrong_code(&session, &account));
        }
        let record = self.own_record(Operation::UseRecoveryCode, &account);
        transaction.append_audit_records(vec![record]).await?;
        let left = transaction.recovery_codes_left(account.id).await?;
        let notice = SignInTidings::RecoveryCodeUsed { left, done: Doer::in_portal(&session, &account) };
        tell(&mut *transaction, &account, notice, now).await?;
        let got_in = self.let_in(&mut *transaction, session, account, Given::Code, now).await?;
        let got_in = got_in.ok_or(SecondFactorError::SessionOver)?;
        transaction.commit().await?;
        Ok(self.how_far(got_in))
    }

    /// How far a right second factor brought somebody: in, or to the registration that an administrator demands.
    pub(super) fn how_far(&self, got_in: GotIn) -> (SessionToken, Standing) {
        let (token, session, account) = self.note_got_in(got_in);
        (token, standing(session, account, true))
    }

    fn open_totp_secrets(
        &self,
        account: &Account,
        records: &[MethodRecord],
    ) -> Result<Vec<(MethodId, TotpSecret, Option<TotpStep>)>, Failure> {
        let open = |record: &MethodRecord| {
            let secret = self.open_totp_secret(account.id, record.method.id, &record.secret)?;
            Ok((record.method.id, secret, record.last_step))
        };
        let is_app = |record: &&MethodRecord| record.method.kind == MethodKind::AuthenticatorApp;
        records.iter().filter(is_app).map(open).collect()
    }

    /// Compares a code with those of all the account's apps, as one guess. Asking whether a guess is free, comparing and
    /// counting are one step under the lock.
    fn guess_totp(
        &self,
        session: &PortalSession,
        account: &Account,
        secrets: &[(MethodId, TotpSecret, Option<TotpStep>)],
        typed: &str,
        now: Timestamp,
    ) -> Result<Option<(MethodId, TotpStep)>, SecondFactorError> {
        let tag = self.fresh_tag();
        let mut guesses = self.second_factors();
        if guesses.verdict(&account.name, session.address, tag, now) != LockoutVerdict::Check {
            drop(guesses);
            return Err(SecondFactorError::TryLater);
        }
        let matched = secrets.iter().fold(None, |matched, (method, secret, last_step)| {
            let step = secret.matching_step(typed, now, *last_step);
            matched.or(step.map(|step| (*method, step)))
        });
        if matched.is_none() {
            guesses.wrong(&account.name, session.address, tag, now);
        }
        Ok(matched)
    }

    pub(super) fn may_guess(&self, session: &PortalSession, account: &Account, now: Timestamp) -> bool {
        let verdict = self.second_factors().verdict(&account.name, session.address, self.fresh_tag(), now);
        verdict == LockoutVerdict::Check
    }

    pub(super) fn count_guess(&self, session: &PortalSession, account: &Account, now: Timestamp) {
        self.second_factors().wrong(&account.name, session.address, self.fresh_tag(), now);
    }

    /// Every wrong code counts, the same one again too: what was wrong a minute ago is a new guess now.
    fn fresh_tag(&self) -> u64 {
        u64::from_be_bytes(postern_domain::random::bytes(self.random()))
    }

    pub(super) fn wrong_code(&self, session: &PortalSession, account: &Account) -> SecondFactorError {
        let reason = RefusalReason::WrongSecondFactor;
        let used = CredentialUsed::AccountPassword;
        let _not_told = self.record_refusal(self.of_session(session), Some(account.id), used, reason);
        SecondFactorError::WrongCode
    }
}

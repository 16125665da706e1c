//! Register an authenticator app.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::Account;
use postern_domain::audit::Operation;
use postern_domain::id::MethodId;
use postern_domain::mfa::recovery_code::RecoveryCode;
use postern_domain::mfa::totp::{TotpSecret, TotpStep};
use postern_domain::mfa::{AuthenticationMethod, MethodKind, MethodLabel};
use postern_storage::{Change, ChangeKind, MethodRecord, PortalSession, Snapshot, StorageError, Transaction};

use super::second_factor_in::{Given, actor};
use super::session::{is_fresh, read_anew};
use super::{FullSession, SessionToken};
use crate::account::record_of;
use crate::authorise::settings_for;
use crate::notice::{Notice, tell};
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

impl From<StorageError> for EnrolError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

/// How long a registration may take from the picture to the first code.
const TIME_TO_FINISH: Duration = Duration::from_secs(15 * 60);

/// Most authenticator apps of an account.
const MOST_METHODS: usize = 10;

impl Service {
    /// Begins a registration.
    ///
    /// # Errors
    /// [`EnrolError`].
    pub async fn begin_totp_enrolment(&self, session: &PortalSession) -> Result<Enrolment, EnrolError> {
        let now = self.now();
        let mut snapshot = self.parts.store.snapshot().await?;
        let (session, _, _) = self.may_register(session, &mut *snapshot, now).await?;
        let secret = TotpSecret::generate(self.random());
        let sealed = self.seal_registration(&session, &secret, now);
        Ok(Enrolment { secret, sealed })
    }

    /// Finishes a registration with a first code: stores the method, moves *Enabled* to *Enforced*, rotates the
    /// session's token and counts as a second-factor check. With the first method, recovery codes are made too and
    /// given out, this once.
    ///
    /// # Errors
    /// [`EnrolError`].
    pub async fn finish_totp_enrolment(
        &self,
        session: &PortalSession,
        sealed: &str,
        label: &str,
        typed: &str,
    ) -> Result<(SessionToken, FullSession, Option<Vec<RecoveryCode>>), EnrolError> {
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        let (session, mut account, methods) = self.may_register(session, &mut *transaction, now).await?;
        let opened = self.open_registration(&session, sealed);
        // One from the future was begun before the clock was set back: nobody can tell how long ago.
        let in_time = |begun: Timestamp| begun <= now && now.since(begun) < TIME_TO_FINISH;
        let (_, secret) = opened.filter(|(begun, _)| in_time(*begun)).ok_or(EnrolError::RunOut)?;
        let step = secret.matching_step(typed, now, None).ok_or(EnrolError::WrongCode)?;

        self.store_method(&mut *transaction, &account, label, &secret, step).await?;
        let codes = match methods {
            0 => Some(self.replace_recovery_codes(&mut *transaction, &account).await?),
            _ => None,
        };
        self.finish_registration(&mut *transaction, &mut account).await?;
        let got_in = self.let_in(&mut *transaction, session, account, Given::Code, now).await?;
        let got_in = got_in.ok_or(EnrolError::RunOut)?;
        transaction.commit().await?;
        let (token, session, account) = self.note_got_in(got_in);
        Ok((token, FullSession { session, account }, codes))
    }

    /// The session and its account read anew, and how many methods there are, when one may be added.
    async fn may_register(
        &self,
        session: &PortalSession,
        state: &mut (dyn Snapshot + '_),
        now: Timestamp,
    ) -> Result<(PortalSession, Account, usize), EnrolError> {
        let (session, account) = read_anew(session, state, now).await?.ok_or(EnrolError::RunOut)?;
        let methods = state.methods_of(account.id).await?.len();
        let settings = settings_for(state, &account).await?;
        // The first method is registered on the account password alone: there is nothing else to ask for yet.
        if methods > 0 && !is_fresh(&session, &settings, now) {
            return Err(EnrolError::StepUpNeeded);
        }
        if methods >= MOST_METHODS {
            return Err(EnrolError::TooMany);
        }
        Ok((session, account, methods))
    }

    async fn store_method(
        &self,
        transaction: &mut (dyn Transaction + '_),
        account: &Account,
        label: &str,
        secret: &TotpSecret,
        step: TotpStep,
    ) -> Result<(), StorageError> {
        let id = MethodId::generate(&*self.parts.clock, self.random());
        let record = MethodRecord {
            method: AuthenticationMethod {
                id,
                kind: MethodKind::AuthenticatorApp,
                label: MethodLabel::typed(label, MethodKind::AuthenticatorApp).into(),
                hint: None,
                registered_at: self.now(),
                last_used_at: Some(self.now()),
            },
            secret: self.seal_totp_secret(account.id, id, secret),
            // The code that finished the registration works no second time.
            last_step: Some(step),
            credential: None,
        };
        transaction.insert_method(account.id, &record).await?;
        let audit = record_of(Operation::RegisterMethod, account)
            .detail("method", id)
            .detail("kind", record.method.kind)
            .detail("label", &record.method.label)
            .by(actor(account), self.now());
        transaction.append_audit_records(vec![audit]).await?;
        let notice = Notice::MethodRegistered {
            method: record.method.kind.to_string(),
            label: record.method.label.clone(),
            by: actor(account),
            from: None,
        };
        tell(transaction, account, notice, self.now()).await?;
        Ok(())
    }

    async fn finish_registration(
        &self,
        transaction: &mut (dyn Transaction + '_),
        account: &mut Account,
    ) -> Result<(), StorageError> {
        let after = account.mfa.registration_finished();
        if after == account.mfa && !account.must_register_again {
            return Ok(());
        }
        account.must_register_again = false;
        let before = std::mem::replace(&mut account.mfa, after);
        transaction.update_account(account).await?;
        if before == after {
            return Ok(());
        }
        let audit = record_of(Operation::ChangeMfaState, account)
            .detail("before", before)
            .detail("after", after)
            .by(actor(account), self.now());
        transaction.append_audit_records(vec![audit]).await?;
        transaction.announce(Change::new(ChangeKind::Account(account.id))).await
    }
}

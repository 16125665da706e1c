//! What every registration of a method has in common: who may, and what becomes of it.

use postern_domain::Timestamp;
use postern_domain::account::Account;
use postern_domain::audit::Operation;
use postern_domain::id::MethodId;
use postern_domain::mfa::recovery_code::RecoveryCode;
use postern_domain::mfa::{AuthenticationMethod, MethodKind, MethodLabel};
use postern_storage::{Change, ChangeKind, MethodRecord, PortalSession, Snapshot, StorageError, Transaction};

use super::second_factor_in::{Given, actor};
use super::session::{is_fresh, read_anew};
use super::{FullSession, SessionToken};
use crate::account::record_of;
use crate::authorise::settings_for;
use crate::notice::{Doer, SignInTidings, tell};
use crate::{Failure, Service};

/// What comes of a registration that finished: the session under a new token, and with the first method recovery codes,
/// this once.
pub type Registered = (SessionToken, FullSession, Option<Vec<RecoveryCode>>);

/// Why a method was not registered, changed or deleted.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// The code is not that of the new secret, or not the one that was sent.
    #[error("that code is not right: type the code that the app shows now")]
    WrongCode,
    /// The code that was sent is not that, was used, or ran out.
    #[error("that code is not right: type the one from the newest message, or have another sent")]
    WrongSentCode,
    /// What the browser answered about the passkey does not fit what it was asked.
    #[error("the browser's answer does not fit what it was asked: begin again")]
    PasskeyRefused,
    /// The passkey is registered already, for this account or another.
    #[error("this passkey is registered already")]
    PasskeyTaken,
    /// The portal lives at an address for which browsers make no passkeys (an IP address).
    #[error("passkeys need a portal with a host name: ask your administrator")]
    NoPasskeysHere,
    /// Too many wrong codes.
    #[error("too many wrong codes: wait a moment and try again")]
    TryLater,
    /// Begun too long ago, or for another account.
    #[error("this registration has run out: begin again")]
    RunOut,
    /// The account has a method already, or a provider's second factor, and the session's second factor is not fresh.
    #[error("confirm with your second factor first")]
    StepUpNeeded,
    /// The session is over, or the token that asks has ended.
    #[error("your session is over: sign in again")]
    SessionOver,
    /// The account has the most methods it may have (10).
    #[error("you have 10 authentication methods, which is the most: delete one first")]
    TooMany,
    /// There is no such method.
    #[error("there is no such authentication method")]
    NoSuchMethod,
    /// The last method of an account whose MFA is enforced.
    #[error("this is your last authentication method, and your organization demands one: add another first")]
    LastMethod,
    /// The last method that can be used: the others are of kinds that are switched off.
    #[error(
        "your other authentication methods cannot be used now, because their kind is switched off: add one that can \
         be used first, or delete the others first"
    )]
    LastUsableMethod,
    /// The last method of an account, when a program asks.
    #[error("this is the last authentication method: no token deletes it, only its owner in the portal")]
    LastMethodByProgram,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for EnrolError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Conflict { what: "passkey" } => Self::PasskeyTaken,
            error => Self::Failure(error.into()),
        }
    }
}

/// Most methods of an account.
const MOST_METHODS: usize = 10;

impl Service {
    /// The session and its account read anew, and how many methods there are, when one may be added.
    pub(super) async fn may_register(
        &self,
        session: &PortalSession,
        state: &mut (dyn Snapshot + '_),
        now: Timestamp,
    ) -> Result<(PortalSession, Account, usize), EnrolError> {
        let (session, account) = read_anew(session, state, now).await?.ok_or(EnrolError::RunOut)?;
        let methods = state.methods_of(account.id).await?.len();
        let settings = settings_for(state, &account).await?;
        let can_confirm = methods > 0 || self.can_confirm_outside(state, &session, &account).await?;
        if can_confirm && !is_fresh(&session, &settings, now) {
            return Err(EnrolError::StepUpNeeded);
        }
        if methods >= MOST_METHODS {
            return Err(EnrolError::TooMany);
        }
        Ok((session, account, methods))
    }

    /// Whether somebody without a method of ours can be asked to confirm who they are: somebody who is in by a provider's
    /// second factor, where that can be asked for again. Without one there is nothing to ask for, and the first method is
    /// registered on the first factor alone.
    async fn can_confirm_outside(
        &self,
        state: &mut (dyn Snapshot + '_),
        session: &PortalSession,
        account: &Account,
    ) -> Result<bool, StorageError> {
        // Who must register before getting in cannot confirm anything yet, and has only just signed in.
        if session.second_factor_at.is_none() || account.must_register_again {
            return Ok(false);
        }
        Ok(!self.outside_step_ups_of(state, account).await?.is_empty())
    }

    /// A method that is registered now, and was used by that.
    pub(super) fn new_method(
        &self,
        id: MethodId,
        kind: MethodKind,
        label: &str,
        hint: Option<String>,
    ) -> AuthenticationMethod {
        AuthenticationMethod {
            id,
            kind,
            label: MethodLabel::typed(label, kind).into(),
            hint,
            registered_at: self.now(),
            last_used_at: Some(self.now()),
        }
    }

    /// Stores the method with its audit record and its notice, moves *Enabled* to *Enforced*, rotates the session's token
    /// and counts as a second-factor check. With the first method, recovery codes are made too.
    #[expect(clippy::too_many_arguments, reason = "each is another fact, and all are used up here")]
    pub(super) async fn complete_registration(
        &self,
        mut transaction: Box<dyn Transaction>,
        session: PortalSession,
        mut account: Account,
        methods_before: usize,
        record: &MethodRecord,
        given: Given,
        now: Timestamp,
    ) -> Result<Registered, EnrolError> {
        let method = &record.method;
        transaction.insert_method(account.id, record).await?;
        let audit = record_of(Operation::RegisterMethod, &account)
            .detail("method", method.id)
            .detail("kind", method.kind)
            .detail("label", &method.label)
            .by(actor(&account), now);
        transaction.append_audit_records(vec![audit]).await?;
        let notice = SignInTidings::MethodRegistered {
            method: method.kind.words().to_lowercase(),
            label: method.label.clone(),
            done: Doer::in_portal(&session, &account),
        };
        tell(&mut *transaction, &account, notice, now).await?;
        let codes = match methods_before {
            0 => Some(self.replace_recovery_codes(&mut *transaction, &account).await?),
            _ => None,
        };
        self.finish_registration(&mut *transaction, &mut account).await?;
        let got_in = self.let_in(&mut *transaction, session, account, given, now).await?;
        let got_in = got_in.ok_or(EnrolError::RunOut)?;
        transaction.commit().await?;
        let (token, session, account) = self.note_got_in(got_in);
        Ok((token, FullSession { session, account }, codes))
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
        transaction.update_account(account, self.now()).await?;
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

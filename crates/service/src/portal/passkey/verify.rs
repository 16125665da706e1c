//! Verify a passkey or security key as the second factor: at sign-in, and again as step-up.

use std::net::IpAddr;

use postern_domain::Timestamp;
use postern_domain::account::Account;
use postern_domain::audit::Operation;
use postern_domain::sign_in::{CredentialUsed, RefusalReason};
use postern_storage::{MethodRecord, PortalSession, StorageError, Transaction};
use webauthn_rs_core::proto::{AuthenticationState, PublicKeyCredential, UserVerificationPolicy};

use super::super::second_factor_in::{Given, actor};
use super::super::session::read_anew;
use super::super::verify_second_factor::SecondFactorError;
use super::super::{SessionToken, Standing};
use super::{Asked, BegunCeremony, Browser, NotTaken, read_answer, shows_a_copy};
use crate::account::record_of;
use crate::notice::{SignInTidings, tell};
use crate::{Failure, Service};

/// What an assertion came to.
pub(super) enum Judged {
    /// Right, and the counter is written.
    Right,
    /// Wrong, for any reason.
    Wrong,
    /// Right but for the counter: recorded, and told to the owner.
    Copy,
}

impl From<NotTaken> for SecondFactorError {
    fn from(not_taken: NotTaken) -> Self {
        match not_taken {
            NotTaken::RunOut => Self::RunOut,
            NotTaken::Failure(failure) => Self::Failure(failure),
        }
    }
}

impl Service {
    /// Begins the check of one of the owner's passkeys. `None` when there is none.
    ///
    /// # Errors
    /// [`SecondFactorError`].
    pub async fn begin_passkey_check(
        &self,
        session: &PortalSession,
    ) -> Result<Option<BegunCeremony>, SecondFactorError> {
        let now = self.now();
        let Some(party) = self.relying_party("") else { return Ok(None) };
        let mut transaction = self.parts.store.begin().await?;
        let (session, account) =
            read_anew(session, &mut *transaction, now).await?.ok_or(SecondFactorError::SessionOver)?;
        let records = transaction.method_records_of(account.id).await?;
        let mut known = Vec::new();
        for record in records.iter().filter(|record| record.credential.is_some()) {
            known.push(self.open_credential(account.id, record)?);
        }
        if known.is_empty() {
            return Ok(None);
        }
        let asked = party
            .new_challenge_authenticate_builder(known, Some(UserVerificationPolicy::Preferred))
            .and_then(|builder| party.generate_challenge_authenticate(builder));
        let (response, mut state) = asked.map_err(|_| SecondFactorError::WrongPasskey)?;
        // They are read anew when the answer comes.
        state.set_allowed_credentials(Vec::new());
        let options =
            serde_json::to_string(&response.public_key).map_err(|_| SecondFactorError::WrongPasskey)?;
        let browser = Browser::Session(&session);
        let id = self.keep_ceremony(&mut *transaction, browser, &Asked::SecondFactor(state), now).await?;
        transaction.commit().await?;
        Ok(Some(BegunCeremony { id, options }))
    }

    /// Finishes the check with what the browser answered; the session's token is rotated.
    ///
    /// # Errors
    /// [`SecondFactorError`]; the ceremony is used up by all but those of ours.
    pub async fn finish_passkey_check(
        &self,
        session: &PortalSession,
        ceremony: &str,
        answer: &str,
    ) -> Result<(SessionToken, Standing), SecondFactorError> {
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        let (session, account) =
            read_anew(session, &mut *transaction, now).await?.ok_or(SecondFactorError::SessionOver)?;
        let asked = self.take_ceremony(&mut *transaction, Browser::Session(&session), ceremony, now).await?;
        let Asked::SecondFactor(state) = asked else { return Err(SecondFactorError::RunOut) };
        let judged = match read_answer::<PublicKeyCredential>(answer) {
            None => Judged::Wrong,
            Some(answer) => match transaction.passkey(&answer.raw_id).await? {
                Some((owner, record)) if owner == account.id => {
                    self.judge(&mut *transaction, session.address, &account, &record, &state, &answer, now)
                        .await?
                }
                _ => Judged::Wrong,
            },
        };
        let used = CredentialUsed::AccountPassword;
        let (reason, error) = match judged {
            Judged::Right => {
                let got_in = self.let_in(&mut *transaction, session, account, Given::Passkey, now).await?;
                let got_in = got_in.ok_or(SecondFactorError::SessionOver)?;
                transaction.commit().await?;
                return Ok(self.how_far(got_in));
            }
            Judged::Wrong => (RefusalReason::WrongSecondFactor, SecondFactorError::WrongPasskey),
            Judged::Copy => (RefusalReason::ClonedPasskey, SecondFactorError::ClonedPasskey),
        };
        transaction.commit().await?;
        let _not_told = self.record_refusal(self.of_session(&session), Some(account.id), used, reason);
        Err(error)
    }

    /// Verifies an assertion against a stored passkey, and writes its counter in the same transaction.
    #[expect(clippy::too_many_arguments, reason = "each is another fact of the one judgement")]
    pub(super) async fn judge(
        &self,
        transaction: &mut (dyn Transaction + '_),
        address: IpAddr,
        account: &Account,
        record: &MethodRecord,
        state: &AuthenticationState,
        answer: &PublicKeyCredential,
        now: Timestamp,
    ) -> Result<Judged, Failure> {
        let Some(party) = self.relying_party("") else { return Ok(Judged::Wrong) };
        let credential = self.open_credential(account.id, record)?;
        // A user handle, where one comes along, names the account (WebAuthn 7.2, step 6).
        if answer.get_user_unique_id().is_some_and(|handle| handle != account.id.as_bytes()) {
            return Ok(Judged::Wrong);
        }
        let counter = match party.authenticate_single_credential(answer, state, &credential) {
            Ok(right) => right.counter(),
            Err(error) if shows_a_copy(&error) => {
                self.report_copy(transaction, address, account, record, now).await?;
                return Ok(Judged::Copy);
            }
            Err(error) => {
                tracing::debug!(%error, "a passkey was not accepted");
                return Ok(Judged::Wrong);
            }
        };
        if transaction.accept_passkey_counter(record.method.id, counter, now).await? {
            return Ok(Judged::Right);
        }
        // It was used elsewhere since it was read.
        self.report_copy(transaction, address, account, record, now).await?;
        Ok(Judged::Copy)
    }

    async fn report_copy(
        &self,
        transaction: &mut (dyn Transaction + '_),
        address: IpAddr,
        account: &Account,
        record: &MethodRecord,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let audit = record_of(Operation::RefuseClonedPasskey, account)
            .detail("method", record.method.id)
            .detail("label", &record.method.label)
            .detail("address", address)
            .by(actor(account), now);
        transaction.append_audit_records(vec![audit]).await?;
        let label = record.method.label.clone();
        tell(transaction, account, SignInTidings::PasskeyCopied { label, from: address }, now).await
    }
}

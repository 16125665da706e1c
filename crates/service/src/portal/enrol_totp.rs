//! Register an authenticator app.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::Account;
use postern_domain::id::MethodId;
use postern_domain::mfa::MethodKind;
use postern_domain::mfa::totp::{TotpSecret, TotpStep};
use postern_storage::{MethodRecord, PortalSession};

use super::registration::{EnrolError, Registered};
use super::second_factor_in::Given;
use crate::Service;

/// A registration that was begun. Nothing is stored yet.
pub struct Enrolment {
    /// The secret for the QR code and the typed key.
    pub secret: TotpSecret,
    /// The secret, sealed and bound to the account, to be carried in the form; it is good for 15 minutes.
    pub sealed: String,
}

/// How long a registration may take from the picture to the first code.
const TIME_TO_FINISH: Duration = Duration::from_secs(15 * 60);

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
    ) -> Result<Registered, EnrolError> {
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        let (session, account, methods) = self.may_register(session, &mut *transaction, now).await?;
        let opened = self.open_registration(&session, sealed);
        // One from the future was begun before the clock was set back: nobody can tell how long ago.
        let in_time = |begun: Timestamp| begun <= now && now.since(begun) < TIME_TO_FINISH;
        let (_, secret) = opened.filter(|(begun, _)| in_time(*begun)).ok_or(EnrolError::RunOut)?;
        let step = secret.matching_step(typed, now, None).ok_or(EnrolError::WrongCode)?;

        let record = self.app_record(&account, label, &secret, step);
        self.complete_registration(transaction, session, account, methods, &record, Given::Code, now).await
    }

    fn app_record(
        &self,
        account: &Account,
        label: &str,
        secret: &TotpSecret,
        step: TotpStep,
    ) -> MethodRecord {
        let id = MethodId::generate(&*self.parts.clock, self.random());
        MethodRecord {
            method: self.new_method(id, MethodKind::AuthenticatorApp, label, None),
            secret: self.seal_totp_secret(account.id, id, secret),
            // The code that finished the registration works no second time.
            last_step: Some(step),
            credential: None,
        }
    }
}

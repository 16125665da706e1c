//! Register a telephone or a mailbox for codes: it is registered once a code that was sent there came back.

use postern_domain::account::Account;
use postern_domain::id::MethodId;
use postern_storage::{CodeSubject, MethodRecord, PortalSession};

use super::super::registration::{EnrolError, Registered};
use super::super::second_factor_in::Given;
use super::send::Order;
use super::{Destination, SendCodeError, of_method};
use crate::Service;

impl From<EnrolError> for SendCodeError {
    fn from(error: EnrolError) -> Self {
        match error {
            EnrolError::StepUpNeeded => Self::StepUpNeeded,
            EnrolError::TooMany => Self::TooManyMethods,
            EnrolError::Failure(failure) => Self::Failure(failure),
            // Nothing else comes of asking whether one may register.
            _ => Self::SessionOver,
        }
    }
}

/// While it is being registered, the session stands for the method.
const fn of_session(session: &PortalSession) -> CodeSubject {
    CodeSubject(*session.id.as_bytes())
}

fn is_own_mailbox(account: &Account, destination: &Destination) -> bool {
    matches!(destination, Destination::Mailbox(address) if account.has_address(address))
}

impl Service {
    /// Sends a code to where codes are to be sent from now on.
    ///
    /// # Errors
    /// [`SendCodeError`].
    pub async fn begin_message_registration(
        &self,
        session: &PortalSession,
        destination: Destination,
    ) -> Result<(), SendCodeError> {
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        let (session, account, _) = self.may_register(session, &mut *transaction, now).await?;
        if is_own_mailbox(&account, &destination) {
            return Err(SendCodeError::OwnMailbox);
        }
        let subject = of_session(&session);
        let sealed = Some(self.seal_destination(account.id, subject, &destination));
        let order = Order { subject, destination, sealed };
        let outgoing = self.prepare_code(&mut *transaction, &account, order, now).await?;
        transaction.commit().await?;
        self.send_out(outgoing).await
    }

    /// Finishes the registration with the code; as [`finish_totp_enrolment`](Service::finish_totp_enrolment) does
    /// otherwise.
    ///
    /// # Errors
    /// [`EnrolError`].
    pub async fn finish_message_registration(
        &self,
        session: &PortalSession,
        label: &str,
        typed: &str,
    ) -> Result<Registered, EnrolError> {
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        let (session, account, methods) = self.may_register(session, &mut *transaction, now).await?;
        let subject = of_session(&session);
        let Some(used) = self.use_code(&mut *transaction, &account, subject, typed, now).await? else {
            // The try is counted.
            transaction.commit().await?;
            return Err(EnrolError::WrongSentCode);
        };
        let sealed = used.destination.ok_or(EnrolError::RunOut)?;
        let destination = self.open_destination(account.id, subject, &sealed)?;
        let id = MethodId::generate(&*self.parts.clock, self.random());
        let record = MethodRecord {
            method: self.new_method(id, destination.kind(), label, Some(destination.hint())),
            secret: self.seal_destination(account.id, of_method(id), &destination),
            last_step: None,
            credential: None,
        };
        self.complete_registration(transaction, session, account, methods, &record, Given::Code, now).await
    }
}

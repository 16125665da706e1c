//! Send a code.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::Account;
use postern_domain::id::MethodId;
use postern_domain::mfa::MethodKind;
use postern_domain::random;
use postern_storage::{CodeSubject, PortalSession, Sealed, SentCode, Snapshot, StorageError, Transaction};
use zeroize::Zeroizing;

use super::super::session::read_anew;
use super::{Destination, of_method};
use crate::authorise::settings_for;
use crate::messenger::{Mail, Undelivered};
use crate::{Failure, Service};

/// How long a code works.
const WORKS_FOR: Duration = Duration::from_secs(10 * 60);
/// From one code to the next, for one account.
const BETWEEN: Duration = Duration::from_secs(30);
/// Codes in an hour, for one account: each costs the organization money, or its owner patience.
const MOST_AN_HOUR: usize = 5;

/// Why no code was sent.
#[derive(Debug, thiserror::Error)]
pub enum SendCodeError {
    /// The organization does not want such codes, or this server cannot send them.
    #[error("your organization sends no codes that way: use another method")]
    NotOffered,
    /// There is no such method.
    #[error("there is no such authentication method")]
    NoSuchMethod,
    /// To the mailbox that the account itself protects.
    #[error(
        "that is a mailbox of this account: whoever gets into it would get the codes too, so give another address"
    )]
    OwnMailbox,
    /// One was sent a moment ago.
    #[error(
        "a code was sent a moment ago: it may take a minute to arrive. Another can be sent after half a minute"
    )]
    TooSoon,
    /// As many as may be were sent in the last hour.
    #[error("five codes were sent in the last hour, which is the most: wait, or use another method")]
    TooMany,
    /// The account has the most methods it may have.
    #[error("you have 10 authentication methods, which is the most: delete one first")]
    TooManyMethods,
    /// The account has a method already, and the session's second factor is not fresh.
    #[error("confirm with your second factor first")]
    StepUpNeeded,
    /// The session is over.
    #[error("your session is over: sign in again")]
    SessionOver,
    /// Ours: the mail server or the text-message gateway did not take it, or has not taken so many that it is not asked now.
    #[error(
        "the code could not be sent, which is our failure and not yours: use another method, or try again later"
    )]
    Undelivered,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for SendCodeError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

/// What a code is for, and where it is to go.
pub(super) struct Order {
    pub(super) subject: CodeSubject,
    pub(super) destination: Destination,
    /// The destination, where it is registered with the code.
    pub(super) sealed: Option<Sealed>,
}

/// A code that is stored, and about to be sent.
pub(super) struct Outgoing {
    stored: SentCode,
    code: Zeroizing<String>,
    destination: Destination,
    sent_at: Timestamp,
}

impl Service {
    /// Sends a code for a method of the owner's, at sign-in or for a step-up.
    ///
    /// # Errors
    /// [`SendCodeError`].
    pub async fn send_code(&self, session: &PortalSession, method: MethodId) -> Result<(), SendCodeError> {
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        let (_, account) =
            read_anew(session, &mut *transaction, now).await?.ok_or(SendCodeError::SessionOver)?;
        let records = transaction.method_records_of(account.id).await?;
        let record = records
            .into_iter()
            .find(|record| record.method.id == method)
            .ok_or(SendCodeError::NoSuchMethod)?;
        if !matches!(record.method.kind, MethodKind::TextMessage | MethodKind::EmailCode) {
            return Err(SendCodeError::NoSuchMethod);
        }
        let subject = of_method(method);
        let destination = self.open_destination(account.id, subject, &record.secret)?;
        let order = Order { subject, destination, sealed: None };
        let outgoing = self.prepare_code(&mut *transaction, &account, order, now).await?;
        transaction.commit().await?;
        self.send_out(outgoing).await
    }

    /// Makes a code and stores its hash, when one may be sent.
    pub(super) async fn prepare_code(
        &self,
        transaction: &mut (dyn Transaction + '_),
        account: &Account,
        order: Order,
        now: Timestamp,
    ) -> Result<Outgoing, SendCodeError> {
        let Order { subject, destination, sealed } = order;
        let settings = settings_for(transaction, account).await?;
        if !self.offers(destination.kind(), &settings) {
            return Err(SendCodeError::NotOffered);
        }
        let (stored, code) = self.make_code(transaction, account, subject, sealed, now).await?;
        Ok(Outgoing { stored, code, destination, sent_at: now })
    }

    /// Makes a code for whatever it is to be sent for, and stores its hash, when the account may be sent another one.
    pub(crate) async fn make_code(
        &self,
        transaction: &mut (dyn Transaction + '_),
        account: &Account,
        subject: CodeSubject,
        sealed: Option<Sealed>,
        now: Timestamp,
    ) -> Result<(SentCode, Zeroizing<String>), SendCodeError> {
        may_send(transaction, account, now).await?;
        if !self.code_attempts.one_more(account.id, now) {
            return Err(SendCodeError::Undelivered);
        }
        let number = u64::from_be_bytes(random::bytes(self.random())) % 1_000_000;
        let code = Zeroizing::new(format!("{number:06}"));
        let stored = SentCode {
            account: account.id,
            subject,
            hash: self.keys().new_sent_code_hash(account.id, subject, &code),
            destination: sealed,
            expires_at: now.plus(WORKS_FOR),
        };
        transaction.put_sent_code(&stored, now).await?;
        Ok((stored, code))
    }

    /// Takes back a code that could not be sent: it does not count.
    pub(crate) async fn take_back_code(&self, stored: &SentCode, sent_at: Timestamp) -> Result<(), Failure> {
        let mut transaction = self.parts.store.begin().await?;
        transaction.take_back_sent_code(stored, sent_at).await?;
        Ok(transaction.commit().await?)
    }

    /// Sends it, outside any transaction. One that does not go out is taken back, and does not count.
    pub(super) async fn send_out(&self, outgoing: Outgoing) -> Result<(), SendCodeError> {
        let Outgoing { stored, code, destination, sent_at } = outgoing;
        let Err(error) = self.send_to(&destination, &code).await else { return Ok(()) };
        tracing::error!(%error, kind = %destination.kind(), "a code could not be sent");
        self.take_back_code(&stored, sent_at).await?;
        Err(match error {
            Undelivered::NotConfigured => SendCodeError::NotOffered,
            Undelivered::Refused { .. } | Undelivered::Later { .. } => SendCodeError::Undelivered,
        })
    }

    async fn send_to(&self, destination: &Destination, code: &Zeroizing<String>) -> Result<(), Undelivered> {
        let (code, url) = (code.as_str(), self.portal_url());
        let host = url.trim_start_matches("https://");
        match destination {
            Destination::Phone(number) => {
                // The last line tells phones for which page it is (WICG, "Origin-bound one-time codes").
                let text = Zeroizing::new(format!(
                    "{code} is your code for {host}. It works for 10 minutes. Give it to nobody.\n\n@{host} #{code}"
                ));
                self.messenger().text(number, &text).await
            }
            Destination::Mailbox(address) => {
                let text = format!(
                    "{code} is your code for {host}.\n\nIt works for 10 minutes, once. Give it to nobody: no \
                     administrator asks for it.\nIf you did not ask for it, somebody knows your password: change it at \
                     {url}.\n"
                );
                self.messenger()
                    .mail(&Mail::new(address.clone(), &format!("Your code for {host}"), text))
                    .await
            }
        }
    }
}

/// At most one in half a minute and five in an hour, whatever they are for.
async fn may_send(
    state: &mut (dyn Snapshot + '_),
    account: &Account,
    now: Timestamp,
) -> Result<(), SendCodeError> {
    let hour = Duration::from_secs(3600);
    let sendings = state.code_sendings(account.id, now.minus(hour)).await?;
    if sendings.first().is_some_and(|last| now < last.plus(BETWEEN)) {
        return Err(SendCodeError::TooSoon);
    }
    if sendings.len() >= MOST_AN_HOUR {
        return Err(SendCodeError::TooMany);
    }
    Ok(())
}

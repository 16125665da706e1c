//! Verify a code that was sent, as the second factor.

use postern_domain::Timestamp;
use postern_domain::account::Account;
use postern_domain::id::MethodId;
use postern_domain::mfa::MethodKind;
use postern_storage::{CodeSubject, PortalSession, SentCode, Transaction};

use super::super::second_factor_in::Given;
use super::super::session::read_anew;
use super::super::verify_second_factor::SecondFactorError;
use super::super::{SessionToken, Standing};
use super::{MOST_TRIES, of_method, typed_code};
use crate::authorise::settings_for;
use crate::{Failure, Service};

impl Service {
    /// Verifies a code that was sent for a method; the session's token is rotated.
    ///
    /// # Errors
    /// [`SecondFactorError`].
    pub async fn verify_sent_code(
        &self,
        session: &PortalSession,
        method: MethodId,
        typed: &str,
    ) -> Result<(SessionToken, Standing), SecondFactorError> {
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        let (session, account) =
            read_anew(session, &mut *transaction, now).await?.ok_or(SecondFactorError::SessionOver)?;
        let settings = settings_for(&mut *transaction, &account).await?;
        let methods = transaction.methods_of(account.id).await?;
        let sends = |kind| matches!(kind, MethodKind::TextMessage | MethodKind::EmailCode);
        let is_one = methods
            .iter()
            .any(|known| known.id == method && sends(known.kind) && self.offers(known.kind, &settings));
        if !self.may_guess(&session, &account, now) {
            return Err(SecondFactorError::TryLater);
        }
        self.count_guess(&session, &account, now);
        let subject = of_method(method);
        let used = match is_one {
            true => self.use_code(&mut *transaction, &account, subject, typed, now).await?,
            false => None,
        };
        if used.is_none() {
            // The try is counted, whatever comes of it.
            transaction.commit().await?;
            return Err(self.wrong_code(&session, &account));
        }
        transaction.use_method(method, now).await?;
        let got_in = self.let_in(&mut *transaction, session, account, Given::Code, now).await?;
        let got_in = got_in.ok_or(SecondFactorError::SessionOver)?;
        transaction.commit().await?;
        Ok(self.how_far(got_in))
    }

    /// Counts a try and uses the code up when it is right. The transaction is to be committed either way.
    pub(crate) async fn use_code(
        &self,
        transaction: &mut (dyn Transaction + '_),
        account: &Account,
        subject: CodeSubject,
        typed: &str,
        now: Timestamp,
    ) -> Result<Option<SentCode>, Failure> {
        if !transaction.count_try(account.id, subject, MOST_TRIES, now).await? {
            return Ok(None);
        }
        let Some(code) = typed_code(typed) else { return Ok(None) };
        let hashes: Vec<_> = self.keys().sent_code_hashes(account.id, subject, &code).collect();
        for hash in hashes {
            if let Some(used) = transaction.use_sent_code(account.id, subject, &hash, now).await? {
                return Ok(Some(used));
            }
        }
        self.nothing_can_be_missed()?;
        Ok(None)
    }
}

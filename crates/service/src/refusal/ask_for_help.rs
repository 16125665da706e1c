//! Ask the administrators about a refusal, with the facts attached.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::Account;
use postern_domain::audit::Operation;
use postern_domain::sign_in::RefusalReference;
use postern_storage::StorageError;

use super::{Explanation, LookUpError};
use crate::audit::Record;
use crate::authorise::Asker;
use crate::event::printable;
use crate::notice::OrganizationTidings;
use crate::{By, Failure, Service};

/// Most requests of one account in [`SPAN`]: nobody reads more, and a person who asks ten times has a telephone.
const MOST: u64 = 10;
/// The span that [`MOST`] is for.
const SPAN: Duration = Duration::from_secs(24 * 3600);
/// Most characters of what an owner adds in their own words.
pub const LONGEST_MESSAGE: usize = 500;

/// Why the administrators were not asked.
#[derive(Debug, thiserror::Error)]
pub enum AskForHelpError {
    /// No such refusal, or none of theirs.
    #[error("no refusal with that reference concerns you")]
    NotFound,
    /// They asked about this refusal before.
    #[error("the administrators were asked about this refusal before")]
    AskedBefore {
        /// When.
        at: Timestamp,
    },
    /// They asked about too many.
    #[error("you asked about {most} refusals within a day: the administrators have them")]
    TooOften {
        /// The most.
        most: u64,
    },
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for AskForHelpError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

impl From<LookUpError> for AskForHelpError {
    fn from(error: LookUpError) -> Self {
        match error {
            LookUpError::NotFound => Self::NotFound,
            LookUpError::Failure(failure) => Self::Failure(failure),
        }
    }
}

impl Service {
    /// Asks the administrators about a refusal that concerns whoever asks, once for each: the facts go to them as a
    /// notice, with at most [`LONGEST_MESSAGE`] characters of the owner's own. At most ten in a day for an account.
    ///
    /// # Errors
    /// [`AskForHelpError`].
    pub async fn ask_for_help(
        &self,
        by: By<'_>,
        reference: RefusalReference,
        message: &str,
    ) -> Result<(), AskForHelpError> {
        let found = self.look_up_refusal(by, reference).await?;
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let own = asker.own_account().filter(|_| found.concerns_reader);
        let own = own.ok_or(AskForHelpError::NotFound)?;
        let account = transaction.account(own).await?.ok_or(AskForHelpError::NotFound)?;
        if let Some(at) = transaction.help_request(account.id, found.event.id).await? {
            return Err(AskForHelpError::AskedBefore { at });
        }
        if transaction.help_request_count(account.id, now.minus(SPAN)).await? >= MOST {
            return Err(AskForHelpError::TooOften { most: MOST });
        }
        transaction.insert_help_request(account.id, found.event.id, now).await?;
        let message = printable(message.trim(), LONGEST_MESSAGE);
        let record = record(&found, reference, &account, &message).by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        let notice = OrganizationTidings::HelpWanted { reference, facts: found.facts(), message };
        self.tell_administrators(&mut *transaction, Some(&account), notice, now).await?;
        transaction.commit().await?;
        Ok(())
    }
}

impl Explanation {
    /// What is known of the refusal, each fact with its words.
    #[must_use]
    pub fn facts(&self) -> Vec<(String, String)> {
        let event = &self.event;
        let facts = [
            ("What happened", Some(self.what.clone())),
            ("When", Some(event.at.to_string())),
            ("Where", Some(event.place.name().to_owned())),
            ("From", Some(event.address.to_string())),
            ("Program", event.client.clone()),
            ("App password", self.app_password.as_ref().map(|its| its.name.to_string())),
            ("Acting for", event.acting_for.as_ref().map(ToString::to_string)),
            ("Reason", Some(self.reason.name().to_owned())),
        ];
        facts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}

fn record(found: &Explanation, reference: RefusalReference, account: &Account, message: &str) -> Record {
    let record = Record::of(Operation::AskForHelp).account(account.id);
    let record = match &found.app_password {
        Some(app_password) => record.app_password(app_password.id),
        None => record,
    };
    record
        .detail("reference", reference)
        .detail("reason", found.reason.name())
        .detail_if("message", Some(message).filter(|message| !message.is_empty()))
}

#[cfg(test)]
mod tests {
    use postern_domain::mfa::MfaState;

    use super::*;
    use crate::door::DoorAnswer;
    use crate::testing::{ACCOUNT_PASSWORD, ANNA, Fixture, OPERATOR};

    async fn refused(fixture: &Fixture) -> RefusalReference {
        match fixture.sign_in(ANNA, ACCOUNT_PASSWORD).await {
            DoorAnswer::Refused(refusal) => refusal.reference,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn an_owner_asks_once_about_each_refusal() {
        let fixture = Fixture::open().await;
        fixture.account(ANNA, MfaState::Enforced).await;
        fixture.account("bo@example.test", MfaState::Enforced).await;
        let role = postern_domain::account::Role::GlobalAdministrator;
        let person = postern_domain::account::AccountKind::Person;
        let gina = fixture.add("gina@example.test", MfaState::Enforced, role, person).await;
        let (anna, ..) = fixture.enrol(ANNA).await;
        let (bo, ..) = fixture.enrol("bo@example.test").await;
        let reference = refused(&fixture).await;
        let ask = async |by, reference| fixture.service.ask_for_help(by, reference, " Help!\u{202e} ").await;
        for stranger in [By::Session(&bo), OPERATOR] {
            let asked = ask(stranger, reference).await;
            assert!(matches!(asked, Err(AskForHelpError::NotFound)), "{asked:?}");
        }
        let by = By::Session(&anna);
        ask(by, reference).await.unwrap();
        let again = ask(by, reference).await;
        assert!(matches!(again, Err(AskForHelpError::AskedBefore { .. })), "{again:?}");
        let found = fixture.service.look_up_refusal(by, reference).await.unwrap();
        assert!(found.concerns_reader && found.asked_at.is_some());
        let filter = postern_storage::AuditFilter {
            operation: Some(Operation::AskForHelp),
            limit: 10,
            ..Default::default()
        };
        let records = fixture.service.list_audit_records(&filter).await.unwrap();
        let details = [
            ("message", "Help!"),
            ("reason", "account-password-under-mfa"),
            ("reference", &reference.to_string()),
        ];
        assert_eq!(records[0].details, details.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(records.len(), 1);
        assert_eq!(fixture.told(gina.id).await, ["help.wanted", "account.role-changed"]);
    }

    #[tokio::test]
    async fn an_owner_asks_ten_times_a_day_at_most() {
        let fixture = Fixture::open().await;
        fixture.account(ANNA, MfaState::Enforced).await;
        let (anna, ..) = fixture.enrol(ANNA).await;
        for _ in 0..MOST {
            let reference = refused(&fixture).await;
            fixture.service.ask_for_help(By::Session(&anna), reference, "").await.unwrap();
        }
        let eleventh = refused(&fixture).await;
        let too_often = fixture.service.ask_for_help(By::Session(&anna), eleventh, "").await;
        assert!(matches!(too_often, Err(AskForHelpError::TooOften { most: 10 })), "{too_often:?}");
    }
}

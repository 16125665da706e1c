//! Making sign-in events.

use std::net::IpAddr;

use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::app_password::{LastUse, TypedSecret};
use postern_domain::id::{AccountId, AppPasswordId, SignInEventId};
use postern_domain::sign_in::{CredentialUsed, Outcome, Place, RefusalReason, RefusalReference, SignInEvent};
use postern_storage::Use;

use crate::Service;

/// Most characters of what a client calls itself.
const LONGEST_CLIENT: usize = 128;

/// Where an attempt came from.
pub(crate) struct Origin {
    pub(crate) place: Place,
    pub(crate) address: IpAddr,
    pub(crate) client: Option<String>,
    pub(crate) at: Timestamp,
    /// The mailbox of another that was asked for.
    pub(crate) acting_for: Option<AccountName>,
}

impl Service {
    /// Records a refusal and gives its reference.
    pub(crate) fn record_refusal(
        &self,
        origin: Origin,
        account: Option<AccountId>,
        credential: CredentialUsed,
        reason: RefusalReason,
    ) -> RefusalReference {
        let reference = RefusalReference::generate(self.random());
        self.record(origin, account, credential, Outcome::Refused { reason, reference });
        reference
    }

    /// Records an accepted sign-in, and the use of the app password.
    pub(crate) fn record_acceptance(&self, origin: Origin, account: AccountId, credential: CredentialUsed) {
        self.record(origin, Some(account), credential, Outcome::ACCEPTED);
    }

    /// Records a sign-in at a door that was accepted, and what would have refused it had the door not been in
    /// report-only mode.
    pub(crate) fn record_admission(
        &self,
        origin: Origin,
        account: AccountId,
        credential: CredentialUsed,
        would_refuse: Option<RefusalReason>,
    ) {
        self.record(origin, Some(account), credential, Outcome::Accepted { would_refuse });
    }

    /// Records that a session acts for a mailbox: an event, and no further use of the app password.
    pub(crate) fn record_impersonation(
        &self,
        origin: Origin,
        account: AccountId,
        credential: CredentialUsed,
    ) {
        let event = self.event(origin, Some(account), credential, Outcome::ACCEPTED);
        self.recorder.record(event, None);
    }

    /// Notes that an app password is still in use, without an event.
    pub(crate) fn record_further_use(&self, origin: Origin, app_password: AppPasswordId) {
        if let Place::Door(door) = origin.place {
            let last = LastUse { at: origin.at, door, address: origin.address, client: origin.client };
            self.recorder.record_use(Use { app_password, last, count: 0 });
        }
    }

    fn record(
        &self,
        origin: Origin,
        account: Option<AccountId>,
        credential: CredentialUsed,
        outcome: Outcome,
    ) {
        let used = match (outcome, credential, origin.place) {
            (Outcome::Accepted { .. }, CredentialUsed::AppPassword(app_password), Place::Door(door)) => {
                Some(first_use(app_password, door, &origin))
            }
            _ => None,
        };
        let event = self.event(origin, account, credential, outcome);
        self.recorder.record(event, used);
    }

    fn event(
        &self,
        origin: Origin,
        account: Option<AccountId>,
        credential: CredentialUsed,
        outcome: Outcome,
    ) -> SignInEvent {
        SignInEvent {
            id: SignInEventId::generate(&*self.parts.clock, self.random()),
            at: origin.at,
            place: origin.place,
            account,
            address: origin.address,
            client: origin.client,
            credential,
            acting_for: origin.acting_for,
            outcome,
        }
    }
}

fn first_use(app_password: AppPasswordId, door: postern_domain::door::Door, origin: &Origin) -> Use {
    let last = LastUse { at: origin.at, door, address: origin.address, client: origin.client.clone() };
    Use { app_password, last, count: 1 }
}

/// What a client calls itself, to be kept: at most [`LONGEST_CLIENT`] characters of it. Nothing of one that has an app
/// password in this place by mistake, as programs have that are filled in by hand.
pub(crate) fn client_name(text: &str) -> Option<String> {
    let is_a_secret = |word: &str| TypedSecret::new(word.as_bytes()).as_strong_app_password().is_some();
    let holds_one = is_a_secret(text) || text.split_whitespace().any(is_a_secret);
    (!holds_one).then(|| printable(text, LONGEST_CLIENT))
}

/// At most `most` characters of a text that a client chose, without those that nobody sees.
pub(crate) fn printable(text: &str, most: usize) -> String {
    text.chars().filter(|c| !postern_domain::text::is_unseen(*c)).take(most).collect()
}

#[cfg(test)]
mod tests {
    use postern_domain::app_password::{AppPasswordSecret, Profile};

    use super::*;
    use crate::testing::TestRandom;

    #[test]
    fn an_app_password_in_the_place_of_a_name_is_not_kept() {
        let secret = AppPasswordSecret::generate(Profile::Standard, &TestRandom::seeded(7));
        let (grouped, plain) = (secret.expose_grouped(), secret.expose_ungrouped());
        for name in
            [&**grouped, &plain.to_uppercase(), &format!("Scanner {}", *plain), &format!(" {} ", *grouped)]
        {
            assert_eq!(client_name(name), None);
        }
        assert_eq!(client_name("Thunderbird/140.0 (X11)").as_deref(), Some("Thunderbird/140.0 (X11)"));
        assert_eq!(client_name("").as_deref(), Some(""));
    }
}

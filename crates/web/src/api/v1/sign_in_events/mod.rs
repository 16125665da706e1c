//! Sign-in events.

pub(super) mod list;

use crate::api::choice::Word;
use crate::api::v1::words::{CredentialWord, Ending, OutcomeWord, PlaceWord, RefusalReasonWord, sort_of};
use postern_domain::sign_in::{CredentialUsed, Outcome, SignInEvent};
use serde::Serialize;
use utoipa::ToSchema;

/// One attempt to sign in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SignInEvent)]
pub(crate) struct EventBody {
    id: String,
    #[schema(format = DateTime)]
    at: String,
    /// The door, or `portal`.
    place: PlaceWord,
    /// The account, when the user name was known.
    account_id: Option<String>,
    address: String,
    /// What the program calls itself.
    client: Option<String>,
    /// What it signed in with.
    credential: CredentialWord,
    app_password_id: Option<String>,
    /// The mailbox of another that it asked to act for.
    acting_for: Option<String>,
    outcome: OutcomeWord,
    /// Why it was refused; of an accepted one, why it would be were its door not in report-only mode.
    reason: Option<RefusalReasonWord>,
    /// What the program was told, by which it is looked up.
    #[schema(example = "7Q3K-M2XA")]
    reference: Option<String>,
}

impl EventBody {
    pub(crate) fn new(event: &SignInEvent) -> Self {
        let app_password = match event.credential {
            CredentialUsed::AppPassword(id) => Some(id),
            _ => None,
        };
        let (outcome, reason, reference) = match event.outcome {
            Outcome::Accepted { would_refuse } => (Ending::Accepted, would_refuse, None),
            Outcome::Refused { reason, reference } => (Ending::Refused, Some(reason), Some(reference)),
        };
        Self {
            id: event.id.to_string(),
            at: event.at.to_string(),
            place: Word(event.place),
            account_id: event.account.map(|id| id.to_string()),
            address: event.address.to_string(),
            client: event.client.clone(),
            credential: Word(sort_of(event.credential)),
            app_password_id: app_password.map(|id| id.to_string()),
            acting_for: event.acting_for.as_ref().map(ToString::to_string),
            outcome: Word(outcome),
            reason: reason.map(Word),
            reference: reference.map(|reference| reference.to_string()),
        }
    }
}

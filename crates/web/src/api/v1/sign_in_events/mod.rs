//! Sign-in events.

pub(super) mod list;

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
    place: &'static str,
    /// The account, when the user name was known.
    account_id: Option<String>,
    address: String,
    /// What the program calls itself.
    client: Option<String>,
    /// What it signed in with: `unrecognised`, `account-password`, `app-password`, `passkey` or
    /// `outside-identity`.
    credential: &'static str,
    app_password_id: Option<String>,
    /// The mailbox of another that it asked to act for.
    acting_for: Option<String>,
    /// `accepted` or `refused`.
    outcome: &'static str,
    /// Why it was refused; of an accepted one, why it would be were its door not in report-only mode.
    reason: Option<&'static str>,
    /// What the program was told, by which it is looked up.
    #[schema(example = "7Q3K-M2XA")]
    reference: Option<String>,
}

impl EventBody {
    pub(crate) fn new(event: &SignInEvent) -> Self {
        let (credential, app_password) = match event.credential {
            CredentialUsed::AccountPassword => ("account-password", None),
            CredentialUsed::AppPassword(id) => ("app-password", Some(id)),
            CredentialUsed::Passkey => ("passkey", None),
            CredentialUsed::OutsideIdentity => ("outside-identity", None),
            CredentialUsed::Unrecognised { .. } => ("unrecognised", None),
        };
        let (outcome, reason, reference) = match event.outcome {
            Outcome::Accepted { would_refuse } => {
                ("accepted", would_refuse.map(postern_domain::sign_in::RefusalReason::name), None)
            }
            Outcome::Refused { reason, reference } => ("refused", Some(reason.name()), Some(reference)),
        };
        Self {
            id: event.id.to_string(),
            at: event.at.to_string(),
            place: event.place.name(),
            account_id: event.account.map(|id| id.to_string()),
            address: event.address.to_string(),
            client: event.client.clone(),
            credential,
            app_password_id: app_password.map(|id| id.to_string()),
            acting_for: event.acting_for.as_ref().map(ToString::to_string),
            outcome,
            reason,
            reference: reference.map(|reference| reference.to_string()),
        }
    }
}

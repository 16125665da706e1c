//! A sign-in event as the account's owner sees it.

use postern_domain::Timestamp;
use postern_domain::app_password::AppPassword;
use postern_domain::sign_in::{CredentialUsed, Outcome, Place, SignInEvent};

use super::{Moment, Tone, door_label};

/// A sign-in event as the account's owner sees it.
pub(crate) struct EventView {
    pub(crate) at: Moment,
    pub(crate) place: &'static str,
    pub(crate) address: String,
    pub(crate) client: Option<String>,
    pub(crate) credential: String,
    pub(crate) outcome: &'static str,
    pub(crate) tone: Tone,
    /// Of a refusal: what to look up.
    pub(crate) reference: Option<String>,
}

impl EventView {
    /// `known` are the account's app passwords, to call them by name.
    pub(crate) fn new(event: &SignInEvent, known: &[AppPassword], now: Timestamp) -> Self {
        let (outcome, tone, reference) = match event.outcome {
            Outcome::Accepted => ("Signed in", Tone::Good, None),
            Outcome::Refused { reference, .. } => ("Refused", Tone::Ended, Some(reference.to_string())),
        };
        Self {
            at: Moment::new(event.at, now),
            place: place_label(event.place),
            address: event.address.to_string(),
            client: event.client.clone(),
            credential: credential(event.credential, known),
            outcome,
            tone,
            reference,
        }
    }
}

/// Where somebody signed in, in words.
pub(crate) const fn place_label(place: Place) -> &'static str {
    match place {
        Place::Door(door) => door_label(door),
        Place::Portal => "This portal",
    }
}

fn credential(used: CredentialUsed, known: &[AppPassword]) -> String {
    match used {
        CredentialUsed::Unrecognised { .. } => "Unknown password".to_owned(),
        CredentialUsed::AccountPassword => "Account password".to_owned(),
        CredentialUsed::AppPassword(id) => known
            .iter()
            .find(|app_password| app_password.id == id)
            .map_or_else(|| "App password".to_owned(), |app_password| app_password.name.to_string()),
    }
}

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
    /// The mailbox of another that was asked for.
    pub(crate) acting_for: Option<String>,
    pub(crate) outcome: &'static str,
    pub(crate) tone: Tone,
    /// Of a refusal: what to look up.
    pub(crate) reference: Option<String>,
}

impl EventView {
    /// `known` are the account's app passwords, to call them by name.
    pub(crate) fn new(event: &SignInEvent, known: &[AppPassword], now: Timestamp) -> Self {
        let (outcome, tone, reference) = match event.outcome {
            Outcome::Accepted { would_refuse: None } => ("Signed in", Tone::Good, None),
            Outcome::Accepted { would_refuse: Some(_) } => {
                ("Signed in, but will be refused", Tone::Waiting, None)
            }
            Outcome::Refused { reference, .. } => ("Refused", Tone::Ended, Some(reference.to_string())),
        };
        Self {
            at: Moment::new(event.at, now),
            place: place_label(event.place),
            address: event.address.to_string(),
            client: event.client.as_deref().map(|client| match event.place {
                Place::Portal => browser(client),
                Place::Door(_) => client.to_owned(),
            }),
            credential: credential(event.credential, known),
            acting_for: event.acting_for.as_ref().map(ToString::to_string),
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

/// A browser as people call it. What it says of itself names every browser there ever was, so the order counts.
pub(crate) fn browser(agent: &str) -> String {
    let first = |known: &[(&str, &'static str)]| {
        known.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name)
    };
    let name = first(&[
        ("Firefox/", "Firefox"),
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (name, system) {
        (Some(name), Some(system)) => format!("{name} on {system}"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => agent.to_owned(),
    }
}

fn credential(used: CredentialUsed, known: &[AppPassword]) -> String {
    match used {
        CredentialUsed::Unrecognised { .. } => "Unknown password".to_owned(),
        CredentialUsed::AccountPassword => "Account password".to_owned(),
        CredentialUsed::Passkey => "Passkey".to_owned(),
        CredentialUsed::OutsideIdentity => "Outside identity".to_owned(),
        CredentialUsed::AppPassword(id) => known
            .iter()
            .find(|app_password| app_password.id == id)
            .map_or_else(|| "App password".to_owned(), |app_password| app_password.name.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_called_by_their_names() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36",
                "Chrome on Linux",
            ),
            ("Mozilla/5.0 (Windows NT 10.0) Chrome/156.0 Safari/537.36 Edg/156.0", "Edge on Windows"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19 Safari/604.1",
                "Safari on iPhone",
            ),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15.0; rv:150.0) Firefox/150.0", "Firefox on macOS"),
            ("curl/8.14", "curl/8.14"),
        ] {
            assert_eq!(browser(agent), name);
        }
    }
}

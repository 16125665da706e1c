//! `[[webhook]]`: receivers of signed events.

use std::path::Path;

use postern_gateway::messenger::webhook_secret;
use postern_service::messenger::Stream;
use rustls_pki_types::CertificateDer;

use super::{CA_FILE, PostUrl, list, secret_of, text};
use crate::config::entries::Entries;
use crate::config::mistake::{Line, Mistake, Problem};
use crate::config::provider::read_authorities;
use crate::config::schema::{Absent, Section};
use crate::config::value::{Secret, Value};

/// The section's table.
pub(in crate::config) static SECTION: Section = Section {
    path: "webhook",
    repeated: true,
    summary: "A receiver of events by HTTP POST, in JSON, signed as Standard Webhooks says (`webhook-id`, \
              `webhook-timestamp`, `webhook-signature`). Each event comes at least once and in order; the identifier is the \
              same when it comes again. Redirects are not followed.",
    keys: &[
        text(
            "name",
            Absent::Required,
            "What the log and the admin area call it. Its position is kept by this name.",
        ),
        text(
            "url",
            Absent::Required,
            "Where events are posted to. `https://`; on this machine `http://` too.",
        ),
        text(
            "secret_file",
            Absent::Required,
            "A file with the secret that both know: `whsec_` and base64, or a text of at least 24 characters.",
        ),
        list("events", Absent::Means("`[\"notices\"]`"), "What it gets: `notices`, `audit`, or both."),
        CA_FILE,
    ],
};

/// The section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its name.
    pub name: String,
    /// Where to.
    pub url: PostUrl,
    /// As it stands in the file.
    pub secret: Secret,
    /// What it gets.
    pub streams: Vec<Stream>,
    /// The only authorities of its certificate; none: this machine's.
    pub authorities: Option<Vec<CertificateDer<'static>>>,
    /// The line of its section.
    line: Line,
}

struct Event(Stream);

impl Value for Event {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "notices" => Ok(Self(Stream::Notices)),
            "audit" => Ok(Self(Stream::Audit)),
            _ => Err("write notices or audit".to_owned()),
        }
    }
}

pub(in crate::config) fn read(entries: &mut Entries, folder: &Path) -> Option<Webhook> {
    let name = entries.required::<String>("name");
    let url = entries.required::<PostUrl>("url");
    if !entries.has("secret_file") {
        let _ = entries.required::<String>("secret_file");
    }
    let secret = secret_of(entries, "secret_file", folder);
    if let Some(secret) = &secret
        && webhook_secret(secret.expose()).is_none()
    {
        let text = "the secret is too short, or not base64 after whsec_: make one of at least 24 octets";
        entries.complain("secret_file", Problem::Clash(text));
    }
    let mut streams: Vec<Stream> = entries.list::<Event>("events").into_iter().map(|event| event.0).collect();
    if streams.is_empty() {
        streams.push(Stream::Notices);
    }
    let authorities = read_authorities(entries, folder);
    let line = Line(entries.line());
    Some(Webhook { name: name?, url: url?, secret: secret?, streams, authorities: authorities?, line })
}

/// Webhooks with the name of an earlier one.
pub(in crate::config) fn clashes(webhooks: &[Webhook]) -> Vec<Mistake> {
    let clash = |(position, here): (usize, &Webhook)| {
        let same = webhooks[..position].iter().any(|earlier| earlier.name == here.name);
        let text = "another webhook has this name: give this one a name of its own";
        let key = "webhook.name".to_owned();
        same.then_some(Mistake { line: here.line.0, key, problem: Problem::Clash(text) })
    };
    webhooks.iter().enumerate().filter_map(clash).collect()
}

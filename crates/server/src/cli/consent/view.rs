//! What the commands show of consents, in JSON. Part of the interface for programs: names are added, never changed.

use postern_domain::Timestamp;
use postern_domain::consent::{Consent, ConsentState, ConsentWarning};
use serde::Serialize;

use crate::text::show_moment;

/// A consent, never with its tokens.
#[derive(Serialize)]
pub(super) struct ConsentView {
    account: String,
    provider: String,
    pub(super) state: &'static str,
    mailbox: Option<String>,
    connected_at: Option<String>,
    refreshed_at: Option<String>,
    access_until: Option<String>,
    expires_at: Option<String>,
    refused_at: Option<String>,
    error: Option<String>,
    error_at: Option<String>,
}

impl ConsentView {
    /// Without a consent: one that can be given.
    pub(super) fn new(account: &str, provider: &str, consent: Option<&Consent>, now: Timestamp) -> Self {
        let moment = |at: fn(&Consent) -> Option<Timestamp>| consent.and_then(at).map(show_moment);
        let problem = consent.and_then(|consent| match &consent.state {
            ConsentState::Connected { problem } => problem.as_ref(),
            ConsentState::Lapsed(problem) => Some(problem),
        });
        Self {
            account: account.to_owned(),
            provider: provider.to_owned(),
            state: consent.map_or("not-connected", |consent| state(consent, now)),
            mailbox: consent.and_then(|consent| consent.mailbox.clone()),
            connected_at: moment(|consent| Some(consent.connected_at)),
            refreshed_at: moment(|consent| Some(consent.refreshed_at)),
            access_until: moment(|consent| Some(consent.access_until)),
            expires_at: moment(|consent| consent.expires_at),
            refused_at: moment(|consent| consent.refused_at),
            error: problem.map(|problem| problem.error.clone()),
            error_at: problem.map(|problem| show_moment(problem.at)),
        }
    }

    /// A row for people: account, provider, state, mailbox, last refresh, valid until, last error.
    pub(super) fn row(&self) -> [String; 7] {
        let or = |value: &Option<String>, none: &str| value.clone().unwrap_or_else(|| none.to_owned());
        [
            self.account.clone(),
            self.provider.clone(),
            self.state.to_owned(),
            or(&self.mailbox, ""),
            or(&self.refreshed_at, "never"),
            or(&self.expires_at, if self.connected_at.is_some() { "withdrawn" } else { "" }),
            or(&self.error, ""),
        ]
    }
}

/// The head of [`ConsentView::row`].
pub(super) const HEAD: [&str; 7] =
    ["account", "provider", "state", "mailbox", "last refresh", "valid until", "last error"];

fn state(consent: &Consent, now: Timestamp) -> &'static str {
    match consent.warning(now) {
        Some(ConsentWarning::Lapsed { .. }) => "lapsed",
        Some(ConsentWarning::Ends { .. }) => "ends-soon",
        Some(ConsentWarning::Refused { .. }) => "refused",
        None => "connected",
    }
}

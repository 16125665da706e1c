//! Consents of mailbox owners at providers.

pub(super) mod begin_device;
pub(super) mod list;
pub(super) mod list_of_account;
pub(super) mod poll_device;
pub(super) mod withdraw;

use crate::api::choice::{Word, choice};
use postern_domain::consent::{Consent, ConsentState};
use serde::Serialize;
use utoipa::ToSchema;

choice! {
    /// Whether programs get to the mailbox by it.
    enum Connection as ConsentStateWord { NotConnected = "not-connected", Connected = "connected", Lapsed = "lapsed" }
}

/// A consent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Consent)]
pub(crate) struct ConsentBody {
    /// The user name of the account whose mailbox it is.
    account: String,
    /// The provider.
    provider: String,
    state: ConsentStateWord,
    /// The mailbox that answered there.
    mailbox: Option<String>,
    #[schema(format = DateTime)]
    connected_at: Option<String>,
    /// When tokens were last issued.
    #[schema(format = DateTime)]
    refreshed_at: Option<String>,
    /// When the refresh token ends, where the provider says so.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// What went wrong at last, in the provider's words.
    problem: Option<String>,
}

impl ConsentBody {
    fn new(account: String, provider: String, consent: Option<&Consent>) -> Self {
        let (state, problem) = match consent.map(|consent| &consent.state) {
            None => (Connection::NotConnected, None),
            Some(ConsentState::Connected { problem }) => (Connection::Connected, problem.as_ref()),
            Some(ConsentState::Lapsed(problem)) => (Connection::Lapsed, Some(problem)),
        };
        Self {
            account,
            provider,
            state: Word(state),
            mailbox: consent.and_then(|consent| consent.mailbox.clone()),
            connected_at: consent.map(|consent| consent.connected_at.to_string()),
            refreshed_at: consent.map(|consent| consent.refreshed_at.to_string()),
            expires_at: consent.and_then(|consent| consent.expires_at).map(|at| at.to_string()),
            problem: problem.map(|problem| problem.error.clone()),
        }
    }
}

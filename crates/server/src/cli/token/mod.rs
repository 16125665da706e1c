//! `postern token …`

mod create;
mod list;
mod revoke;

pub(super) use create::parse_scope;

use clap::Subcommand;
use postern_domain::Timestamp;
use postern_domain::api_token::{ApiToken, Scope};
use serde::Serialize;

use super::{CliError, Context};
use crate::text::show_moment;

/// What can be done with API tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create an API token for a person; its text is shown this once
    Create(create::Create),
    /// List API tokens, the revoked ones too
    List(list::List),
    /// Revoke an API token
    Revoke(revoke::Revoke),
}

impl Command {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        match self {
            Self::Create(command) => command.run(context).await,
            Self::List(command) => command.run(context).await,
            Self::Revoke(command) => command.run(context).await,
        }
    }
}

/// An API token, never with its text.
#[derive(Serialize)]
struct TokenView {
    id: String,
    owner: String,
    name: String,
    state: &'static str,
    scopes: Vec<&'static str>,
    networks: Vec<String>,
    created_at: String,
    expires_at: String,
    last_used_at: Option<String>,
    last_used_from: Option<String>,
}

impl TokenView {
    fn new(token: &ApiToken, owner: &str, now: Timestamp) -> Self {
        Self {
            id: token.id.to_string(),
            owner: owner.to_owned(),
            name: token.name.to_string(),
            state: state(token, now),
            scopes: token.scopes.iter().map(Scope::name).collect(),
            networks: token.networks.as_slice().iter().map(ToString::to_string).collect(),
            created_at: show_moment(token.created_at),
            expires_at: show_moment(token.expires_at),
            last_used_at: token.last_use.map(|last| show_moment(last.at)),
            last_used_from: token.last_use.map(|last| last.address.to_string()),
        }
    }
}

const fn state(token: &ApiToken, now: Timestamp) -> &'static str {
    if token.revoked.is_some() {
        "revoked"
    } else if token.expires_at.as_millis() <= now.as_millis() {
        "expired"
    } else {
        "active"
    }
}

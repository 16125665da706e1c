//! `postern service-principal …`

mod add;
mod list;
mod revoke;
mod rotate;
mod secret;

use clap::Subcommand;
use postern_domain::api_token::{Scope, ServicePrincipal};
use serde::Serialize;

use super::{CliError, Context};
use crate::text::show_moment;

/// What can be done with service principals.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add a service principal; its secret is shown this once
    Add(add::Add),
    /// List service principals, the revoked ones too
    List(list::List),
    /// Give a service principal a new secret; the old one and its access tokens end
    Rotate(rotate::Rotate),
    /// Revoke a service principal with its access tokens
    Revoke(revoke::Revoke),
}

impl Command {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), CliError> {
        match self {
            Self::Add(command) => command.run(context).await,
            Self::List(command) => command.run(context).await,
            Self::Rotate(command) => command.run(context).await,
            Self::Revoke(command) => command.run(context).await,
        }
    }
}

/// A service principal, never with its secret.
#[derive(Serialize)]
struct PrincipalView {
    client_id: String,
    name: String,
    state: &'static str,
    scopes: Vec<&'static str>,
    networks: Vec<String>,
    created_at: String,
    secret_expires_at: Option<String>,
    last_used_at: Option<String>,
}

impl PrincipalView {
    fn new(principal: &ServicePrincipal) -> Self {
        Self {
            client_id: principal.id.to_string(),
            name: principal.name.to_string(),
            state: if principal.revoked.is_some() { "revoked" } else { "active" },
            scopes: principal.scopes.iter().map(Scope::name).collect(),
            networks: principal.networks.as_slice().iter().map(ToString::to_string).collect(),
            created_at: show_moment(principal.created_at),
            secret_expires_at: principal.secret_expires_at.map(show_moment),
            last_used_at: principal.last_use.map(|last| show_moment(last.at)),
        }
    }
}

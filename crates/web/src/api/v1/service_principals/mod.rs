//! Service principals. None is made here: no token makes a token.

pub(super) mod get;
pub(super) mod list;
pub(super) mod revoke;

use postern_domain::api_token::ServicePrincipal;
use postern_domain::id::ServicePrincipalId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::problem::Problem;
use crate::api::v1::words::{ScopeWord, all_of};

/// A service principal, never its secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ServicePrincipal)]
pub(crate) struct PrincipalBody {
    /// Its client identifier.
    id: String,
    name: String,
    /// What it may do.
    scopes: Vec<ScopeWord>,
    /// The networks from which it is good; none: any.
    networks: Vec<String>,
    #[schema(format = DateTime)]
    created_at: String,
    created_by: String,
    /// When its secret ends; null: never.
    #[schema(format = DateTime)]
    secret_expires_at: Option<String>,
    /// When it last got an access token.
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
    last_used_from: Option<String>,
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
}

impl PrincipalBody {
    fn new(principal: &ServicePrincipal) -> Self {
        Self {
            id: principal.id.to_string(),
            name: principal.name.to_string(),
            scopes: all_of(principal.scopes.iter()),
            networks: principal.networks.as_slice().iter().map(ToString::to_string).collect(),
            created_at: principal.created_at.to_string(),
            created_by: principal.created_by.clone(),
            secret_expires_at: principal.secret_expires_at.map(|at| at.to_string()),
            last_used_at: principal.last_use.map(|last| last.at.to_string()),
            last_used_from: principal.last_use.map(|last| last.address.to_string()),
            revoked_at: principal.revoked.as_ref().map(|revoked| revoked.at.to_string()),
        }
    }
}

fn id_of(text: &str) -> Result<ServicePrincipalId, Problem> {
    text.parse().map_err(|_| Problem::not_found("service principal"))
}

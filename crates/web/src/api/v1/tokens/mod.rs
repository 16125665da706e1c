//! API tokens. None is made here: no token makes a token.

pub(super) mod get;
pub(super) mod list;
pub(super) mod revoke;

use postern_domain::Timestamp;
use postern_domain::id::ApiTokenId;
use postern_service::api::ListedApiToken;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::choice::{Word, choice};
use crate::api::problem::Problem;
use crate::api::v1::words::{ScopeWord, all_of};

choice! {
    /// Whether it opens the API.
    enum TokenState as TokenStateWord { Active = "active", Expired = "expired", Revoked = "revoked" }
}

/// An API token, never its text.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ApiToken)]
pub(crate) struct TokenBody {
    id: String,
    /// The user name of its owner.
    owner: String,
    name: String,
    state: TokenStateWord,
    #[schema(example = json!(["account.own", "mfa.write"]))]
    scopes: Vec<ScopeWord>,
    /// The networks from which it is good; none: any.
    networks: Vec<String>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    expires_at: String,
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
    last_used_from: Option<String>,
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
}

impl TokenBody {
    fn new(listed: &ListedApiToken, now: Timestamp) -> Self {
        let token = &listed.token;
        Self {
            id: token.id.to_string(),
            owner: listed.owner.to_string(),
            name: token.name.to_string(),
            state: Word(match () {
                () if token.revoked.is_some() => TokenState::Revoked,
                () if token.is_live(now) => TokenState::Active,
                () => TokenState::Expired,
            }),
            scopes: all_of(token.scopes.iter()),
            networks: token.networks.as_slice().iter().map(ToString::to_string).collect(),
            created_at: token.created_at.to_string(),
            expires_at: token.expires_at.to_string(),
            last_used_at: token.last_use.map(|last| last.at.to_string()),
            last_used_from: token.last_use.map(|last| last.address.to_string()),
            revoked_at: token.revoked.as_ref().map(|revoked| revoked.at.to_string()),
        }
    }
}

fn id_of(text: &str) -> Result<ApiTokenId, Problem> {
    text.parse().map_err(|_| Problem::not_found("API token"))
}

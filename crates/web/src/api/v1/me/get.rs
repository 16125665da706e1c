//! `GET /me`

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::endpoint::Caller;
use crate::api::v1::words::{ScopeWord, all_of};

/// The caller.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Me {
    /// The id of the API token; null for a service principal.
    token_id: Option<String>,
    /// What the token or the service principal is called.
    name: String,
    /// The user name of the token's owner; null for a service principal.
    account: Option<String>,
    /// The scopes of the token. What the owner's role does not allow at this moment counts for nothing.
    scopes: Vec<ScopeWord>,
}

/// Who am I?
///
/// Tells whose token it is and what it may be used for. Any token may ask.
#[utoipa::path(get, path = "/api/v1/me", tag = "Me", responses((status = 200, body = Me)))]
pub(crate) async fn get_me(caller: Caller) -> Json<Me> {
    let caller = caller.get();
    Json(Me {
        token_id: caller.token_id().map(|id| id.to_string()),
        name: caller.name().to_string(),
        account: caller.account().map(|account| account.name.to_string()),
        scopes: all_of(caller.scopes().iter()),
    })
}

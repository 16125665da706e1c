//! `GET /tokens`

use axum::extract::State;
use http::Uri;
use postern_service::api::ApiTokenQuery;
use serde::Deserialize;
use utoipa::IntoParams;

use super::TokenBody;
use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::portal::Portal;

/// Which tokens are asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListTokens {
    /// Only those of this account: its id, one of its addresses, or `me`.
    account: Option<String>,
    /// Where the page before ended, from its `next`.
    cursor: Option<String>,
    /// Rows of a page: 1 to 200, usually 50.
    limit: Option<u32>,
}

/// List API tokens
///
/// Newest first, the revoked ones too. One's own without `tokens.write`.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "API tokens", params(ListTokens),
    responses((status = 200, body = Page<TokenBody>)))]
pub(crate) async fn list_tokens(
    State(portal): State<Portal>,
    caller: Caller,
    uri: Uri,
    Asked(asked): Asked<ListTokens>,
) -> Result<Page<TokenBody>, Problem> {
    let limit = page::limit(asked.limit)?;
    let account = match asked.account.as_deref() {
        Some(key) => Some(accounts::name_of(&portal, &caller, key).await?),
        None => None,
    };
    let query =
        ApiTokenQuery { account, before: page::after(asked.cursor.as_deref(), &uri)?, limit: limit + 1 };
    let rows = portal.service.list_api_tokens(caller.by(), &query).await?;
    let now = portal.now();
    Ok(Page::of(rows, limit, &uri, |row| row.token.id.to_string(), |row| TokenBody::new(&row, now)))
}

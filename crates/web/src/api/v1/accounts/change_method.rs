//! `PATCH /accounts/{account}/methods/{method}`

use axum::Json;
use axum::extract::{Path, State};
use postern_service::portal::MethodChange;
use serde::Deserialize;
use utoipa::ToSchema;

use super::MethodBody;
use crate::api::body::{Body, Fields};
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// What is to change. What is missing stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = MethodChange)]
pub(crate) struct MethodChangeBody {
    /// What its owner calls it: 64 characters are kept; empty: the words of its kind.
    #[schema(example = "Old phone")]
    label: Option<String>,
    /// With `true` it is asked for first at sign-in, in the place of another. Any other may be chosen there all the same.
    is_default: Option<bool>,
}

/// Name an authentication method of one's own, or have it asked for first
///
/// Both at once or neither. The account is the token's owner: a label is by what its owner tells methods apart, and nobody
/// writes one for somebody else.
#[utoipa::path(patch, path = "/api/v1/accounts/{account}/methods/{method}", tag = "Accounts",
    request_body = MethodChangeBody, responses((status = 200, body = MethodBody)))]
pub(crate) async fn change_method(
    State(portal): State<Portal>,
    caller: Caller,
    Path((account, method)): Path<(String, String)>,
    Body(body): Body<MethodChangeBody>,
) -> Result<Json<MethodBody>, Problem> {
    let method = method.parse().map_err(|_| Problem::not_found("method"))?;
    let mut fields = Fields::default();
    if body.is_default == Some(false) {
        fields.wrong("/isDefault", "one is always asked for first: set another method's to true");
    }
    fields.done()?;
    super::own(&portal, &caller, &account).await?;
    let change = MethodChange { label: body.label, first: body.is_default == Some(true) };
    let changed = portal.service.change_method(caller.by(), method, change).await?;
    Ok(Json(MethodBody::new(&changed.method, changed.is_first)))
}

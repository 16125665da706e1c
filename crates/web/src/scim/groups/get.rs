//! Show a group.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::{base, id_of};
use crate::api::Caller;
use crate::portal::Portal;
use crate::scim::condition::Condition;
use crate::scim::error::ScimError;
use crate::scim::group::group;
use crate::scim::listing::Listing;
use crate::scim::reply;

pub(crate) async fn show_group(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
    query: Listing,
    condition: Condition,
) -> Result<Response, ScimError> {
    let found = portal.service.provisioned_group(caller.by(), id_of(&id)?).await?;
    Ok(reply::resource(StatusCode::OK, group(&found, &base(&portal)), &query.projection, &condition))
}

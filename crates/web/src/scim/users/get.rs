//! Show a user.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use postern_service::directory::Meant;

use super::{base, id_of};
use crate::api::Caller;
use crate::portal::Portal;
use crate::scim::condition::Condition;
use crate::scim::error::ScimError;
use crate::scim::listing::Listing;
use crate::scim::reply;
use crate::scim::user::user;

pub(crate) async fn show_user(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
    query: Listing,
    condition: Condition,
) -> Result<Response, ScimError> {
    let found = portal.service.find_provisioned(caller.by(), Meant::Id(id_of(&id)?)).await?;
    let found = found.ok_or_else(|| ScimError::no_such("user"))?;
    Ok(reply::resource(StatusCode::OK, user(&found, &base(&portal)), &query.projection, &condition))
}

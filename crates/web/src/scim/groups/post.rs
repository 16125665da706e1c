//! Add a group.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::base;
use crate::api::Caller;
use crate::portal::Portal;
use crate::scim::body::Body;
use crate::scim::condition::Condition;
use crate::scim::error::ScimError;
use crate::scim::group::{group, wanted};
use crate::scim::listing::Listing;
use crate::scim::reply;

pub(crate) async fn add_group(
    State(portal): State<Portal>,
    caller: Caller,
    query: Listing,
    Body(body): Body,
) -> Result<Response, ScimError> {
    let added = portal.service.provision_group(caller.by(), wanted(&body)?).await?;
    let added = group(&added, &base(&portal));
    Ok(reply::resource(StatusCode::CREATED, added, &query.projection, &Condition::default()))
}

//! Replace a group.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::{base, id_of};
use crate::api::Caller;
use crate::portal::Portal;
use crate::scim::body::Body;
use crate::scim::condition::Condition;
use crate::scim::error::ScimError;
use crate::scim::group::{group, replacing};
use crate::scim::listing::Listing;
use crate::scim::reply;

pub(crate) async fn replace_group(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
    query: Listing,
    condition: Condition,
    Body(body): Body,
) -> Result<Response, ScimError> {
    let base = base(&portal);
    let steps = replacing(&body)?;
    let change = |current: &_| condition.check(&group(current, &base)).map(|()| steps);
    let changed = portal.service.reprovision_group(caller.by(), id_of(&id)?, change).await?;
    let changed = group(&changed, &base);
    Ok(reply::resource(StatusCode::OK, changed, &query.projection, &Condition::default()))
}

//! Replace a user.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::{base, id_of};
use crate::api::Caller;
use crate::portal::Portal;
use crate::scim::body::Body;
use crate::scim::condition::Condition;
use crate::scim::error::ScimError;
use crate::scim::listing::Listing;
use crate::scim::reply;
use crate::scim::user::{user, wanted};

pub(crate) async fn replace_user(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
    query: Listing,
    condition: Condition,
    Body(body): Body,
) -> Result<Response, ScimError> {
    let base = base(&portal);
    let wanted = wanted(&body)?;
    let change = |current: &_| condition.check(&user(current, &base)).map(|()| wanted);
    let changed = portal.service.reprovision_account(caller.by(), id_of(&id)?, change).await?;
    let changed = user(&changed, &base);
    Ok(reply::resource(StatusCode::OK, changed, &query.projection, &Condition::default()))
}

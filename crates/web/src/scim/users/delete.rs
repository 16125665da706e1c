//! Delete a user.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;

use super::{base, id_of};
use crate::api::Caller;
use crate::portal::Portal;
use crate::scim::condition::Condition;
use crate::scim::error::ScimError;
use crate::scim::user::user;

pub(crate) async fn delete_user(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
    condition: Condition,
) -> Result<Response, ScimError> {
    let base = base(&portal);
    let check = |current: &_| condition.check(&user(current, &base));
    portal.service.deprovision_account(caller.by(), id_of(&id)?, check).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

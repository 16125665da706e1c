//! Change a group.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use postern_service::directory::{GroupStep, ProvisionedGroup};

use super::{base, id_of};
use crate::api::Caller;
use crate::portal::Portal;
use crate::scim::body::Body;
use crate::scim::condition::Condition;
use crate::scim::error::ScimError;
use crate::scim::group::group;
use crate::scim::group_patch::steps;
use crate::scim::patch::operations;
use crate::scim::reply::version;

/// Answers nothing but the new version: a group may have many thousand members, of which one was put in.
pub(crate) async fn change_group(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
    condition: Condition,
    Body(body): Body,
) -> Result<Response, ScimError> {
    let base = base(&portal);
    let operations = operations(&body)?;
    let change = |current: &ProvisionedGroup| -> Result<Vec<GroupStep>, ScimError> {
        condition.check(&group(current, &base))?;
        steps(current, &operations)
    };
    let changed = portal.service.reprovision_group(caller.by(), id_of(&id)?, change).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Ok(version) = HeaderValue::from_str(version(&group(&changed, &base))) {
        response.headers_mut().insert(header::ETAG, version);
    }
    Ok(response)
}

//! Change a user.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use postern_service::directory::{Provisioned, WantedAccount};

use super::{base, id_of};
use crate::api::Caller;
use crate::portal::Portal;
use crate::scim::body::Body;
use crate::scim::condition::Condition;
use crate::scim::error::ScimError;
use crate::scim::listing::Listing;
use crate::scim::patch::operations;
use crate::scim::user::{changeable, user, wanted};
use crate::scim::{reply, user_patch};

pub(crate) async fn change_user(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
    query: Listing,
    condition: Condition,
    Body(body): Body,
) -> Result<Response, ScimError> {
    let base = base(&portal);
    let operations = operations(&body)?;
    let change = |current: &Provisioned| -> Result<WantedAccount, ScimError> {
        condition.check(&user(current, &base))?;
        let mut attributes = changeable(&current.account, &current.entry);
        for operation in &operations {
            user_patch::apply(&mut attributes, operation)?;
        }
        wanted(&attributes)
    };
    let changed = portal.service.reprovision_account(caller.by(), id_of(&id)?, change).await?;
    let changed = user(&changed, &base);
    Ok(reply::resource(StatusCode::OK, changed, &query.projection, &Condition::default()))
}

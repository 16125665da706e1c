//! `POST /account-changes`

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};

use super::{ChangeBody, NewChange};
use crate::api::body::Body;
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Begin a change to many accounts
///
/// It takes the scope of the change too, as in `mfa.write`. Each account is changed by itself, with its own audit record, in
/// the name of the token's owner, whose role is asked each time; it goes on when the token has ended. A service principal
/// has no owner and cannot begin one.
#[utoipa::path(post, path = "/api/v1/account-changes", tag = "Changes to many accounts", request_body = NewChange,
    responses((status = 202, body = ChangeBody, headers(("Location" = String)))))]
pub(crate) async fn begin_account_change(
    State(portal): State<Portal>,
    caller: Caller,
    Body(body): Body<NewChange>,
) -> Result<Response, Problem> {
    let wanted = body.read(&portal, &caller).await?;
    let begun = portal.service.start_bulk_change(caller.by(), wanted.change, &wanted.choice, &wanted.chosen);
    let job = begun.await?;
    let location = [(header::LOCATION, format!("/api/v1/account-changes/{}", job.id))];
    Ok((StatusCode::ACCEPTED, location, Json(ChangeBody::new(&job))).into_response())
}

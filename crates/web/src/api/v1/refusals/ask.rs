//! `POST /refusals/{reference}/ask`

use axum::extract::{Path, State};
use http::StatusCode;
use postern_service::refusal::LONGEST_MESSAGE;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::body::Body;
use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// What the owner adds.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    /// In their own words, at most 500 characters.
    #[serde(default)]
    #[schema(max_length = 500)]
    message: String,
}

/// Ask the administrators about a refusal
///
/// One that concerns the token's owner. The facts go along. Once for each refusal, and at most ten times in a day.
#[utoipa::path(post, path = "/api/v1/refusals/{reference}/ask", tag = "Sign-in events", request_body = Question,
    responses((status = 204)))]
pub(crate) async fn ask_administrators(
    State(portal): State<Portal>,
    caller: Caller,
    Path(reference): Path<String>,
    Body(body): Body<Question>,
) -> Result<StatusCode, Problem> {
    let reference = reference.parse().map_err(|_| Problem::not_found("refusal"))?;
    if body.message.chars().count() > LONGEST_MESSAGE {
        return Err(Problem::field("/message", format!("It has at most {LONGEST_MESSAGE} characters.")));
    }
    portal.service.ask_for_help(caller.by(), reference, &body.message).await?;
    Ok(StatusCode::NO_CONTENT)
}

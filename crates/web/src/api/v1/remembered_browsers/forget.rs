//! `DELETE /remembered-browsers/{id}`

use axum::extract::{Path, State};
use http::StatusCode;

use crate::api::endpoint::Caller;
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Forget a browser
///
/// The next sign-in there asks for a second factor.
#[utoipa::path(delete, path = "/api/v1/remembered-browsers/{id}", tag = "Sessions", responses((status = 204)))]
pub(crate) async fn forget_browser(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = id.parse().map_err(|_| Problem::not_found("browser"))?;
    match portal.service.forget_browsers(caller.by(), Some(id)).await? {
        0 => Err(Problem::not_found("browser")),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

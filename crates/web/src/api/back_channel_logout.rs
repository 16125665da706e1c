//! `POST /api/oidc/back-channel-logout`: an identity provider ends somebody's portal sessions (OpenID Connect Back-Channel
//! Logout 1.0, 2.5 and 2.8). No bearer token: the provider's own signed token is the proof.

use axum::Json;
use axum::extract::{Form, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use postern_service::outside::BackChannelLogoutError;
use serde_json::json;

use super::problem::Problem;
use crate::portal::Portal;

/// Its address, below that of the API.
pub(super) const PATH: &str = "/oidc/back-channel-logout";

/// Most parameters of a form: more than the one are ignored, and not without end.
const MOST_PARAMETERS: usize = 32;

/// Takes the token. The answer says what was wrong with it: whoever runs the provider has to find out.
pub(super) async fn receive(
    State(portal): State<Portal>,
    form: Result<Form<Vec<(String, String)>>, axum::extract::rejection::FormRejection>,
) -> Response {
    let Ok(Form(parameters)) = form else {
        return refused("Send a form: application/x-www-form-urlencoded.");
    };
    let mut tokens = parameters.iter().take(MOST_PARAMETERS).filter(|(name, _)| name == "logout_token");
    let (Some((_, token)), None) = (tokens.next(), tokens.next()) else {
        return refused("Send one logout_token.");
    };
    match portal.service.end_sessions_by_logout_token(token).await {
        Ok(ended) => {
            tracing::debug!(ended, "an identity provider ended portal sessions");
            StatusCode::OK.into_response()
        }
        Err(BackChannelLogoutError::Failure(failure)) => Problem::from(failure).into_response(),
        Err(error) => {
            tracing::info!(%error, "a logout token was refused");
            refused(&super::bearer::sentence(&error.to_string()))
        }
    }
}

/// The answer of 2.8.
fn refused(description: &str) -> Response {
    let body = json!({ "error": "invalid_request", "error_description": description });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

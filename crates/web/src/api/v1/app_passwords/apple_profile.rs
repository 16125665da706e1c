//! `POST /app-passwords/{id}/apple-profile`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::id_of;
use crate::api::body::Body;
use crate::api::endpoint::Caller;
use crate::api::idempotency::NotWrittenDown;
use crate::api::problem::{Problem, ProblemKind};
use crate::portal::Portal;
use crate::portal::app_password::apple_profile::{NoProfile, profile};

/// What the profile is made with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecretOfProfile {
    /// The app password's secret, from the answer that created it: it is in no database, so it cannot be left out.
    #[schema(value_type = String, format = Password)]
    secret: Zeroizing<String>,
}

/// Make the profile that sets up an iPhone, iPad or Mac
///
/// A `.mobileconfig`, as the page makes it that shows the secret once. Nothing is changed or kept, and whether the secret is
/// good is not looked at: only its form is.
#[utoipa::path(post, path = "/api/v1/app-passwords/{id}/apple-profile", tag = "App passwords",
    request_body = SecretOfProfile,
    responses((status = 200, body = String, content_type = "application/x-apple-aspen-config")))]
pub(crate) async fn make_apple_profile(
    State(portal): State<Portal>,
    caller: Caller,
    Path(id): Path<String>,
    Body(body): Body<SecretOfProfile>,
) -> Result<Response, Problem> {
    let (app_password, owner) = portal.service.show_app_password(caller.by(), id_of(&id)?).await?;
    let made = profile(&portal, &app_password, &owner, &body.secret).map_err(|none| match none {
        NoProfile::NotASecret => {
            Problem::field("/secret", "It has not the form of an app password: copy it anew, the whole text.")
        }
        NoProfile::NothingToSetUp => Problem::new(
            ProblemKind::Conflict,
            "Its doors set up no device of Apple's: those take ActiveSync, CalDAV and CardDAV, or IMAP or POP3 with SMTP, \
             where the server has told the portal the addresses.",
        ),
    });
    let mut made = made?;
    made.extensions_mut().insert(NotWrittenDown);
    Ok(made)
}

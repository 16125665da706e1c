//! The profile that sets up an iPhone, iPad or Mac, as a file.
//!
//! The server keeps no secret, so the file is made from the page that shows it once, as the file of the recovery codes is:
//! the page posts the secret back. The form carries its token, the secret is checked for its form, and the answer is an
//! attachment that no browser renders.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, header};
use postern_domain::account::Account;
use postern_domain::app_password::{AppPassword, TypedSecret};

use super::{Portal, find};
use crate::answer::Answer;
use crate::apple_profile::{AppleProfile, is_useful};
use crate::form::Checked;
use crate::problem::Problem;
use crate::session::Inside;
use crate::view::HintView;

/// What the file is.
pub(crate) const KIND: &str = "application/x-apple-aspen-config";

/// Why there is no file.
pub(crate) enum NoProfile {
    /// What was given has not the form of a secret.
    NotASecret,
    /// No device of Apple's can be set up with the doors of the app password.
    NothingToSetUp,
}

pub(crate) async fn file(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Checked(fields): Checked,
) -> Answer {
    let (app_password, owner) = find(&portal, &inside, &id).await?;
    profile(&portal, &app_password, &owner, fields.get("secret")).map_err(|none| match none {
        NoProfile::NotASecret => Problem::Unreadable.into(),
        NoProfile::NothingToSetUp => Problem::NoSuchPage.into(),
    })
}

/// The file for an app password, with the secret that its owner shows.
///
/// # Errors
/// [`NoProfile`].
pub(crate) fn profile(
    portal: &Portal,
    app_password: &AppPassword,
    owner: &Account,
    secret: &str,
) -> Result<Response, NoProfile> {
    let typed = TypedSecret::new(secret.as_bytes());
    let secret = typed.as_strong_app_password().or_else(|| typed.as_short_app_password());
    let secret = secret.ok_or(NoProfile::NotASecret)?;
    let hints = HintView::among(app_password.scope, &portal.config);
    if !is_useful(&hints) {
        return Err(NoProfile::NothingToSetUp);
    }
    let profile = AppleProfile {
        app_password: app_password.id,
        name: app_password.name.as_str(),
        organization: portal.config.organization.as_deref().unwrap_or(&portal.config.product),
        user: owner.name.as_str(),
        secret: &secret,
        hints: &hints,
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(KIND)),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"app-password.mobileconfig\""),
        ),
    ];
    Ok((headers, profile.to_xml().to_string()).into_response())
}

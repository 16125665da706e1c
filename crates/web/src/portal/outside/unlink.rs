//! Unlink the account from who its owner is at an outside identity provider, after a question.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use postern_domain::id::OutsideIdentityId;
use postern_service::outside::{LinkedIdentity, UnlinkIdentityError};

use super::Portal;
use crate::answer::{Answer, Stop};
use crate::form::{Checked, FormToken};
use crate::page::{self, Chrome, go};
use crate::portal::sign_in::sentence;
use crate::portal::{paths, step_up};
use crate::problem::Problem;
use crate::session::Inside;

#[derive(Template)]
#[template(path = "unlink_outside_identity.html")]
struct UnlinkPage {
    chrome: Chrome,
    token: FormToken,
    id: String,
    label: String,
    provider: String,
    error: Option<String>,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Path(id): Path<String>) -> Answer {
    let linked = find(&portal, &inside, &id).await?;
    page(&portal, &inside, linked, StatusCode::OK, None)
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Checked(fields): Checked,
) -> Answer {
    let linked = find(&portal, &inside, &id).await?;
    let here = format!("/outside-identities/{}/unlink", linked.identity.id);
    let inside = step_up::confirm(&portal, inside, &fields, &here).await?;
    let name = &inside.account().name;
    match portal.service.unlink_outside_identity(inside.by(), name, linked.identity.id).await {
        Ok(_) => Ok(go(&format!("{}?done=identity-unlinked", paths::SECURITY_INFO))),
        Err(UnlinkIdentityError::StepUpNeeded) => step_up::ask(&portal, &inside, &fields, &here).await,
        Err(error @ UnlinkIdentityError::LastWayIn) => {
            let text = sentence(&error);
            page(&portal, &inside, linked, StatusCode::UNPROCESSABLE_ENTITY, Some(text))
        }
        Err(error) => Err(stop(error)),
    }
}

/// A link of the person's own; any other is no page.
async fn find(portal: &Portal, inside: &Inside, id: &str) -> Result<LinkedIdentity, Stop> {
    let id: OutsideIdentityId = id.parse().map_err(|_| Problem::NoSuchPage)?;
    let links = portal.service.outside_identities_of(inside.by(), &inside.account().name).await;
    let found = links.map_err(stop)?.into_iter().find(|linked| linked.identity.id == id);
    found.ok_or_else(|| Problem::NoSuchPage.into())
}

fn page(
    portal: &Portal,
    inside: &Inside,
    linked: LinkedIdentity,
    status: StatusCode,
    error: Option<String>,
) -> Result<Response, Stop> {
    let page = UnlinkPage {
        chrome: Chrome::inside(portal, inside),
        token: inside.token.clone(),
        id: linked.identity.id.to_string(),
        provider: linked.provider.map_or(linked.identity.issuer, |(_, label)| label),
        label: linked.identity.label,
        error,
    };
    Ok(page::html(status, &page)?)
}

/// Errors that no text beside a form explains.
pub(super) fn stop(error: UnlinkIdentityError) -> Stop {
    match error {
        UnlinkIdentityError::Failure(failure) => failure.into(),
        _ => Problem::NoSuchPage.into(),
    }
}

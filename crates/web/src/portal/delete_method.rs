//! Delete an authentication method, after a question.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use postern_domain::id::MethodId;
use postern_domain::mfa::{AuthenticationMethod, MethodKind};
use postern_service::By;
use postern_service::portal::EnrolError;

use super::sign_in::sentence;
use super::{Portal, paths, security_info, step_up};
use crate::answer::{Answer, Stop};
use crate::form::{Checked, FormToken};
use crate::page::{self, Chrome, go, session_over};
use crate::problem::Problem;
use crate::session::Inside;

#[derive(Template)]
#[template(path = "delete_method.html")]
struct DeletePage {
    chrome: Chrome,
    token: FormToken,
    id: String,
    label: String,
    /// What else is to be done once it is deleted.
    afterwards: &'static str,
    error: Option<String>,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Path(id): Path<String>) -> Answer {
    let method = find(&portal, &inside, &id).await?;
    page(&portal, &inside, &method, StatusCode::OK, None)
}

/// A method of the person's own; any other is no page.
pub(super) async fn find(portal: &Portal, inside: &Inside, id: &str) -> Result<AuthenticationMethod, Stop> {
    let id: MethodId = id.parse().map_err(|_| Problem::NoSuchPage)?;
    let methods = security_info::details(portal, inside).await?.methods;
    Ok(methods.into_iter().find(|method| method.id == id).ok_or(Problem::NoSuchPage)?)
}

fn page(
    portal: &Portal,
    inside: &Inside,
    method: &AuthenticationMethod,
    status: StatusCode,
    error: Option<String>,
) -> Result<Response, Stop> {
    let page = DeletePage {
        chrome: Chrome::inside(portal, inside),
        token: inside.token.clone(),
        id: method.id.to_string(),
        label: method.label.clone(),
        afterwards: match method.kind {
            MethodKind::AuthenticatorApp => {
                "Its codes stop working here at once. Remove the entry in the app as well."
            }
            MethodKind::Passkey { .. } => "It stops working here at once. Remove it on the device as well.",
            MethodKind::TextMessage | MethodKind::EmailCode => "No codes are sent there any more.",
        },
        error,
    };
    Ok(page::html(status, &page)?)
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Checked(fields): Checked,
) -> Answer {
    let method = find(&portal, &inside, &id).await?;
    let here = format!("/methods/{}/delete", method.id);
    let inside = step_up::confirm(&portal, inside, &fields, &here).await?;
    match portal.service.delete_method(By::Session(&inside.session), method.id).await {
        Ok(()) => Ok(go(&format!("{}?done=deleted", paths::SECURITY_INFO))),
        Err(EnrolError::StepUpNeeded) => step_up::ask(&portal, &inside, &fields, &here).await,
        Err(EnrolError::SessionOver) => Ok(session_over()),
        Err(EnrolError::Failure(failure)) => Err(failure.into()),
        Err(EnrolError::NoSuchMethod) => Err(Problem::NoSuchPage.into()),
        Err(error) => {
            page(&portal, &inside, &method, StatusCode::UNPROCESSABLE_ENTITY, Some(sentence(&error)))
        }
    }
}

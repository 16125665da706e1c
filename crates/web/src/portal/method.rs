//! One method of the person's own: its name, and whether it is asked for first.

use askama::Template;
use axum::extract::{Path, State};
use postern_domain::id::MethodId;
use postern_service::By;
use postern_service::portal::{EnrolError, MethodChange};

use super::delete_method::find;
use super::{Portal, paths};
use crate::answer::{Answer, Stop};
use crate::form::{Checked, FormToken};
use crate::page::{self, Chrome, go, session_over};
use crate::problem::Problem;
use crate::session::Inside;

#[derive(Template)]
#[template(path = "method.html")]
struct MethodPage {
    chrome: Chrome,
    token: FormToken,
    id: String,
    kind: &'static str,
    label: String,
    hint: Option<String>,
    is_first: bool,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Path(id): Path<String>) -> Answer {
    let method = find(&portal, &inside, &id).await?;
    let page = MethodPage {
        chrome: Chrome::inside(&portal, &inside),
        token: inside.token.clone(),
        id: method.id.to_string(),
        kind: method.kind.words(),
        is_first: inside.account().default_method == Some(method.id),
        label: method.label,
        hint: method.hint,
    };
    Ok(page::ok(&page)?)
}

pub(crate) async fn rename(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Checked(fields): Checked,
) -> Answer {
    let method = find(&portal, &inside, &id).await?;
    let label = Some(fields.get("label").to_owned());
    change(&portal, &inside, method.id, MethodChange { label, first: false }).await
}

pub(crate) async fn ask_first(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Checked(_): Checked,
) -> Answer {
    let method = find(&portal, &inside, &id).await?;
    change(&portal, &inside, method.id, MethodChange { label: None, first: true }).await
}

async fn change(portal: &Portal, inside: &Inside, method: MethodId, change: MethodChange) -> Answer {
    match portal.service.change_method(By::Session(&inside.session), method, change).await {
        Ok(_) => Ok(go(&format!("{}?done=method-changed", paths::SECURITY_INFO))),
        Err(EnrolError::Failure(failure)) => Err(Stop::from(failure)),
        Err(EnrolError::SessionOver) => Ok(session_over()),
        // Deleted a moment ago.
        Err(_) => Err(Problem::NoSuchPage.into()),
    }
}

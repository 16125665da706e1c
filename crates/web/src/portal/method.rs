//! One method of the person's own: its name, and whether it is asked for first.

use askama::Template;
use axum::extract::{Path, State};
use postern_service::portal::EnrolError;

use super::delete_method::find;
use super::{Portal, paths};
use crate::answer::{Answer, Stop};
use crate::form::{Checked, FormToken};
use crate::page::{self, Chrome, go};
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
    done(portal.service.rename_method(&inside.session, method.id, fields.get("label")).await)
}

pub(crate) async fn ask_first(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Checked(_): Checked,
) -> Answer {
    let method = find(&portal, &inside, &id).await?;
    done(portal.service.set_default_method(&inside.session, method.id).await)
}

fn done(changed: Result<(), EnrolError>) -> Answer {
    match changed {
        Ok(()) => Ok(go(&format!("{}?done=method-changed", paths::SECURITY_INFO))),
        Err(EnrolError::Failure(failure)) => Err(Stop::from(failure)),
        // Deleted, or signed out, a moment ago.
        Err(_) => Err(Problem::NoSuchPage.into()),
    }
}

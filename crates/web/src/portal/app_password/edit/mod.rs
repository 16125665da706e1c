//! Change an app password: its name and note, and what it may do. What lets it do more is asked for with the second factor.

mod form;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::StatusCode;
use postern_domain::app_password::AppPassword;
use postern_service::app_password::AppPasswordError;

use form::{EditForm, Prefill, Wrong};

use super::{Portal, find, gone};
use crate::answer::{Answer, Stop};
use crate::form::{Checked, FormToken};
use crate::page::{self, Chrome, go};
use crate::portal::create_app_password::tomorrow;
use crate::portal::sign_in::sentence;
use crate::portal::step_up;
use crate::session::Inside;
use crate::view::AppPasswordView;

#[derive(Template)]
#[template(path = "edit_app_password.html")]
struct EditPage {
    chrome: Chrome,
    token: FormToken,
    app_password: AppPasswordView,
    form: EditForm,
    wrong: Vec<Wrong>,
    /// What the link that led here put into the form.
    prefilled: Option<String>,
    /// The browser's address, as a help for the networks.
    address: String,
    /// The first day that an expiry may name.
    tomorrow: String,
}

impl EditPage {
    /// What is wrong with a field.
    fn wrong(&self, field: &str) -> Option<&str> {
        self.wrong.iter().find(|wrong| wrong.field == field).map(|wrong| wrong.text.as_str())
    }
}

pub(crate) async fn show(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Query(prefill): Query<Prefill>,
) -> Answer {
    let (app_password, _) = find(&portal, &inside, &id).await?;
    let mut form = EditForm::of(&app_password, portal.config.doors);
    let prefilled = prefill.into_form(&mut form, &app_password.state_at(portal.now()));
    page(&portal, &inside, &app_password, form, Vec::new(), prefilled)
}

fn page(
    portal: &Portal,
    inside: &Inside,
    app_password: &AppPassword,
    form: EditForm,
    wrong: Vec<Wrong>,
    prefilled: Option<String>,
) -> Result<Response, Stop> {
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = EditPage {
        chrome: Chrome::inside(portal, inside),
        token: inside.token.clone(),
        app_password: AppPasswordView::new(app_password, portal.now(), portal.config.doors),
        form,
        wrong,
        prefilled,
        address: inside.visit.address.to_string(),
        tomorrow: tomorrow(portal.now()),
    };
    if page.app_password.is_revoked {
        return Ok(go(&format!("/app-passwords/{}", app_password.id)));
    }
    Ok(page::html(status, &page)?)
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Checked(fields): Checked,
) -> Answer {
    let (app_password, _) = find(&portal, &inside, &id).await?;
    let form = EditForm::read(&fields, &app_password, portal.config.doors);
    let change = match form.understood(&fields, portal.now()) {
        Ok(change) => change,
        Err(wrong) => return page(&portal, &inside, &app_password, form, wrong, None),
    };
    let here = format!("/app-passwords/{}/edit", app_password.id);
    // Only what widens is asked for; with the answer to the question the form comes again.
    let inside = step_up::confirm_if_answered(&portal, inside, &fields, &here).await?;
    let error = match portal.service.change_app_password(inside.by(), app_password.id, change).await {
        Ok(done) if done.changed.is_empty() => return Ok(go(&format!("/app-passwords/{}", app_password.id))),
        Ok(_) => return Ok(go(&format!("/app-passwords/{}?done=changed", app_password.id))),
        Err(error) => error,
    };
    let field = match error {
        AppPasswordError::StepUpNeeded => return step_up::ask(&portal, &inside, &fields, &here).await,
        AppPasswordError::Failure(_) | AppPasswordError::NoSuchAppPassword => return Err(gone(error)),
        AppPasswordError::NameTaken => "name",
        AppPasswordError::EmptyScope | AppPasswordError::ScopeNotAllowed { .. } => "doors",
        AppPasswordError::TooManyNetworks { .. } | AppPasswordError::NetworksNeeded => "networks",
        AppPasswordError::ExpiryInThePast | AppPasswordError::ExpiryNeeded { .. } => "expiry",
        AppPasswordError::IdleExpiryTooShort | AppPasswordError::IdleExpiryNeeded { .. } => "idle",
        AppPasswordError::TooManySenders { .. } => "senders",
        AppPasswordError::AboveUsual { .. } => "limits",
        _ => "form",
    };
    let wrong = vec![Wrong { field, text: sentence(&error) }];
    page(&portal, &inside, &app_password, form, wrong, None)
}

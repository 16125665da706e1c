//! Change an app password: its name and note, and what it may do. What lets it do more is asked for with the second factor.

mod form;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::StatusCode;
use postern_domain::account::Account;
use postern_domain::app_password::AppPassword;
use postern_domain::door::{Door, DoorSet};
use postern_service::app_password::AppPasswordError;

use form::{EditForm, Prefill};

use super::{Portal, Trail, find, gone, standing};
use crate::answer::{Answer, Stop};
use crate::form::{Checked, FormToken};
use crate::page::{self, Chrome, go};
use crate::portal::attributes::{DAY, Wrong};
use crate::portal::policy::{Policy, day};
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
    /// What the settings ask for.
    policy: Policy,
    is_own: bool,
    may_widen: bool,
    trail: Trail,
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
    let (app_password, account) = find(&portal, &inside, &id).await?;
    let policy = policy(&portal, &account);
    let mut form = EditForm::of(&app_password, offered(&portal, &policy, &app_password));
    let prefilled = prefill.into_form(&mut form, &app_password, &policy, portal.now());
    page(&portal, &inside, (&app_password, &account), form, Vec::new(), prefilled)
}

fn policy(portal: &Portal, account: &Account) -> Policy {
    Policy::new(&portal.service.settings_of(account), portal.config.doors, portal.now())
}

/// What may be ticked: what the settings allow, and what it is good for as it is.
fn offered(portal: &Portal, policy: &Policy, app_password: &AppPassword) -> DoorSet {
    let may = |door: &Door| policy.doors.contains(*door) || app_password.scope.contains(*door);
    portal.config.doors.iter().filter(may).collect()
}

fn page(
    portal: &Portal,
    inside: &Inside,
    (app_password, account): (&AppPassword, &Account),
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
        tomorrow: day(portal.now().plus(DAY)),
        policy: policy(portal, account),
        is_own: account.id == inside.account().id,
        may_widen: standing(inside, account).may_widen(account),
        trail: Trail::of(inside, account),
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
    let (app_password, account) = find(&portal, &inside, &id).await?;
    let policy = policy(&portal, &account);
    let form = EditForm::read(&fields, &app_password, offered(&portal, &policy, &app_password));
    let change = match form.understood(&fields, portal.now()) {
        Ok(change) => change,
        Err(wrong) => return page(&portal, &inside, (&app_password, &account), form, wrong, None),
    };
    let here = format!("/app-passwords/{}/edit", app_password.id);
    // Only what widens is asked for; with the answer to the question the form comes again.
    let inside = step_up::confirm_if_answered(&portal, inside, &fields, &here).await?;
    match portal.service.change_app_password(inside.by(), app_password.id, change).await {
        Ok(done) if done.changed.is_empty() => Ok(go(&format!("/app-passwords/{}", app_password.id))),
        Ok(_) => Ok(go(&format!("/app-passwords/{}?done=changed", app_password.id))),
        Err(AppPasswordError::StepUpNeeded) => step_up::ask(&portal, &inside, &fields, &here).await,
        Err(error @ (AppPasswordError::Failure(_) | AppPasswordError::NoSuchAppPassword)) => Err(gone(error)),
        Err(error) => page(&portal, &inside, (&app_password, &account), form, vec![Wrong::by(&error)], None),
    }
}

//! Create an app password; its secret is shown once.

mod form;
mod prefill;
mod shown_once;

pub(super) use form::tomorrow;
pub(crate) use shown_once::shown_once;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use postern_service::app_password::AppPasswordError;

use form::{CreateForm, Wrong};
use prefill::Prefill;

use super::sign_in::sentence;
use super::{Portal, paths, step_up};
use crate::answer::{Answer, Stop};
use crate::form::{Checked, FormToken};
use crate::once::NONCE_FIELD;
use crate::page::{self, Chrome, go};
use crate::session::Inside;

#[derive(Template)]
#[template(path = "create_app_password.html")]
struct CreatePage {
    chrome: Chrome,
    token: FormToken,
    number: String,
    form: CreateForm,
    wrong: Vec<Wrong>,
    /// The browser's address, as a help for the networks.
    address: String,
    /// The first day that an expiry may name.
    tomorrow: String,
    /// The mailboxes of others that the owner may act for.
    acts_for: Option<String>,
    /// The owner may create app passwords at all.
    may_create: bool,
}

impl CreatePage {
    /// What is wrong with a field.
    fn wrong(&self, field: &str) -> Option<&str> {
        self.wrong.iter().find(|wrong| wrong.field == field).map(|wrong| wrong.text.as_str())
    }
}

pub(crate) async fn show(
    State(portal): State<Portal>,
    inside: Inside,
    Query(prefill): Query<Prefill>,
) -> Answer {
    let form = prefill.form(&portal, &inside).await?;
    page(&portal, &inside, form, Vec::new(), StatusCode::OK)
}

fn page(
    portal: &Portal,
    inside: &Inside,
    form: CreateForm,
    wrong: Vec<Wrong>,
    status: StatusCode,
) -> Result<Response, Stop> {
    let page = CreatePage {
        chrome: Chrome::inside(portal, inside),
        token: inside.token.clone(),
        number: portal.form_number(),
        form,
        wrong,
        address: inside.visit.address.to_string(),
        tomorrow: tomorrow(portal.now()),
        acts_for: inside.account().grant.as_ref().map(ToString::to_string),
        may_create: portal.service.settings_of(inside.account()).users_may_create_app_passwords,
    };
    Ok(page::html(status, &page)?)
}

pub(crate) async fn submit(State(portal): State<Portal>, inside: Inside, Checked(fields): Checked) -> Answer {
    let form = CreateForm::read(&fields, portal.config.doors);
    let new = match form.understood(inside.account(), inside.visit.address, portal.now()) {
        Ok(new) => new,
        Err(wrong) => return page(&portal, &inside, form, wrong, StatusCode::UNPROCESSABLE_ENTITY),
    };
    let inside = step_up::confirm(&portal, inside, &fields, paths::CREATE).await?;
    let (account, number) = (inside.account().id, fields.get(NONCE_FIELD));
    if !portal.used_forms.take(account, number) {
        return Ok(go(&format!("{}?done=created-already", paths::SECURITY_INFO)));
    }
    let error = match portal.service.create_app_password(inside.by(), new).await {
        Ok(created) => return shown_once(&portal, &inside, &created, inside.account(), Some(&form.purpose)),
        Err(error) => error,
    };
    portal.used_forms.give_back(account, number);
    let field = match error {
        AppPasswordError::StepUpNeeded => {
            return step_up::ask(&portal, &inside, &fields, paths::CREATE).await;
        }
        AppPasswordError::Failure(failure) => return Err(failure.into()),
        AppPasswordError::NameTaken => "name",
        AppPasswordError::EmptyScope => "purpose",
        AppPasswordError::TooManyNetworks { .. } => "networks",
        AppPasswordError::NotAServiceAccount => "mailboxes",
        AppPasswordError::ExpiryInThePast => "expiry",
        AppPasswordError::IdleExpiryTooShort => "idle",
        _ => "form",
    };
    let wrong = vec![Wrong { field, text: sentence(&error) }];
    page(&portal, &inside, form, wrong, StatusCode::UNPROCESSABLE_ENTITY)
}

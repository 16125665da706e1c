//! Create an app password; its secret is shown once. One form and one reader of it, for owners and for administrators who
//! create one for somebody else.

mod form;
mod prefill;
mod shown_once;
mod whose;

pub(crate) use prefill::Prefill;
pub(crate) use shown_once::shown_once;
pub(crate) use whose::Whose;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use postern_domain::account::Permission;
use postern_domain::text::counted;
use postern_service::app_password::{AppPasswordError, AppPasswordRoom};

use form::CreateForm;

use super::app_password::gone;
use super::attributes::{DAY, Wrong};
use super::policy::day;
use super::{Portal, step_up};
use crate::admin::{self, AdminFrame};
use crate::answer::{Answer, Stop};
use crate::form::{Checked, Fields, FormToken};
use crate::once::NONCE_FIELD;
use crate::page::{self, Chrome, go};
use crate::problem::Problem;
use crate::session::Inside;

/// The page of owners.
#[derive(Template)]
#[template(path = "create_app_password.html")]
struct OwnPage {
    chrome: Chrome,
    page: FormPage,
    /// The owner may create app passwords at all.
    may_create: bool,
}

/// The page of administrators.
#[derive(Template)]
#[template(path = "admin/create_app_password.html")]
struct AdminPage {
    chrome: Chrome,
    frame: AdminFrame,
    page: FormPage,
}

/// What both pages have.
struct FormPage {
    token: FormToken,
    number: String,
    whose: Whose,
    form: CreateForm,
    wrong: Vec<Wrong>,
    /// The browser's address, as a help for the networks.
    address: String,
    /// The first day that an expiry may name.
    tomorrow: String,
    room: AppPasswordRoom,
    /// Whether the reader may let an account have more.
    may_raise: bool,
}

impl FormPage {
    /// What is wrong with a field.
    fn wrong(&self, field: &str) -> Option<&str> {
        self.wrong.iter().find(|wrong| wrong.field == field).map(|wrong| wrong.text.as_str())
    }

    /// Why nothing is to be filled in. A form that was sent comes back all the same, so that nothing typed is lost.
    fn full(&self) -> Option<String> {
        let is_full = self.room.is_full() && self.wrong.is_empty();
        is_full.then(|| {
            let has = if self.whose.is_own { "You have" } else { "The account has" };
            let live = counted(self.room.live, "app password");
            format!("{has} {live}, and there may be {} at most.", self.room.most)
        })
    }
}

pub(crate) async fn show(
    State(portal): State<Portal>,
    inside: Inside,
    Query(prefill): Query<Prefill>,
) -> Answer {
    let whose = Whose::own(&portal, &inside);
    form_for(&portal, &inside, whose, &prefill).await
}

pub(crate) async fn submit(State(portal): State<Portal>, inside: Inside, Checked(fields): Checked) -> Answer {
    let whose = Whose::own(&portal, &inside);
    create_for(&portal, inside, whose, &fields).await
}

/// The form before anything was typed.
pub(crate) async fn form_for(portal: &Portal, inside: &Inside, whose: Whose, prefill: &Prefill) -> Answer {
    let form = prefill.form(portal, inside, &whose).await?;
    page(portal, inside, whose, form, Vec::new()).await
}

async fn page(
    portal: &Portal,
    inside: &Inside,
    whose: Whose,
    form: CreateForm,
    wrong: Vec<Wrong>,
) -> Result<Response, Stop> {
    let room = portal.service.room_for_app_passwords(inside.by(), &whose.account.name).await.map_err(gone)?;
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = FormPage {
        token: inside.token.clone(),
        number: portal.form_number(),
        form,
        wrong,
        address: inside.visit.address.to_string(),
        tomorrow: day(portal.now().plus(DAY)),
        room,
        may_raise: inside.account().role.may(Permission::ChangeSettings),
        whose,
    };
    if page.whose.is_own {
        let may_create = page.whose.settings.users_may_create_app_passwords;
        return Ok(page::html(
            status,
            &OwnPage { chrome: Chrome::inside(portal, inside), page, may_create },
        )?);
    }
    let (chrome, frame) = admin::around(portal, inside, admin::paths::ACCOUNTS);
    Ok(page::html(status, &AdminPage { chrome, frame, page })?)
}

/// Creates what the form asks for, and shows the secret.
pub(crate) async fn create_for(portal: &Portal, inside: Inside, whose: Whose, fields: &Fields) -> Answer {
    let form = CreateForm::read(fields, whose.policy(portal));
    let understood = form.understood(fields, &whose.account, inside.visit.address, portal.now());
    let new = match understood {
        Ok(new) if whose.is_confirmed(fields) => new,
        Ok(_) => return page(portal, &inside, whose, form, vec![whose::not_confirmed()]).await,
        Err(wrong) => return page(portal, &inside, whose, form, wrong).await,
    };
    let inside = step_up::confirm(portal, inside, fields, &whose.action).await?;
    let (asker, number) = (inside.account().id, fields.get(NONCE_FIELD));
    if !portal.used_forms.take(asker, number)? {
        return Ok(go(&format!("{}?done=created-already", whose.back)));
    }
    let created = if whose.on_behalf() {
        portal.service.create_app_password_on_behalf(inside.by(), new).await
    } else {
        portal.service.create_app_password(inside.by(), new).await
    };
    let error = match created {
        Ok(created) => return shown_once(portal, &inside, &created, &whose.account, Some(&form.purpose)),
        Err(error) => error,
    };
    portal.used_forms.give_back(asker, number);
    match error {
        AppPasswordError::StepUpNeeded => step_up::ask(portal, &inside, fields, &whose.action).await,
        AppPasswordError::Failure(failure) => Err(failure.into()),
        AppPasswordError::NotAllowed if !whose.is_own => Err(Problem::NotAllowed.into()),
        error => page(portal, &inside, whose, form, vec![Wrong::by(&error)]).await,
    }
}

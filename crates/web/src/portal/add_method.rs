//! Add method: an authenticator app, or an app password.

use askama::Template;
use axum::extract::State;

use super::Portal;
use crate::answer::Answer;
use crate::page::{self, Chrome};
use crate::session::Inside;

#[derive(Template)]
#[template(path = "add_method.html")]
struct AddMethodPage {
    chrome: Chrome,
    may_create: bool,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside) -> Answer {
    let page = AddMethodPage {
        chrome: Chrome::inside(&portal, &inside),
        may_create: portal.service.settings_of(inside.account()).users_may_create_app_passwords,
    };
    Ok(page::ok(&page)?)
}

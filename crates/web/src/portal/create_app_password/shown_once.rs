//! The page that shows a secret, this once: it is the answer to the form itself and is stored nowhere, by us or by
//! the browser. A reload sends the form again, which [`crate::once`] stops.

use askama::Template;
use axum::response::Response;
use postern_domain::account::Account;
use postern_service::app_password::CreatedAppPassword;

use crate::answer::Stop;
use crate::page::{self, Chrome};
use crate::portal::Portal;
use crate::session::Inside;
use crate::view::{AppPasswordView, HintView};

#[derive(Template)]
#[template(path = "app_password_shown_once.html")]
struct ShownOncePage {
    chrome: Chrome,
    app_password: AppPasswordView,
    /// The user name to type.
    owner: String,
    groups: Vec<String>,
    /// What the copy button copies.
    canonical: String,
    hints: Vec<HintView>,
    is_rotation: bool,
}

pub(in crate::portal) fn shown_once(
    portal: &Portal,
    inside: &Inside,
    created: &CreatedAppPassword,
    owner: &Account,
    is_rotation: bool,
) -> Result<Response, Stop> {
    let grouped = created.secret.expose_grouped();
    let page = ShownOncePage {
        chrome: Chrome::inside(portal, inside),
        app_password: AppPasswordView::new(&created.app_password, portal.now(), portal.config.doors),
        owner: owner.name.to_string(),
        groups: grouped.split('-').map(str::to_owned).collect(),
        canonical: created.secret.expose_canonical().to_owned(),
        hints: HintView::of(created.app_password.scope, &portal.config),
        is_rotation,
    };
    Ok(page::ok(&page)?)
}

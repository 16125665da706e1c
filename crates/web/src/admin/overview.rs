//! The first page of the admin area.

use askama::Template;
use axum::extract::State;

use super::{AdminFrame, around, paths};
use crate::answer::Answer;
use crate::page::{self, Chrome};
use crate::portal::Portal;
use crate::session::Inside;

#[derive(Template)]
#[template(path = "admin/overview.html")]
struct OverviewPage {
    chrome: Chrome,
    frame: AdminFrame,
    role: &'static str,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside) -> Answer {
    let (chrome, frame) = around(&portal, &inside, paths::OVERVIEW);
    Ok(page::ok(&OverviewPage { chrome, frame, role: inside.account().role.words() })?)
}

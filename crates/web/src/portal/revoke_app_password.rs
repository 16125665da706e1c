//! Revoke an app password, after a question.

use askama::Template;
use axum::extract::{Path, State};

use super::app_password::{Trail, find, gone};
use super::{Portal, paths};
use crate::answer::Answer;
use crate::form::{Checked, FormToken};
use crate::page::{self, Chrome, go};
use crate::session::Inside;
use crate::view::AppPasswordView;

/// Characters of a reason that are kept.
const REASON_CHARACTERS: usize = 256;

#[derive(Template)]
#[template(path = "revoke_app_password.html")]
struct RevokePage {
    chrome: Chrome,
    token: FormToken,
    app_password: AppPasswordView,
    trail: Trail,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Path(id): Path<String>) -> Answer {
    let (app_password, account) = find(&portal, &inside, &id).await?;
    let page = RevokePage {
        chrome: Chrome::inside(&portal, &inside),
        token: inside.token.clone(),
        app_password: AppPasswordView::new(&app_password, portal.now(), portal.config.doors),
        trail: Trail::of(&inside, &account),
    };
    if page.app_password.is_revoked {
        return Ok(go(&format!("/app-passwords/{id}")));
    }
    Ok(page::ok(&page)?)
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    Path(id): Path<String>,
    Checked(fields): Checked,
) -> Answer {
    let (app_password, account) = find(&portal, &inside, &id).await?;
    let reason: String = fields.get("reason").trim().chars().take(REASON_CHARACTERS).collect();
    portal.service.revoke_app_password(inside.by(), app_password.id, &reason).await.map_err(gone)?;
    // Who did it for somebody else is left at what they did it to, not among their own.
    let back = if account.id == inside.account().id {
        paths::SECURITY_INFO.to_owned()
    } else {
        format!("/app-passwords/{}", app_password.id)
    };
    Ok(go(&format!("{back}?done=revoked")))
}

//! The second factor at sign-in: a recovery code.

use askama::Template;
use axum::extract::{Query, State};

use super::code::{let_in, refused};
use super::notice::Done;
use super::{Portal, paths};
use crate::answer::Answer;
use crate::form::{Checked, FormToken};
use crate::next::Next;
use crate::page::{self, Chrome};
use crate::session::Halfway;

#[derive(Template)]
#[template(path = "sign_in_recovery.html")]
struct RecoveryPage {
    chrome: Chrome,
    token: FormToken,
    account: String,
    error: Option<String>,
    next: Next,
    back: String,
}

fn page(portal: &Portal, halfway: &Halfway, next: Next, error: Option<String>) -> RecoveryPage {
    RecoveryPage {
        chrome: Chrome::outside(portal, &halfway.visit),
        token: halfway.token.clone(),
        account: halfway.session.account().name.to_string(),
        error,
        back: next.after(paths::CODE),
        next,
    }
}

pub(crate) async fn show(
    State(portal): State<Portal>,
    halfway: Halfway,
    Query(query): Query<Done>,
) -> Answer {
    Ok(page::ok(&page(&portal, &halfway, Next::or_home(&query.next), None))?)
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    halfway: Halfway,
    Checked(fields): Checked,
) -> Answer {
    let next = Next::or_home(fields.get("next"));
    match portal.service.use_recovery_code(halfway.session.session(), fields.get("code")).await {
        Ok(got_in) => let_in(&portal, &halfway, &fields, got_in, &next).await,
        Err(error) => {
            let (status, error) = refused(error)?;
            Ok(page::html(status, &page(&portal, &halfway, next, Some(error)))?)
        }
    }
}

//! Link the account to who its owner is at an outside identity provider.

use askama::Template;
use axum::extract::State;
use http::HeaderMap;
use postern_service::outside::OutsideError;

use super::{Portal, ProviderButton, browser, buttons, onward, refused, visitor};
use crate::answer::Answer;
use crate::form::{Checked, FormToken};
use crate::page::{self, Chrome};
use crate::portal::{paths, step_up};
use crate::problem::Problem;
use crate::session::Inside;

#[derive(Template)]
#[template(path = "link_outside_identity.html")]
struct LinkPage {
    chrome: Chrome,
    token: FormToken,
    account: String,
    providers: Vec<ProviderButton>,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside) -> Answer {
    let providers = buttons(&portal);
    if providers.is_empty() {
        return Err(Problem::NoSuchPage.into());
    }
    let page = LinkPage {
        chrome: Chrome::inside(&portal, &inside),
        token: inside.token.clone(),
        account: inside.account().name.to_string(),
        providers,
    };
    Ok(page::ok(&page)?)
}

pub(crate) async fn submit(
    State(portal): State<Portal>,
    inside: Inside,
    headers: HeaderMap,
    Checked(fields): Checked,
) -> Answer {
    let inside = step_up::confirm(&portal, inside, &fields, paths::LINK_IDENTITY).await?;
    let visitor = visitor(&portal, &inside.visit, &headers);
    let browser = browser(&inside.visit, &visitor);
    let next = format!("{}?done=identity-linked", paths::SECURITY_INFO);
    let begun =
        portal.service.begin_outside_link(&inside.session, &browser, fields.get("provider"), &next).await;
    match begun {
        Ok(start) => onward(Chrome::inside(&portal, &inside), start),
        Err(OutsideError::StepUpNeeded) => {
            step_up::ask(&portal, &inside, &fields, paths::LINK_IDENTITY).await
        }
        Err(error) => refused::page(&portal, &inside.visit, error),
    }
}

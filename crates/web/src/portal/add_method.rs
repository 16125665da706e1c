//! Add method: what there is to choose from.

use askama::Template;
use axum::extract::State;

use postern_domain::mfa::MethodKind;

use super::Portal;
use crate::answer::Answer;
use crate::page::{self, Chrome};
use crate::session::Inside;

#[derive(Template)]
#[template(path = "add_method.html")]
struct AddMethodPage {
    chrome: Chrome,
    may_create: bool,
    passkeys: bool,
    texts: bool,
    mails: bool,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside) -> Answer {
    let offers = |kind| portal.service.offers_method(kind, inside.account());
    let page = AddMethodPage {
        chrome: Chrome::inside(&portal, &inside),
        may_create: portal.service.settings_of(inside.account()).users_may_create_app_passwords,
        passkeys: offers(MethodKind::Passkey { discoverable: true }),
        texts: offers(MethodKind::TextMessage),
        mails: offers(MethodKind::EmailCode),
    };
    Ok(page::ok(&page)?)
}

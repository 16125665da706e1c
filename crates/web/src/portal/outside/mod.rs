//! Signing in through outside identity providers: the buttons, the way there and back, and the links on Security info.

pub(super) mod begin;
pub(super) mod callback;
mod card;
pub(super) mod link;
mod refused;
pub(super) mod signed_out;
pub(super) mod step_up;
pub(super) mod unlink;

use askama::Template;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use postern_domain::random;
use postern_service::outside::{IdentityProvider, OutsideBrowser, OutsideStart};

pub(super) use card::IdentitiesCard;

use super::Portal;
use crate::answer::Answer;
use crate::cookies;
use crate::middleware::Visit;
use crate::page::{self, Chrome};

/// A provider's button.
pub(super) struct ProviderButton {
    pub(super) name: String,
    pub(super) label: String,
}

impl From<&IdentityProvider> for ProviderButton {
    fn from(provider: &IdentityProvider) -> Self {
        Self { name: provider.name.clone(), label: provider.label.clone() }
    }
}

/// A button for each provider.
pub(super) fn buttons(portal: &Portal) -> Vec<ProviderButton> {
    portal.service.identity_providers().iter().map(ProviderButton::from).collect()
}

/// What binds a request to the browser: the visitor's cookie, which is set where there is none.
fn visitor(portal: &Portal, visit: &Visit, headers: &HeaderMap) -> String {
    cookies::visitor(headers).map_or_else(
        || {
            let value = URL_SAFE_NO_PAD.encode(random::bytes::<32>(&*portal.config.random));
            visit.set_cookie(cookies::set_visitor(&value));
            value
        },
        str::to_owned,
    )
}

fn browser<'b>(visit: &'b Visit, visitor: &'b str) -> OutsideBrowser<'b> {
    OutsideBrowser { visitor, address: visit.address, user_agent: &visit.user_agent }
}

/// The page that leads to the provider. A redirect would be stopped by the policy that no form leads to another site
/// (`form-action 'self'`); a page that goes on by itself is not, with scripts or without.
#[derive(Template)]
#[template(path = "outside_onward.html")]
struct OnwardPage {
    chrome: Chrome,
    start: OutsideStart,
}

fn onward(chrome: Chrome, start: OutsideStart) -> Answer {
    Ok::<Response, _>(page::ok(&OnwardPage { chrome, start })?)
}

//! Signing out at the provider too: the way there after signing out here, and where the browser comes back to.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use http::HeaderMap;
use postern_service::outside::OutsideStart;
use postern_service::portal::PortalSession;
use serde::Deserialize;

use super::{Portal, visitor};
use crate::answer::{Answer, Stop};
use crate::cookies;
use crate::form::FormToken;
use crate::middleware::Visit;
use crate::page::{self, Chrome};

#[derive(Template)]
#[template(path = "outside_sign_out.html")]
struct OnwardPage {
    chrome: Chrome,
    start: OutsideStart,
}

#[derive(Template)]
#[template(path = "outside_signed_out.html")]
struct SignedOutPage {
    chrome: Chrome,
    /// Whether this browser was sent there from here.
    was_sent: bool,
}

/// What the provider sends along.
#[derive(Deserialize)]
pub(crate) struct Back {
    #[serde(default)]
    state: String,
}

/// The page that leads on to the provider of a session that is over, where there is one.
pub(in crate::portal) async fn onward(
    portal: &Portal,
    visit: &Visit,
    headers: &HeaderMap,
    session: &PortalSession,
) -> Result<Option<Response>, Stop> {
    let state = FormToken::of_sign_out(&visitor(portal, visit, headers)).to_string();
    let Some(start) = portal.service.sign_out_there(session, &state).await else { return Ok(None) };
    Ok(Some(page::ok(&OnwardPage { chrome: Chrome::outside(portal, visit), start })?))
}

/// Where the provider leads back to. Nothing is done here: `state` only tells whether this browser was sent there.
pub(crate) async fn show(
    State(portal): State<Portal>,
    visit: Visit,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Answer {
    let own = cookies::visitor(&headers).map(FormToken::of_sign_out);
    let was_sent = own.is_some_and(|own| own.is(&back.state));
    Ok(page::ok(&SignedOutPage { chrome: Chrome::outside(&portal, &visit), was_sent })?)
}

//! One app password.

use askama::Template;
use axum::extract::{Path, State};
use postern_domain::account::Account;
use postern_domain::app_password::AppPassword;
use postern_domain::id::AppPasswordId;
use postern_service::app_password::AppPasswordError;
use postern_service::live_session::LiveSessionQuery;
use postern_service::refusal::EventFilter;

use super::Portal;
use super::sessions::live;
use crate::answer::{Answer, Stop};
use crate::form::FormToken;
use crate::page::{self, Chrome};
use crate::problem::Problem;
use crate::session::Inside;
use crate::view::{AppPasswordView, EventView, HintView, LiveSessionView};

/// Sign-in events shown.
const EVENTS: u32 = 12;

#[derive(Template)]
#[template(path = "app_password.html")]
struct AppPasswordPage {
    chrome: Chrome,
    app_password: AppPasswordView,
    /// Whose it is: the user name to type.
    owner: String,
    /// The mailboxes of others that its account may act for.
    acts_for: Option<String>,
    hints: Vec<HintView>,
    token: FormToken,
    sessions: Vec<LiveSessionView>,
    /// Whether there are more sessions than are shown.
    more_sessions: bool,
    events: Vec<EventView>,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Path(id): Path<String>) -> Answer {
    let now = portal.now();
    let (app_password, owner) = find(&portal, &inside, &id).await?;
    let filter = EventFilter { app_password: Some(app_password.id), limit: EVENTS, ..EventFilter::default() };
    let events = portal.service.list_sign_in_events(inside.by(), filter).await?;
    let query = LiveSessionQuery { account: None, app_password: Some(app_password.id) };
    let (sessions, more_sessions) = live(&portal, &inside, &query).await?;
    let known = [app_password];
    let page = AppPasswordPage {
        chrome: Chrome::inside(&portal, &inside),
        app_password: AppPasswordView::new(&known[0], now, portal.config.doors),
        owner: owner.name.to_string(),
        acts_for: owner.grant.as_ref().map(ToString::to_string),
        hints: HintView::of(known[0].scope, &portal.config),
        token: inside.token.clone(),
        sessions,
        more_sessions,
        events: events.iter().map(|event| EventView::new(event, &known, now)).collect(),
    };
    Ok(page::ok(&page)?)
}

/// The app password of an address. One of another account is no page, as is an address that is no identifier.
pub(super) async fn find(portal: &Portal, inside: &Inside, id: &str) -> Result<(AppPassword, Account), Stop> {
    let id: AppPasswordId = id.parse().map_err(|_| Problem::NoSuchPage)?;
    portal.service.show_app_password(inside.by(), id).await.map_err(gone)
}

/// The answer to an error that leaves nothing to show.
pub(super) fn gone(error: AppPasswordError) -> Stop {
    match error {
        AppPasswordError::Failure(failure) => failure.into(),
        _ => Problem::NoSuchPage.into(),
    }
}

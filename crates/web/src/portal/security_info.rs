//! Security info: how the person signs in, and what signs in for them.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use postern_service::account::{AccountDetails, AccountError};
use postern_service::live_session::LiveSessionQuery;
use postern_service::refusal::EventFilter;

use super::Portal;
use super::activity::with_tried;
use super::notice::Done;
use super::outside::IdentitiesCard;
use super::sessions::live as live_sessions;
use crate::answer::{Answer, Stop};
use crate::form::FormToken;
use crate::page::{self, Chrome, go};
use crate::problem::Problem;
use crate::session::Inside;
use crate::view::{AppPasswordView, BrowserView, EventView, MethodView};

/// Sign-in events shown: the last ones; all of them have a page of their own.
const EVENTS: u32 = 6;

#[derive(Template)]
#[template(path = "security_info.html")]
struct SecurityInfoPage {
    chrome: Chrome,
    notice: Option<&'static str>,
    warnings: Vec<String>,
    methods: Vec<MethodView>,
    /// The browsers that are remembered.
    browsers: Vec<BrowserView>,
    token: FormToken,
    recovery_codes_left: u32,
    live: Vec<AppPasswordView>,
    /// Those that are revoked, at most [`MOST_REVOKED`](postern_service::account::MOST_REVOKED).
    ended: Vec<AppPasswordView>,
    /// Whether more are revoked.
    more_ended: bool,
    events: Vec<EventView>,
    may_create: bool,
    /// How many sessions are open at the doors now; more than are counted: at least.
    open_sessions: OpenSessions,
    outside: IdentitiesCard,
    /// Nothing but an outside identity opens the account, so that there is no password to be learned.
    only_outside: bool,
}

/// How many sessions are open.
struct OpenSessions {
    count: usize,
    at_least: bool,
}

pub(crate) async fn home() -> Response {
    go(crate::next::HOME)
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Query(done): Query<Done>) -> Answer {
    let now = portal.now();
    let details = details(&portal, &inside).await?;
    let filter = EventFilter { account: Some(inside.account().id), limit: EVENTS, ..EventFilter::default() };
    let events = portal.service.list_sign_in_events(inside.by(), filter).await?;
    let settings = portal.service.settings_of(inside.account());
    let views = details
        .app_passwords
        .iter()
        .map(|each| AppPasswordView::new(each, now, portal.config.doors).with_warning(each, &settings, now));
    let account = Some(inside.account().name.clone());
    let query = LiveSessionQuery { account, ..LiveSessionQuery::default() };
    let (sessions, next_session) = live_sessions(&portal, &inside, &query).await?;
    let (ended, live) = views.partition(|view| view.is_revoked);
    let named = with_tried(&portal, &inside, details.app_passwords.clone(), &events).await?;
    let outside = IdentitiesCard::of(&portal, &inside).await?;
    let first = inside.account().default_method;
    let browsers = portal.service.remembered_browsers(inside.by()).await?;
    let page = SecurityInfoPage {
        chrome: Chrome::inside(&portal, &inside),
        notice: done.notice(),
        warnings: super::consents::warnings(&portal, &inside).await?,
        methods: details.methods.iter().map(|each| MethodView::new(each, first, now)).collect(),
        browsers: browsers.iter().map(|each| BrowserView::new(each, now)).collect(),
        token: inside.token.clone(),
        recovery_codes_left: details.recovery_codes_left,
        live,
        ended,
        more_ended: details.more_revoked,
        events: events.iter().map(|event| EventView::new(event, &named, now)).collect(),
        may_create: settings.users_may_create_app_passwords,
        open_sessions: OpenSessions { count: sessions.len(), at_least: next_session.is_some() },
        only_outside: !details.has_password && !outside.identities.is_empty(),
        outside,
    };
    Ok(page::ok(&page)?)
}

/// The person's own account with what belongs to it.
pub(super) async fn details(portal: &Portal, inside: &Inside) -> Result<AccountDetails, Stop> {
    match portal.service.find_account(inside.by(), &inside.account().name).await {
        Ok(details) => Ok(details),
        Err(AccountError::Failure(failure)) => Err(failure.into()),
        // Its session was good a moment ago, so it was deleted or renamed meanwhile.
        Err(_) => Err(Problem::NoSuchPage.into()),
    }
}

/// Whether the person has a second factor to be asked for.
pub(super) async fn has_method(portal: &Portal, inside: &Inside) -> Result<bool, Stop> {
    Ok(!details(portal, inside).await?.methods.is_empty())
}

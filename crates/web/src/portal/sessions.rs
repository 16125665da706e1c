//! What is signed in at the doors now.

use askama::Template;
use axum::extract::{Query, State};
use postern_service::live_session::{LiveSessionError, LiveSessionPlace, LiveSessionQuery};
use serde::Deserialize;

use super::Portal;
use super::notice::Done;
use super::paths;
use crate::answer::{Answer, Stop};
use crate::form::FormToken;
use crate::next::encoded;
use crate::page::{self, Chrome};
use crate::problem::Problem;
use crate::session::Inside;
use crate::view::LiveSessionView;

/// Sessions on a page.
const ON_A_PAGE: u32 = 100;

#[derive(Template)]
#[template(path = "sessions.html")]
struct SessionsPage {
    chrome: Chrome,
    notice: Option<&'static str>,
    token: FormToken,
    sessions: Vec<LiveSessionView>,
    /// The way to the first page, from another one.
    newest: Option<&'static str>,
    /// The way to the page after this one.
    older: Option<String>,
}

/// Which page is asked for. What is no place means the first.
#[derive(Deserialize)]
pub(crate) struct Asked {
    after: Option<String>,
}

pub(crate) async fn show(
    State(portal): State<Portal>,
    inside: Inside,
    Query(asked): Query<Asked>,
    Query(done): Query<Done>,
) -> Answer {
    let after = asked.after.and_then(|place| place.parse().ok());
    let account = Some(inside.account().name.clone());
    let query = LiveSessionQuery { account, after, limit: ON_A_PAGE, ..LiveSessionQuery::default() };
    let (sessions, next) = live(&portal, &inside, &query).await?;
    let page = SessionsPage {
        chrome: Chrome::inside(&portal, &inside),
        notice: done.notice(),
        token: inside.token.clone(),
        sessions,
        newest: after.map(|_| paths::SESSIONS),
        older: next.map(|next| format!("{}?after={}", paths::SESSIONS, encoded(&next.to_string()))),
    };
    Ok(page::ok(&page)?)
}

/// A page of live sessions, and where the next one begins.
pub(crate) async fn live(
    portal: &Portal,
    inside: &Inside,
    query: &LiveSessionQuery,
) -> Result<(Vec<LiveSessionView>, Option<LiveSessionPlace>), Stop> {
    let now = portal.now();
    match portal.service.live_sessions(inside.by(), query).await {
        Ok(list) => {
            Ok((list.sessions.iter().map(|listed| LiveSessionView::new(listed, now)).collect(), list.next))
        }
        Err(LiveSessionError::Failure(failure)) => Err(failure.into()),
        // Its session was good a moment ago, so it was deleted or renamed meanwhile.
        Err(_) => Err(Problem::NoSuchPage.into()),
    }
}

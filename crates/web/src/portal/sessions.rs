//! What is signed in at the doors now.

use askama::Template;
use axum::extract::{Query, State};
use postern_service::live_session::{LiveSessionError, LiveSessionQuery};

use super::Portal;
use super::notice::Done;
use crate::answer::{Answer, Stop};
use crate::form::FormToken;
use crate::page::{self, Chrome};
use crate::problem::Problem;
use crate::session::Inside;
use crate::view::LiveSessionView;

#[derive(Template)]
#[template(path = "sessions.html")]
struct SessionsPage {
    chrome: Chrome,
    notice: Option<&'static str>,
    token: FormToken,
    sessions: Vec<LiveSessionView>,
    /// Whether there are more than are shown.
    more: bool,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Query(done): Query<Done>) -> Answer {
    let query = LiveSessionQuery { account: Some(inside.account().name.clone()), app_password: None };
    let (sessions, more) = live(&portal, &inside, &query).await?;
    let page = SessionsPage {
        chrome: Chrome::inside(&portal, &inside),
        notice: done.notice(),
        token: inside.token.clone(),
        sessions,
        more,
    };
    Ok(page::ok(&page)?)
}

/// Live sessions, and whether there are more.
pub(crate) async fn live(
    portal: &Portal,
    inside: &Inside,
    query: &LiveSessionQuery,
) -> Result<(Vec<LiveSessionView>, bool), Stop> {
    let now = portal.now();
    match portal.service.live_sessions(inside.by(), query).await {
        Ok(list) => {
            Ok((list.sessions.iter().map(|listed| LiveSessionView::new(listed, now)).collect(), list.more))
        }
        Err(LiveSessionError::Failure(failure)) => Err(failure.into()),
        // Its session was good a moment ago, so it was deleted or renamed meanwhile.
        Err(_) => Err(Problem::NoSuchPage.into()),
    }
}

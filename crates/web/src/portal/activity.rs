//! Recent activity: every sign-in of the account, page by page, by app password, outcome and door.

use askama::Template;
use axum::extract::{Query, State};
use postern_domain::app_password::AppPassword;
use postern_domain::id::{AppPasswordId, SignInEventId};
use postern_domain::sign_in::{CredentialUsed, Place, SignInEvent};
use postern_service::app_password::AppPasswordError;
use postern_service::refusal::EventFilter;
use serde::Deserialize;

use super::Portal;
use crate::answer::{Answer, Stop};
use crate::page::{self, Chrome};
use crate::session::Inside;
use crate::view::{EventView, door_label};

/// Sign-in events on a page.
const EVENTS: usize = 25;

/// What is asked for. A value that means nothing asks for nothing.
#[derive(Deserialize, Default)]
pub(crate) struct Asked {
    app_password: Option<String>,
    outcome: Option<String>,
    place: Option<String>,
    before: Option<String>,
}

/// A choice of a filter.
struct Choice {
    value: String,
    words: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "activity.html")]
struct ActivityPage {
    chrome: Chrome,
    events: Vec<EventView>,
    app_passwords: Vec<Choice>,
    outcomes: Vec<Choice>,
    places: Vec<Choice>,
    /// Whether anything is left out.
    filtered: bool,
    /// Whether this is not the first page, and the way to the first.
    newest: Option<String>,
    /// The way to the page after this one.
    older: Option<String>,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Query(asked): Query<Asked>) -> Answer {
    let known = super::security_info::details(&portal, &inside).await?.app_passwords;
    let known = asked.with_asked_for(&portal, &inside, known).await?;
    let filter = asked.filter(&inside, &known);
    let mut events = portal.service.list_sign_in_events(inside.by(), filter.clone()).await?;
    let more = events.len() > EVENTS;
    events.truncate(EVENTS);
    let query = asked.query();
    let older = events.last().filter(|_| more).map(|last| format!("/activity?{query}before={}", last.id));
    let page = ActivityPage {
        chrome: Chrome::inside(&portal, &inside),
        events: views(&events, &with_tried(&portal, &inside, known.clone(), &events).await?, &portal),
        app_passwords: known
            .iter()
            .map(|each| Choice {
                value: each.id.to_string(),
                words: each.name.to_string(),
                chosen: filter.app_password == Some(each.id),
            })
            .collect(),
        outcomes: [
            ("accepted", "Signed in", filter.accepted_only),
            ("refused", "Refused", filter.refused_only),
        ]
        .map(|(value, words, chosen)| Choice { value: value.to_owned(), words: words.to_owned(), chosen })
        .into(),
        places: places(&portal, filter.place),
        filtered: filter.app_password.is_some()
            || filter.place.is_some()
            || filter.accepted_only
            || filter.refused_only,
        newest: filter.before.map(|_| format!("/activity?{}", query.trim_end_matches('&'))),
        older,
    };
    Ok(page::ok(&page)?)
}

/// The app passwords among which events find theirs by name. A revoked one of long ago is not among those that come with an
/// account, and may be tried all the same.
pub(crate) async fn with_tried(
    portal: &Portal,
    inside: &Inside,
    mut known: Vec<AppPassword>,
    events: &[SignInEvent],
) -> Result<Vec<AppPassword>, Stop> {
    for event in events {
        if let CredentialUsed::AppPassword(id) = event.credential {
            add(portal, inside, &mut known, id).await?;
        }
    }
    Ok(known)
}

/// Adds an app password that is not known yet, when there is such a one and it is theirs to see.
async fn add(
    portal: &Portal,
    inside: &Inside,
    known: &mut Vec<AppPassword>,
    id: AppPasswordId,
) -> Result<(), Stop> {
    if !known.iter().any(|each| each.id == id) {
        match portal.service.show_app_password(inside.by(), id).await {
            Ok((found, _)) => known.push(found),
            Err(AppPasswordError::Failure(failure)) => return Err(failure.into()),
            Err(_) => {}
        }
    }
    Ok(())
}

impl Asked {
    /// The app passwords to choose from, with the one that is asked for.
    async fn with_asked_for(
        &self,
        portal: &Portal,
        inside: &Inside,
        mut known: Vec<AppPassword>,
    ) -> Result<Vec<AppPassword>, Stop> {
        if let Some(id) = self.asked_for() {
            add(portal, inside, &mut known, id).await?;
            known.retain(|each| each.account == inside.account().id);
        }
        Ok(known)
    }

    fn asked_for(&self) -> Option<AppPasswordId> {
        self.app_password.as_deref().and_then(|id| id.parse().ok())
    }

    fn filter(&self, inside: &Inside, known: &[AppPassword]) -> EventFilter {
        EventFilter {
            account: Some(inside.account().id),
            app_password: self.asked_for().filter(|id| known.iter().any(|each| each.id == *id)),
            place: self.place.as_deref().and_then(Place::from_name),
            refused_only: self.outcome.as_deref() == Some("refused"),
            accepted_only: self.outcome.as_deref() == Some("accepted"),
            before: self.before.as_deref().and_then(|id| id.parse::<SignInEventId>().ok()),
            // One more than is shown tells whether there are more.
            limit: u32::try_from(EVENTS + 1).unwrap_or(u32::MAX),
            ..EventFilter::default()
        }
    }

    /// The filters for the address of another page, each with an `&` after it. Only what has a form of ours: these are
    /// words of the address that was asked for.
    fn query(&self) -> String {
        let plain = |value: &&str| value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        [("app_password", &self.app_password), ("outcome", &self.outcome), ("place", &self.place)]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_deref().filter(plain)?)))
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={value}&"))
            .collect()
    }
}

fn places(portal: &Portal, chosen: Option<Place>) -> Vec<Choice> {
    let doors = portal.config.doors.iter().map(|door| (Place::Door(door), door_label(door)));
    let all = doors.chain([(Place::Portal, "This portal")]);
    all.map(|(place, words)| Choice {
        value: place.name().to_owned(),
        words: words.to_owned(),
        chosen: chosen == Some(place),
    })
    .collect()
}

fn views(events: &[SignInEvent], known: &[AppPassword], portal: &Portal) -> Vec<EventView> {
    let now = portal.now();
    events.iter().map(|event| EventView::new(event, known, now)).collect()
}

/// The account's last refusals.
pub(super) async fn latest_refusals(
    portal: &Portal,
    inside: &Inside,
    most: u32,
) -> Result<Vec<EventView>, Stop> {
    let known = super::security_info::details(portal, inside).await?.app_passwords;
    let filter = EventFilter {
        account: Some(inside.account().id),
        refused_only: true,
        limit: most,
        ..EventFilter::default()
    };
    let events = portal.service.list_sign_in_events(inside.by(), filter).await?;
    let known = with_tried(portal, inside, known, &events).await?;
    Ok(views(&events, &known, portal))
}

//! The notices that the reader was told, newest first.

use askama::Template;
use axum::extract::{Query, State};
use postern_domain::notice::NotificationAddress;
use postern_service::notice::ToldNotice;
use serde::Deserialize;

use super::notice::Done;
use super::{Portal, notification_address, paths};
use crate::answer::Answer;
use crate::page::{self, Chrome};
use crate::session::Inside;
use crate::view::Moment;

/// Notices on a page.
const NOTICES: u32 = 25;

/// Which page.
#[derive(Deserialize, Default)]
pub(crate) struct Asked {
    before: Option<String>,
    #[serde(flatten)]
    done: Done,
}

/// An address beside the reader's own.
struct AddressView {
    id: String,
    address: String,
    is_confirmed: bool,
}

/// A notice as it is shown.
struct NoticeView {
    at: Moment,
    subject: String,
    facts: Vec<(String, String)>,
    advice: String,
    /// The page on which that is done.
    link: String,
}

#[derive(Template)]
#[template(path = "notices.html")]
struct NoticesPage {
    chrome: Chrome,
    notices: Vec<NoticeView>,
    /// Whether they are sent by mail too.
    by_mail: bool,
    /// The reader's own address.
    address: String,
    others: Vec<AddressView>,
    may_add: bool,
    notice: Option<&'static str>,
    older: Option<String>,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, Query(asked): Query<Asked>) -> Answer {
    let before = asked.before.as_deref().and_then(|place| place.parse().ok());
    // One more than is shown tells whether there are more.
    let mut told = portal.service.own_notices(inside.by(), before, NOTICES + 1).await?;
    let more = told.len() > NOTICES as usize;
    told.truncate(NOTICES as usize);
    let older =
        told.last().filter(|_| more).map(|last| format!("{}?before={}", paths::NOTICES, last.sequence));
    let now = portal.now();
    let others = notification_address::all(&portal, &inside).await?;
    let view = |told: &ToldNotice| NoticeView {
        at: Moment::new(told.text.at, now),
        subject: told.text.subject.clone(),
        facts: told.text.facts.clone(),
        advice: told.text.advice.clone(),
        link: told.text.link.clone(),
    };
    let page = NoticesPage {
        chrome: Chrome::inside(&portal, &inside),
        notices: told.iter().map(view).collect(),
        by_mail: portal.service.messenger().sends_mail(),
        address: inside.account().name.to_string(),
        may_add: others.len() < NotificationAddress::MOST,
        others: others
            .into_iter()
            .map(|other| AddressView {
                id: other.id.to_string(),
                address: other.address.to_string(),
                is_confirmed: other.confirmed_at.is_some(),
            })
            .collect(),
        notice: asked.done.notice(),
        older,
    };
    Ok(page::ok(&page)?)
}

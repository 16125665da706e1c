//! The notices that the reader was told, newest first.

use askama::Template;
use axum::extract::{Query, State};
use postern_domain::door::Door;
use postern_domain::notice::NotificationAddress;
use postern_service::notice::ToldNotice;
use serde::Deserialize;

use super::notice::Done;
use super::{Portal, notification_address, paths};
use crate::answer::Answer;
use crate::page::{self, Chrome};
use crate::session::Inside;
use crate::view::{Moment, browser, door_label};

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
    /// The page on which that is done, and what it is called.
    link: String,
    link_words: &'static str,
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
        facts: told.text.facts.iter().map(|(name, value)| (name.clone(), shown(name, value))).collect(),
        advice: told.text.advice.clone(),
        link: told.text.link.clone(),
        link_words: called(&told.text.link),
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

/// A fact as the pages put it: mail has doors by their names, and a browser by all that it says of itself.
fn shown(name: &str, value: &str) -> String {
    match name {
        "Door" | "Good for" => {
            let doors: Result<Vec<Door>, _> = value.split(", ").map(str::parse).collect();
            doors.map_or_else(
                |_| value.to_owned(),
                |doors| doors.into_iter().map(door_label).collect::<Vec<_>>().join(", "),
            )
        }
        "With" if value.starts_with("Mozilla/") => match value.strip_suffix(IN_PORTAL) {
            Some(agent) => format!("{}{IN_PORTAL}", browser(agent)),
            None => browser(value),
        },
        _ => value.to_owned(),
    }
}

/// How a notice says that a browser was in the portal.
const IN_PORTAL: &str = ", in the portal";

/// What the page of a notice is called.
fn called(path: &str) -> &'static str {
    let starts = |prefix: &str| path.starts_with(prefix);
    match path {
        _ if starts("/app-passwords/") => "Open the app password",
        _ if starts("/admin/accounts/") => "Open the account",
        _ if starts("/admin/settings") => "Open the setting",
        _ if starts("/admin/audit") => "Open the audit log",
        _ if starts("/admin") => "Open the admin area",
        _ if starts("/refusals") => "Open the refusal",
        _ if starts("/api-tokens") => "Open API tokens",
        _ if starts("/consents") => "Open Mailbox",
        _ => "Open Security info",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_put_as_on_the_other_pages() {
        assert_eq!(shown("Door", "smtp"), "Send mail (SMTP)");
        assert_eq!(shown("Good for", "smtp, imap"), "Send mail (SMTP), Read mail (IMAP)");
        assert_eq!(shown("Good for", "every door"), "every door");
        assert_eq!(
            shown("With", "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0 Safari/537.36, in the portal"),
            "Chrome on Linux, in the portal"
        );
        assert_eq!(shown("With", "the command line"), "the command line");
        assert_eq!(shown("Name", "smtp"), "smtp");
    }
}

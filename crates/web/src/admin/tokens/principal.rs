//! The page that shows a client secret, this once.

use askama::Template;
use postern_service::api::AddedServicePrincipal;

use crate::admin::{AdminFrame, around, paths};
use crate::answer::Answer;
use crate::page::{self, Chrome};
use crate::portal::Portal;
use crate::session::Inside;

#[derive(Template)]
#[template(path = "admin/client_secret.html")]
struct ShownOncePage {
    chrome: Chrome,
    frame: AdminFrame,
    name: String,
    id: String,
    secret: String,
    origin: String,
}

/// How long a secret is good, as a choice: value in days, words.
pub(super) const LIVES: [(&str, &str); 4] =
    [("90", "In 90 days"), ("180", "In 180 days"), ("365", "In 1 year"), ("never", "Never")];
/// What the form starts with.
pub(super) const USUAL_LIFE: &str = "180";

/// The choices of a life.
pub(super) fn lives(chosen: &str) -> Vec<(String, String, bool)> {
    let chosen = if chosen.is_empty() { USUAL_LIFE } else { chosen };
    LIVES.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned(), *value == chosen)).collect()
}

/// When a secret with that life ends; none inside: never. None: it is no choice of ours.
pub(super) fn ends(portal: &Portal, life: &str) -> Option<Option<postern_domain::Timestamp>> {
    let (life, _) = LIVES.iter().find(|(value, _)| *value == life)?;
    let days = life.parse::<u64>().ok();
    Some(days.map(|days| portal.now().plus(std::time::Duration::from_secs(days * 24 * 3600))))
}

/// The page is the answer to the form itself; neither we nor the browser store it.
pub(super) fn shown_once(portal: &Portal, inside: &Inside, added: &AddedServicePrincipal) -> Answer {
    let (chrome, frame) = around(portal, inside, paths::TOKENS);
    let page = ShownOncePage {
        chrome,
        frame,
        name: added.principal.name.to_string(),
        id: added.principal.id.to_string(),
        secret: added.secret.expose().to_owned(),
        origin: portal.config.origin.to_string(),
    };
    Ok(page::ok(&page)?)
}

//! The inventory: every credential with which nobody answers a second factor, with what is wrong with it.

pub(crate) mod export;
mod query;
pub(super) mod row;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::StatusCode;
use postern_domain::door::Door;
use postern_service::inventory::{CredentialKind, InventoryCount, InventoryError, InventoryFlag};

use self::query::Asked;
use self::row::{RowView, flag_words, kind_words};
use super::{AdminFrame, around, paths};
use crate::answer::{Answer, Stop};
use crate::page::{self, Chrome};
use crate::portal::Portal;
use crate::portal::sign_in::sentence;
use crate::problem::Problem;
use crate::session::Inside;
use crate::view::door_label;

/// Credentials on a page.
const ON_A_PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "admin/inventory.html")]
struct InventoryPage {
    chrome: Chrome,
    frame: AdminFrame,
    flags: Vec<FlagView>,
    asked: Asked,
    kinds: Vec<(&'static str, &'static str, bool)>,
    doors: Vec<(&'static str, &'static str, bool)>,
    rows: Vec<RowView>,
    /// The address of the next page.
    next: Option<String>,
    /// The same list, without a place in it, as the query of an address.
    query: String,
    error: Option<String>,
}

/// A list of what has a flag, as a choice.
struct FlagView {
    words: &'static str,
    count: String,
    href: String,
    current: bool,
}

pub(crate) async fn show(State(portal): State<Portal>, inside: Inside, RawQuery(raw): RawQuery) -> Answer {
    let asked = Asked::read(raw.as_deref().unwrap_or_default());
    let kind = CredentialKind::from_name(&asked.kind);
    let counts = portal.service.count_inventory_of(inside.by(), kind).await.map_err(stop)?;
    let query = match asked.query(ON_A_PAGE) {
        Ok(query) => query,
        Err(error) => return page(&portal, &inside, asked, &counts, Err(error)),
    };
    match portal.service.list_inventory(inside.by(), &query).await {
        Ok(list) => {
            let now = portal.now();
            let rows = list.items.iter().map(|item| RowView::new(item, now)).collect();
            page(&portal, &inside, asked, &counts, Ok((rows, list.next_text())))
        }
        Err(error @ InventoryError::NoSuchAccount) => {
            page(&portal, &inside, asked, &counts, Err(sentence(&error)))
        }
        Err(error) => Err(stop(error)),
    }
}

fn page(
    portal: &Portal,
    inside: &Inside,
    asked: Asked,
    counts: &[InventoryCount],
    list: Result<(Vec<RowView>, Option<String>), String>,
) -> Result<Response, Stop> {
    let (chrome, frame) = around(portal, inside, paths::INVENTORY);
    let status = if list.is_ok() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (rows, next, error) = match list {
        Ok((rows, next)) => (rows, next, None),
        Err(error) => (Vec::new(), None, Some(error)),
    };
    let flag = |count: &InventoryCount| FlagView {
        words: count.flag.map_or("All", flag_words),
        count: count.shown(),
        href: format!("{}?{}", paths::INVENTORY, asked.with_flag(count.flag)),
        current: asked.flag == count.flag.map_or("", InventoryFlag::name),
    };
    let page = InventoryPage {
        chrome,
        frame,
        flags: counts.iter().map(flag).collect(),
        kinds: (CredentialKind::ALL.iter())
            .map(|kind| (kind.name(), kind_words(*kind), asked.kind == kind.name()))
            .collect(),
        doors: Door::ALL
            .iter()
            .map(|door| (door.name(), door_label(*door), asked.door == door.name()))
            .collect(),
        next: next.map(|place| format!("{}?{}", paths::INVENTORY, asked.after_place(&place))),
        query: asked.text(),
        rows,
        error,
        asked,
    };
    Ok(page::html(status, &page)?)
}

pub(crate) fn stop(error: InventoryError) -> Stop {
    match error {
        InventoryError::NotAllowed => Problem::NotAllowed.into(),
        InventoryError::NoSuchAccount => Problem::NoSuchPage.into(),
        InventoryError::Failure(failure) => failure.into(),
    }
}

/// The list of one flag, for other pages.
pub(super) fn list_of(flag: InventoryFlag) -> String {
    format!("{}?flag={}", paths::INVENTORY, flag.name())
}

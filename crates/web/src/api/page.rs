//! Lists in pages: an opaque cursor, a link to the next page in the body and in `Link` (RFC 8288).
//!
//! A cursor is a mark of the list that gave it and the place where a page of it ended. The place alone would not do: those of
//! different lists look alike (a number, a name), and a list that took another's would be read as empty, or from the middle.

use std::fmt::Display;

use axum::Json;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderValue, Uri, header};
use postern_domain::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::{IntoParams, ToSchema};

use super::PREFIX;
use super::problem::Problem;

/// Rows of a page when nothing else is asked for.
pub(crate) const USUAL: u32 = 50;
/// Most rows of a page.
pub(crate) const MOST: u32 = 200;

/// One page of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The rows.
    pub(crate) items: Vec<T>,
    /// The path of the next page; null on the last one.
    #[schema(example = "/api/v1/accounts?limit=50&cursor=YW5uYUBleGFtcGxlLm9yZw")]
    pub(crate) next: Option<String>,
}

/// How many rows are asked for.
///
/// # Errors
/// [`Problem`] for less than 1 or more than [`MOST`].
pub(crate) fn limit(asked: Option<u32>) -> Result<u32, Problem> {
    match asked {
        None => Ok(USUAL),
        Some(limit @ 1..=MOST) => Ok(limit),
        Some(_) => Err(Problem::field("?limit", format!("A page has 1 to {MOST} rows."))),
    }
}

/// What a cursor says, which is ours to know: where the page before ended, of the list at this address.
///
/// # Errors
/// [`Problem`] when it is none of ours, or another list's.
pub(crate) fn after<T: std::str::FromStr>(cursor: Option<&str>, uri: &Uri) -> Result<Option<T>, Problem> {
    let Some(cursor) = cursor else { return Ok(None) };
    let place = place(cursor, uri).and_then(|place| place.parse().ok());
    place.map(Some).ok_or_else(no_cursor)
}

/// A cursor is none of this list.
pub(crate) fn no_cursor() -> Problem {
    Problem::field(
        "?cursor",
        "It is no cursor of this list: take the one in `next`, or none for the first page.",
    )
}

/// The cursor of a place in the list at this address.
fn cursor(end: &str, uri: &Uri) -> String {
    URL_SAFE_NO_PAD.encode([&mark(uri), end.as_bytes()].concat())
}

/// The place of a cursor, when it is one of the list at this address.
pub(crate) fn place(cursor: &str, uri: &Uri) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let place = bytes.strip_prefix(&mark(uri))?;
    String::from_utf8(place.to_vec()).ok()
}

/// By what a list knows its own cursors. It keeps mistakes out, and nobody who makes one up: whoever does reads from a place
/// of their choice, of what they may read anyhow.
fn mark(uri: &Uri) -> [u8; 6] {
    let digest = Sha256::digest(uri.path().as_bytes());
    std::array::from_fn(|at| digest[at])
}

/// Which page of a list is asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageOf {
    /// Where the page before ended, from its `next`.
    pub(crate) cursor: Option<String>,
    /// Rows of a page: 1 to 200, usually 50.
    pub(crate) limit: Option<u32>,
}

/// Which end of a list comes first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum First {
    Least,
    Greatest,
}

impl<T> Page<T> {
    /// A page of a list that is read as a whole, because it is never very long. `key` says where a row stands, as a text that
    /// sorts: the next page begins after it, also when the row itself has gone meanwhile.
    ///
    /// # Errors
    /// [`Problem`] for a limit or a cursor that is none.
    pub(crate) fn cut<R>(
        mut rows: Vec<R>,
        first: First,
        asked: &PageOf,
        uri: &Uri,
        key: impl Fn(&R) -> String,
        show: impl FnMut(R) -> T,
    ) -> Result<Self, Problem> {
        let limit = limit(asked.limit)?;
        let after: Option<String> = after(asked.cursor.as_deref(), uri)?;
        rows.sort_by_cached_key(&key);
        if first == First::Greatest {
            rows.reverse();
        }
        if let Some(after) = after {
            rows.retain(|row| if first == First::Least { key(row) > after } else { key(row) < after });
        }
        rows.truncate(limit as usize + 1);
        Ok(Self::of(rows, limit, uri, key, show))
    }

    /// A page of at most `limit` rows. `rows` has one more when there is a next page; `end` names where a row stands.
    pub(crate) fn of<R>(
        mut rows: Vec<R>,
        limit: u32,
        uri: &Uri,
        end: impl Fn(&R) -> String,
        show: impl FnMut(R) -> T,
    ) -> Self {
        let limit = limit as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|last| link(uri, &end(last)));
        Self { items: rows.into_iter().map(show).collect(), next }
    }

    /// A page after which the next one begins at `end`.
    pub(crate) fn up_to(items: impl Iterator<Item = T>, uri: &Uri, end: Option<String>) -> Self {
        Self { items: items.collect(), next: end.map(|end| link(uri, &end)) }
    }
}

/// The key of a row that has its place by time; `id` tells those of one moment apart.
pub(crate) fn by_time(at: Timestamp, id: impl Display) -> String {
    format!("{:020} {id}", at.as_millis())
}

/// The key of a row that has its place in a list of ours.
pub(crate) fn by_place(place: usize) -> String {
    format!("{place:06}")
}

/// The same request from `end` on. The router takes the prefix off what a handler sees.
fn link(uri: &Uri, end: &str) -> String {
    let kept = uri.query().unwrap_or_default().split('&');
    let kept = kept.filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let cursor = format!("cursor={}", cursor(end, uri));
    let query: Vec<&str> = kept.chain([cursor.as_str()]).collect();
    format!("{PREFIX}{}?{}", uri.path(), query.join("&"))
}

impl<T: Serialize> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let link = self
            .next
            .as_ref()
            .and_then(|next| HeaderValue::from_str(&format!("<{next}>; rel=\"next\"")).ok());
        let mut response = Json(self).into_response();
        if let Some(link) = link {
            response.headers_mut().insert(header::LINK, link);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_keeps_what_was_asked_for() {
        let uri: Uri = "/v1/accounts?text=a%26b&cursor=old&limit=2".parse().unwrap();
        let page = Page::of(vec!["a", "b", "c"], 2, &uri, |row| (*row).to_owned(), |row| row);
        assert_eq!(page.items, ["a", "b"]);
        let its = cursor("b", &uri);
        assert_eq!(page.next, Some(format!("/api/v1/accounts?text=a%26b&limit=2&cursor={its}")));
        assert_eq!(after::<String>(Some(&its), &uri).unwrap().as_deref(), Some("b"));
        assert!(after::<u64>(Some(&its), &uri).is_err());
        assert!(limit(Some(0)).is_err() && limit(Some(201)).is_err());
    }

    #[test]
    fn a_list_takes_its_own_cursors_and_no_others() {
        let uri: Uri = "/v1/settings?limit=2".parse().unwrap();
        let its = cursor("000003", &uri);
        for other in ["/v1/groups", "/v1/accounts/me/settings", "/v1/settings/", "/v1/audit-records?after=3"]
        {
            let other: Uri = other.parse().unwrap();
            assert!(after::<String>(Some(&its), &other).is_err(), "{other}");
        }
        for none in ["", "!", "Yg", "MDAwMDAz", &its[..7], &format!("{its}=")] {
            assert!(after::<String>(Some(none), &uri).is_err(), "{none}");
        }
        assert!(after::<String>(None, &uri).unwrap().is_none());
    }
}

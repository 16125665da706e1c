//! `GET /delivery/mails`

use axum::extract::State;
use http::Uri;
use postern_service::notice::{AddressedNotice, NoticeDelivery};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::body::Asked;
use crate::api::endpoint::Caller;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::portal::Portal;

/// Which page is asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListMails {
    /// Where the page before ended, from its `next`.
    cursor: Option<String>,
    /// Rows of a page: 1 to 200, usually 50.
    limit: Option<u32>,
}

/// A notice that could not be mailed yet.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TroubledMail {
    /// The place of its notice.
    sequence: u64,
    subject: String,
    /// The user name of the account that it concerns; null: it concerns the organization.
    account: Option<String>,
    /// To whom.
    address: String,
    /// When what it tells of happened.
    #[schema(format = DateTime)]
    at: String,
    attempts: u32,
    /// What the last attempt met with.
    problem: Option<String>,
    /// When it is tried again; null: it was given up.
    #[schema(format = DateTime)]
    next_at: Option<String>,
}

impl TroubledMail {
    fn new(mail: AddressedNotice) -> Self {
        let (problem, next_at) = match mail.delivery {
            NoticeDelivery::Waiting { next_at, problem } => (problem, Some(next_at.to_string())),
            NoticeDelivery::GivenUp { problem, .. } => (Some(problem), None),
            NoticeDelivery::Delivered { .. } => (None, None),
        };
        Self {
            sequence: mail.notice.sequence,
            subject: mail.notice.text.subject,
            account: mail.account_name.map(|name| name.to_string()),
            address: mail.recipient.address.to_string(),
            at: mail.notice.text.at.to_string(),
            attempts: mail.attempts,
            problem,
            next_at,
        }
    }
}

/// List mails that could not be delivered
///
/// Those that failed at least once or were given up, newest first. The copies of one notice to several addresses stand on one
/// page, which is longer by them.
#[utoipa::path(get, path = "/api/v1/delivery/mails", tag = "Notices", params(ListMails),
    responses((status = 200, body = Page<TroubledMail>)))]
pub(crate) async fn list_troubled_mails(
    State(portal): State<Portal>,
    caller: Caller,
    uri: Uri,
    Asked(asked): Asked<ListMails>,
) -> Result<Page<TroubledMail>, Problem> {
    let limit = page::limit(asked.limit)?;
    let before = page::after(asked.cursor.as_deref(), &uri)?;
    let mut rows = portal.service.troubled_notices(caller.by(), before, limit + MOST_COPIES).await?;
    let end = cut(&rows, limit as usize);
    rows.truncate(end.map_or(rows.len(), |(end, _)| end));
    Ok(Page::up_to(rows.into_iter().map(TroubledMail::new), &uri, end.map(|(_, place)| place.to_string())))
}

/// Most copies of one notice, and one row more: a hundred administrators at four addresses each, and those of the
/// configuration.
const MOST_COPIES: u32 = 512;

/// Where a page ends, and the place of its last notice: after `limit` rows, and not between the copies of one notice.
fn cut(rows: &[AddressedNotice], limit: usize) -> Option<(usize, u64)> {
    let of_next = rows.windows(2).enumerate().skip(limit.saturating_sub(1));
    of_next
        .map(|(place, pair)| (place + 1, pair[0].notice.sequence, pair[1].notice.sequence))
        .find(|(_, this, next)| this != next)
        .map(|(end, this, _)| (end, this))
}

//! `GET /notices`

use axum::extract::State;
use http::Uri;
use postern_service::notice::ToldNotice;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::body::Asked;
use crate::api::choice::Word;
use crate::api::endpoint::Caller;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::api::v1::words::NoticeKindWord;
use crate::portal::Portal;

/// Which page is asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListNotices {
    /// Where the page before ended, from its `next`.
    cursor: Option<String>,
    /// Rows of a page: 1 to 200, usually 50.
    limit: Option<u32>,
}

/// A notice.
#[derive(Serialize, ToSchema)]
#[schema(as = Notice)]
pub(crate) struct NoticeBody {
    /// Its place: it grows with each notice.
    sequence: u64,
    /// What it tells of.
    kind: NoticeKindWord,
    /// When that happened.
    #[schema(format = DateTime)]
    at: String,
    subject: String,
    /// The facts, in their order.
    facts: Vec<Fact>,
    /// What to do about it.
    advice: String,
    /// The page of the portal on which that is done.
    #[schema(example = "https://portal.example.org/security-info")]
    link: String,
}

/// A fact.
#[derive(Serialize, ToSchema)]
struct Fact {
    name: String,
    value: String,
}

impl NoticeBody {
    fn new(told: ToldNotice, portal_url: &str) -> Self {
        let text = told.text;
        Self {
            sequence: told.sequence,
            kind: Word(text.kind),
            at: text.at.to_string(),
            subject: text.subject,
            facts: text.facts.into_iter().map(|(name, value)| Fact { name, value }).collect(),
            advice: text.advice,
            link: format!("{portal_url}{}", text.link),
        }
    }
}

/// List one's notices
///
/// What the token's owner was told, newest first.
#[utoipa::path(get, path = "/api/v1/notices", tag = "Notices", params(ListNotices),
    responses((status = 200, body = Page<NoticeBody>)))]
pub(crate) async fn list_notices(
    State(portal): State<Portal>,
    caller: Caller,
    uri: Uri,
    Asked(asked): Asked<ListNotices>,
) -> Result<Page<NoticeBody>, Problem> {
    let limit = page::limit(asked.limit)?;
    let before = page::after(asked.cursor.as_deref(), &uri)?;
    let rows = portal.service.own_notices(caller.by(), before, limit + 1).await?;
    let view = |told| NoticeBody::new(told, portal.service.portal_url());
    Ok(Page::of(rows, limit, &uri, |told| told.sequence.to_string(), view))
}

//! `GET /sign-in-events`

use axum::extract::State;
use http::Uri;
use postern_service::refusal::EventFilter;
use serde::Deserialize;
use utoipa::IntoParams;

use super::EventBody;
use crate::api::body::{Asked, Fields};
use crate::api::endpoint::Caller;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::api::v1::words::{Ending, OutcomeWord, PlaceWord};
use crate::api::v1::{accounts, moment};
use crate::portal::Portal;

/// Which events are asked for.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListEvents {
    /// Only of this account: its id, one of its addresses, or `me`.
    account: Option<String>,
    /// Only of the app password of this id.
    app_password: Option<String>,
    /// Only at this door, or `portal`.
    #[param(value_type = Option<PlaceWord>)]
    place: Option<String>,
    /// Only those that ended so.
    #[param(value_type = Option<OutcomeWord>)]
    outcome: Option<String>,
    /// Only from this moment on (RFC 3339).
    since: Option<String>,
    /// Where the page before ended, from its `next`.
    cursor: Option<String>,
    /// Rows of a page: 1 to 200, usually 50.
    limit: Option<u32>,
}

/// List sign-in events
///
/// Newest first. One's own without `events.read`.
#[utoipa::path(get, path = "/api/v1/sign-in-events", tag = "Sign-in events", params(ListEvents),
    responses((status = 200, body = Page<EventBody>)))]
pub(crate) async fn list_sign_in_events(
    State(portal): State<Portal>,
    caller: Caller,
    uri: Uri,
    Asked(asked): Asked<ListEvents>,
) -> Result<Page<EventBody>, Problem> {
    let limit = page::limit(asked.limit)?;
    let mut fields = Fields::default();
    let outcome = fields.choose_if::<Ending>("?outcome", asked.outcome.as_deref());
    let mut filter = EventFilter {
        account: None,
        app_password: fields.parse_if("?appPassword", asked.app_password.as_deref()),
        place: fields.choose_if("?place", asked.place.as_deref()),
        refused_only: outcome == Some(Ending::Refused),
        accepted_only: outcome == Some(Ending::Accepted),
        since: asked.since.as_deref().and_then(|text| fields.check("?since", moment(text))),
        before: page::after(asked.cursor.as_deref(), &uri)?,
        limit: limit + 1,
        ..EventFilter::default()
    };
    fields.done()?;
    if let Some(key) = asked.account.as_deref() {
        filter.account = Some(accounts::find(&portal, &caller, key).await?.account.id);
    }
    let rows = portal.service.list_sign_in_events(caller.by(), filter).await?;
    Ok(Page::of(rows, limit, &uri, |event| event.id.to_string(), |event| EventBody::new(&event)))
}

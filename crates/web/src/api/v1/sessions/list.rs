//! `GET /sessions`

use axum::extract::State;
use http::Uri;
use postern_service::live_session::{ListedLiveSession, LiveSessionQuery};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::body::{Asked, Fields};
use crate::api::choice::Word;
use crate::api::endpoint::Caller;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::api::v1::accounts;
use crate::api::v1::words::DoorWord;
use crate::portal::Portal;

/// Which sessions are asked for.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListSessions {
    /// Only those of this account: its id, one of its addresses, or `me`.
    account: Option<String>,
    /// Only those signed in with the app password of this id.
    app_password: Option<String>,
    /// Where the page before ended, from its `next`.
    cursor: Option<String>,
    /// Rows of a page: 1 to 200, usually 50.
    limit: Option<u32>,
}

/// A live session at a door.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LiveSession {
    id: String,
    account_id: String,
    /// The user name of its account.
    account: String,
    /// The app password; null: the account password.
    app_password_id: Option<String>,
    app_password: Option<String>,
    door: DoorWord,
    address: String,
    /// What the program calls itself.
    client: Option<String>,
    /// The mailbox that it opened, when that is another's.
    acting_for: Option<String>,
    #[schema(format = DateTime)]
    since: String,
    octets_from_client: u64,
    octets_to_client: u64,
}

impl LiveSession {
    fn new(listed: &ListedLiveSession) -> Self {
        let session = &listed.session;
        Self {
            id: session.id.to_string(),
            account_id: session.account.to_string(),
            account: listed.account_name.to_string(),
            app_password_id: session.app_password.map(|id| id.to_string()),
            app_password: listed.app_password_name.as_ref().map(ToString::to_string),
            door: Word(session.door),
            address: session.address.to_string(),
            client: session.client.clone(),
            acting_for: session.acting_for.as_ref().map(ToString::to_string),
            since: session.since.to_string(),
            octets_from_client: session.octets_from_client,
            octets_to_client: session.octets_to_client,
        }
    }
}

/// List live sessions
///
/// Of every server, some seconds old, newest first. One's own without `events.read`.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "Sessions", params(ListSessions),
    responses((status = 200, body = Page<LiveSession>)))]
pub(crate) async fn list_sessions(
    State(portal): State<Portal>,
    caller: Caller,
    uri: Uri,
    Asked(asked): Asked<ListSessions>,
) -> Result<Page<LiveSession>, Problem> {
    let mut fields = Fields::default();
    let app_password = fields.parse_if("?appPassword", asked.app_password.as_deref());
    fields.done()?;
    let account = match asked.account.as_deref() {
        Some(key) => Some(accounts::name_of(&portal, &caller, key).await?),
        None => None,
    };
    let query = LiveSessionQuery {
        account,
        app_password,
        after: page::after(asked.cursor.as_deref(), &uri)?,
        limit: page::limit(asked.limit)?,
    };
    let found = portal.service.live_sessions(caller.by(), &query).await?;
    let next = found.next.map(|next| next.to_string());
    Ok(Page::up_to(found.sessions.iter().map(LiveSession::new), &uri, next))
}

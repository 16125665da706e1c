//! A live session as its owner sees it.

use postern_domain::{Octets, Timestamp};
use postern_service::live_session::ListedLiveSession;

use super::{Moment, door_label};

/// A live session as its owner sees it.
pub(crate) struct LiveSessionView {
    pub(crate) id: String,
    pub(crate) door: &'static str,
    /// Id and name of the app password; none: the account password.
    pub(crate) app_password: Option<(String, String)>,
    pub(crate) address: String,
    pub(crate) client: Option<String>,
    /// The mailbox of another that it has opened.
    pub(crate) acting_for: Option<String>,
    pub(crate) since: Moment,
    pub(crate) received: String,
    pub(crate) sent: String,
}

impl LiveSessionView {
    pub(crate) fn new(listed: &ListedLiveSession, now: Timestamp) -> Self {
        let session = &listed.session;
        let app_password = session.app_password.zip(listed.app_password_name.as_ref());
        Self {
            id: session.id.to_string(),
            door: door_label(session.door),
            app_password: app_password.map(|(id, name)| (id.to_string(), name.to_string())),
            address: session.address.to_string(),
            client: session.client.clone(),
            acting_for: session.acting_for.as_ref().map(ToString::to_string),
            since: Moment::new(session.since, now),
            received: Octets(session.octets_to_client).to_string(),
            sent: Octets(session.octets_from_client).to_string(),
        }
    }
}

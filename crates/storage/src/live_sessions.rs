//! Live sessions at the doors, as the running servers report them, so that each of them and the command line can show
//! all of them.
//!
//! They are a picture for people, some seconds old: no decision about a sign-in rests on them.

use std::net::IpAddr;

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::app_password::AppPasswordName;
use postern_domain::door::Door;
use postern_domain::id::{AccountId, AppPasswordId, DoorSessionId, NodeId};

use crate::{LiveSessionPlace, Result};

/// A live session, as its server reports it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LiveSession {
    /// Names it.
    pub id: DoorSessionId,
    /// The server that has it.
    pub node: NodeId,
    /// Whose it is.
    pub account: AccountId,
    /// The app password; none: the account password.
    pub app_password: Option<AppPasswordId>,
    /// Where the program signed in.
    pub door: Door,
    /// The client's address.
    pub address: IpAddr,
    /// What the client calls itself.
    pub client: Option<String>,
    /// The mailbox it opened, when that is another account's.
    pub acting_for: Option<AccountName>,
    /// When it signed in.
    pub since: Timestamp,
    /// Octets from the client to the upstream.
    pub octets_from_client: u64,
    /// Octets from the upstream to the client.
    pub octets_to_client: u64,
}

/// A live session with the names that people know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListedLiveSession {
    /// The session.
    pub session: LiveSession,
    /// The account's user name.
    pub account_name: AccountName,
    /// The app password's name; none: the account password.
    pub app_password_name: Option<AppPasswordName>,
}

/// Which live sessions a list shows. Those that were asked to end are never among them.
#[derive(Clone, Debug)]
pub struct LiveSessionFilter {
    /// Only those of this account.
    pub account: Option<AccountId>,
    /// Only those signed in with this app password.
    pub app_password: Option<AppPasswordId>,
    /// Only those of servers that were heard of at this moment or later.
    pub heard_since: Timestamp,
    /// Only those after this one (for the next page).
    pub after: Option<LiveSessionPlace>,
    /// At most this many.
    pub limit: u32,
}

/// Reading live sessions.
#[async_trait]
pub trait LiveSessionsRead {
    /// The sessions that `filter` names, the newest first.
    async fn live_sessions(&mut self, filter: &LiveSessionFilter) -> Result<Vec<ListedLiveSession>>;

    /// One session, whether or not it was asked to end or its server is silent.
    async fn live_session(&mut self, id: DoorSessionId) -> Result<Option<ListedLiveSession>>;

    /// The sessions that were asked to end and are still there: few at any time.
    async fn live_sessions_to_end(&mut self) -> Result<Vec<DoorSessionId>>;
}

/// Writing live sessions.
#[async_trait]
pub trait LiveSessionsWrite: LiveSessionsRead {
    /// Notes that a server is there. False: it was not known, neither it nor any of its sessions.
    async fn hear_of_node(&mut self, node: NodeId, now: Timestamp) -> Result<bool>;

    /// Removes a server with its sessions.
    async fn delete_node(&mut self, node: NodeId) -> Result<()>;

    /// Removes the servers that were not heard of since `before`, with their sessions. Gives how many.
    async fn delete_silent_nodes(&mut self, before: Timestamp) -> Result<u64>;

    /// Removes all servers with their sessions.
    async fn delete_all_nodes(&mut self) -> Result<()>;

    /// Adds sessions of servers that are known; of those that are there already it writes the octets only.
    async fn put_live_sessions(&mut self, sessions: &[LiveSession]) -> Result<()>;

    /// Removes sessions; those that are not there change nothing.
    async fn delete_live_sessions(&mut self, ids: &[DoorSessionId]) -> Result<()>;

    /// Notes that a session is to end. False: it is not there, or was asked to before.
    async fn ask_live_session_to_end(&mut self, id: DoorSessionId, now: Timestamp) -> Result<bool>;
}

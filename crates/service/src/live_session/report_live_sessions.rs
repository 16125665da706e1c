//! Report the live sessions of a server.

use std::time::Duration;

use postern_domain::id::{DoorSessionId, NodeId};
use postern_storage::LiveSession;

use super::SILENT;
use crate::door::DoorSession;
use crate::{Failure, Service};

/// How often a server with live sessions reports, also when nothing changed.
pub const HEARD_EVERY: Duration = Duration::from_secs(5);

/// How long the rows of a silent server are kept: it may only have been cut off from the database, and has less to
/// report when it is back.
const KEPT: Duration = Duration::from_secs(60);

/// What changed at a server since its last report.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Sessions that began, or whose octets changed.
    pub open: Vec<LiveSession>,
    /// Sessions that ended.
    pub ended: Vec<DoorSessionId>,
}

/// What became of a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reported {
    /// It was added to what was reported before.
    Added,
    /// Nothing that was reported before is there any more: this is the first report, or the server was silent for so
    /// long that it was taken for gone. Every session is to be reported, those of this report excepted.
    First,
}

impl Report {
    /// Adds a session that began, or whose octets changed; these are the octets from and to the client.
    pub fn add(&mut self, session: &DoorSession, node: NodeId, from_client: u64, to_client: u64) {
        self.open.push(LiveSession {
            id: session.id,
            node,
            account: session.account.id,
            app_password: session.app_password.as_ref().map(|app_password| app_password.id),
            door: session.door,
            address: session.address,
            client: session.client.clone(),
            acting_for: session.acting_for.as_ref().map(|other| other.name.clone()),
            since: session.started_at,
            octets_from_client: from_client,
            octets_to_client: to_client,
        });
    }
}

impl Service {
    /// A name for a server that begins to report.
    #[must_use]
    pub fn new_node(&self) -> NodeId {
        NodeId::generate(&*self.parts.clock, self.random())
    }

    /// Takes a report, in one transaction; also an empty one, which says that the server is there. Servers that are
    /// gone are forgotten by the way. Nothing is recorded or announced: this is a picture, for people.
    ///
    /// # Errors
    /// [`Failure`]: then it is to be reported again, with what changed meanwhile. What was written already does no harm.
    pub async fn report_live_sessions(&self, node: NodeId, report: &Report) -> Result<Reported, Failure> {
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        let was_known = transaction.hear_of_node(node, now).await?;
        transaction.delete_silent_nodes(now.minus(KEPT)).await?;
        transaction.put_live_sessions(&report.open).await?;
        transaction.delete_live_sessions(&report.ended).await?;
        transaction.commit().await?;
        Ok(if was_known { Reported::Added } else { Reported::First })
    }

    /// Forgets a server that stops, with its sessions.
    ///
    /// # Errors
    /// [`Failure`]: then it is forgotten when it has been silent for a while.
    pub async fn forget_node(&self, node: NodeId) -> Result<(), Failure> {
        let mut transaction = self.parts.store.begin().await?;
        transaction.delete_node(node).await?;
        Ok(transaction.commit().await?)
    }

    /// Forgets every server: for one that starts and knows that it is alone, so that what is left of an earlier life
    /// that ended suddenly is not shown.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn forget_all_nodes(&self) -> Result<(), Failure> {
        let mut transaction = self.parts.store.begin().await?;
        transaction.delete_all_nodes().await?;
        Ok(transaction.commit().await?)
    }

    /// Servers that were heard of at this moment or later are there.
    pub(super) fn heard_since(&self) -> postern_domain::Timestamp {
        self.now().minus(SILENT)
    }
}

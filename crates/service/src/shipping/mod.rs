//! Live shipping of audit records and notices to webhooks and syslog: in order, at least once, from a position that is
//! kept in the database. Deeds do not wait for it.

mod parcel;
mod ship;

pub use ship::Round;
pub(crate) use ship::run;

use postern_domain::account::Permission;
use postern_storage::ShippingRecord;

use crate::authorise::Asker;
use crate::messenger::Stream;
use crate::notice::ListNoticesError;
use crate::{By, Service};

/// Where something is shipped to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Destination {
    /// What.
    pub stream: Stream,
    /// To where.
    pub receiver: Receiver,
}

/// A receiver.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Receiver {
    /// The webhook of that name.
    Webhook(String),
    /// The syslog receiver.
    Syslog,
}

/// `audit to syslog`, `notices to webhook alerts`: by this its position is kept.
impl std::fmt::Display for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.stream {
            Stream::Notices => "notices to ",
            Stream::Audit => "audit to ",
        })?;
        match &self.receiver {
            Receiver::Webhook(name) => write!(f, "webhook {name}"),
            Receiver::Syslog => f.write_str("syslog"),
        }
    }
}

/// How far a destination has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shipped {
    /// Which.
    pub destination: Destination,
    /// How many records it is behind.
    pub behind: u64,
    /// What is kept of it; none before its first record.
    pub record: Option<ShippingRecord>,
}

impl Service {
    /// The destinations that are configured.
    #[must_use]
    pub fn destinations(&self) -> Vec<Destination> {
        let of = |stream| {
            let webhooks = self.messenger().webhooks(stream).into_iter().map(Receiver::Webhook);
            webhooks.map(move |receiver| Destination { stream, receiver })
        };
        let syslog = Destination { stream: Stream::Audit, receiver: Receiver::Syslog };
        let syslog = self.messenger().writes_syslog().then_some(syslog);
        of(Stream::Audit).chain(syslog).chain(of(Stream::Notices)).collect()
    }

    /// How far each destination has come. For whoever may read the audit log.
    ///
    /// # Errors
    /// [`ListNoticesError`].
    pub async fn shipped(&self, by: By<'_>) -> Result<Vec<Shipped>, ListNoticesError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        if !Asker::read(by, &mut *snapshot, self.now()).await?.may(Permission::ReadAudit) {
            return Err(ListNoticesError::NotAllowed);
        }
        let mut shipped = Vec::new();
        for destination in self.destinations() {
            let head = match destination.stream {
                Stream::Audit => snapshot.audit_head().await?.sequence,
                Stream::Notices => snapshot.notice_head().await?,
            };
            let record = snapshot.shipping(&destination.to_string()).await?;
            let behind = record.as_ref().map_or(0, |record| head.saturating_sub(record.position));
            shipped.push(Shipped { destination, behind, record });
        }
        Ok(shipped)
    }
}

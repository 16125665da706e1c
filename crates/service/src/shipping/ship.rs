//! Shipping to one destination.

use std::sync::Weak;
use std::time::Duration;

use postern_domain::Random;

use super::parcel::Parcel;
use super::{Destination, Receiver};
use crate::messenger::{Stream, Undelivered, WebhookEvent};
use crate::{Failure, Service};

/// How often is looked for something to ship.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long is waited after the first failure; it doubles with each.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// The longest wait: a receiver that is there again is not kept waiting for long.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// Records in one portion, after which the position is written.
const PORTION: u32 = 100;

/// How long the right to ship is taken for. Longer than one portion can last: it is looked at between two events.
const LEASE: Duration = Duration::from_secs(120);

/// So long before the lease's end no further event is begun.
const MARGIN: Duration = Duration::from_secs(30);

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// There was nothing to ship, or another server ships it.
    Idle,
    /// So many arrived.
    Shipped(usize),
    /// So many arrived, then an attempt failed.
    Failed(usize),
}

/// Ships to one destination until the service is gone.
pub(crate) async fn run(service: Weak<Service>, destination: Destination) {
    let mut failures = 0;
    loop {
        let Some(alive) = service.upgrade() else { return };
        let pause = match alive.ship(&destination).await {
            Ok(Round::Shipped(_)) => {
                failures = 0;
                Duration::ZERO
            }
            Ok(Round::Idle) => LOOK_EVERY,
            Ok(Round::Failed(arrived)) => {
                failures = if arrived > 0 { 1 } else { failures + 1 };
                wait(failures, alive.random())
            }
            Err(error) => {
                tracing::warn!(%error, %destination, "what is to be shipped could not be looked at");
                LOOK_EVERY
            }
        };
        drop(alive);
        tokio::time::sleep(pause).await;
    }
}

fn wait(failures: u32, random: &dyn Random) -> Duration {
    let doubled = FIRST_WAIT.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(LONGEST_WAIT);
    let [jitter] = postern_domain::random::bytes::<1>(random);
    doubled.mul_f64(0.75 + f64::from(jitter) / 510.0)
}

impl Service {
    /// Ships one portion to a destination, when there is something and no other server ships there.
    ///
    /// # Errors
    /// [`Failure`] of ours; what goes wrong at the receiver is kept with the destination.
    pub async fn ship(&self, destination: &Destination) -> Result<Round, Failure> {
        let name = destination.to_string();
        let mut snapshot = self.parts.store.snapshot().await?;
        let head = match destination.stream {
            Stream::Audit => snapshot.audit_head().await?.sequence,
            Stream::Notices => snapshot.notice_head().await?,
        };
        let known = snapshot.shipping(&name).await?;
        drop(snapshot);
        if known.is_some_and(|known| known.position >= head) {
            return Ok(Round::Idle);
        }
        let (holder, now) = (self.upstreams.holder(self.random()), self.now());
        let until = now.plus(LEASE);
        let mut transaction = self.parts.store.begin().await?;
        // A new destination gets what happens from now on; what was before is exported.
        let position = transaction.take_shipping_lease(&name, holder, head, until, now).await?;
        let parcels = match position {
            Some(position) => self.parcels(destination.stream, position, &mut *transaction).await?,
            None => Vec::new(),
        };
        transaction.commit().await?;
        let Some(position) = position.filter(|_| !parcels.is_empty()) else { return Ok(Round::Idle) };

        let (arrived, problem) = self.hand_over(&destination.receiver, &parcels, until.minus(MARGIN)).await;
        let reached = arrived.checked_sub(1).map_or(position, |last| parcels[last].sequence);
        let problem = problem.map(|problem| problem.to_string());
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        transaction.put_shipping(&name, holder, reached, now, problem.as_deref()).await?;
        transaction.end_shipping_lease(&name, holder).await?;
        transaction.commit().await?;
        Ok(if problem.is_some() { Round::Failed(arrived) } else { Round::Shipped(arrived) })
    }

    /// Gives how many arrived, and what the next one met with.
    async fn hand_over(
        &self,
        receiver: &Receiver,
        parcels: &[Parcel],
        deadline: postern_domain::Timestamp,
    ) -> (usize, Option<Undelivered>) {
        match receiver {
            Receiver::Syslog => {
                let messages: Vec<_> = parcels.iter().map(|parcel| parcel.message.clone()).collect();
                match self.messenger().syslog(&messages).await {
                    Ok(()) => (parcels.len(), None),
                    Err(error) => (0, Some(error)),
                }
            }
            Receiver::Webhook(hook) => {
                for (arrived, parcel) in parcels.iter().enumerate() {
                    let at = self.now();
                    if at >= deadline {
                        return (arrived, None);
                    }
                    let body = parcel.event.to_string().into_bytes();
                    let event = WebhookEvent { id: parcel.id.clone(), at, body };
                    if let Err(error) = self.messenger().webhook(hook, &event).await {
                        return (arrived, Some(error));
                    }
                }
                (parcels.len(), None)
            }
        }
    }

    async fn parcels(
        &self,
        stream: Stream,
        position: u64,
        state: &mut (dyn postern_storage::Snapshot + '_),
    ) -> Result<Vec<Parcel>, Failure> {
        Ok(match stream {
            Stream::Audit => {
                state.audit_records_after(position, PORTION).await?.iter().map(Parcel::of_record).collect()
            }
            Stream::Notices => {
                let notices = state.notices_after(position, PORTION).await?;
                notices.iter().map(|notice| Parcel::of_notice(self.portal_url(), notice)).collect()
            }
        })
    }
}

//! Delivery of the outbox by mail: at least once to each address, by one server at a time, tried again for a day.

use std::sync::{Arc, Weak};
use std::time::Duration;

use postern_domain::audit::Operation;
use postern_domain::{Random, Timestamp};
use postern_storage::{AddressedNotice, NoticeDelivery};

use super::mail::mail;
use crate::audit::Record;
use crate::messenger::Undelivered;
use crate::{Failure, Service};

/// How often the outbox is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Deliveries that are taken at once.
const AT_ONCE: u32 = 5;

/// How long what was taken is nobody else's: longer than the attempts at all of it can last.
const TAKEN_FOR: Duration = Duration::from_secs(600);

/// How long is waited before the second attempt; it doubles with each.
const FIRST_WAIT: Duration = Duration::from_secs(60);

/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(2 * 3600);

/// After this long no further attempt is made.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// How long notices are kept.
const KEPT: Duration = Duration::from_secs(400 * 24 * 3600);

/// Runs until the service is gone.
pub(crate) async fn run(service: Weak<Service>) {
    loop {
        let Some(alive) = service.upgrade() else { return };
        if let Err(error) = alive.deliver_notices().await {
            tracing::warn!(%error, "notices could not be looked at");
        }
        drop(alive);
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

impl Service {
    /// Delivers every notice that is due now. Gives how many attempts were made.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn deliver_notices(&self) -> Result<usize, Failure> {
        let mut attempts = 0;
        loop {
            let now = self.now();
            // Without a mail server a notice waits for its day, in case one is being set up.
            let sends = self.messenger().sends_mail();
            let due_at = if sends { now } else { now.minus(LONGEST) };
            if !self.parts.store.snapshot().await?.a_notice_is_due(due_at).await? {
                return Ok(attempts);
            }
            let mut transaction = self.parts.store.begin().await?;
            let taken = transaction.take_due_notices(due_at, now.plus(TAKEN_FOR), AT_ONCE).await?;
            transaction.commit().await?;
            for addressed in &taken {
                self.deliver(addressed).await?;
            }
            attempts += taken.len();
        }
    }

    async fn deliver(&self, addressed: &AddressedNotice) -> Result<(), Failure> {
        let sent = self.messenger().mail(&mail(addressed, self.portal_url())).await;
        let now = self.now();
        let delivery = outcome(sent, addressed, now, self.random());
        let (sequence, address) = (addressed.notice.sequence, &addressed.recipient.address);
        let mut transaction = self.parts.store.begin().await?;
        let settled = transaction.settle_notice(sequence, address, addressed.attempts, &delivery).await?;
        if let NoticeDelivery::GivenUp { problem, .. } = &delivery
            && settled
            && self.messenger().sends_mail()
        {
            let record = match addressed.notice.text.account {
                Some(account) => Record::of(Operation::GiveUpNotice).account(account),
                None => Record::of(Operation::GiveUpNotice),
            };
            let record = record
                .detail("notice", sequence)
                .detail("kind", addressed.notice.text.kind.name())
                .detail("to", address)
                .detail("problem", problem)
                .by(postern_domain::actor::Actor::System, now);
            transaction.append_audit_records(vec![record]).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Deletes notices that are older than thirteen months.
    ///
    /// # Errors
    /// [`Failure`].
    pub(crate) async fn delete_old_notices(&self) -> Result<u64, Failure> {
        let mut transaction = self.parts.store.begin().await?;
        let deleted = transaction.delete_old_notices(self.now().minus(KEPT)).await?;
        transaction.commit().await?;
        Ok(deleted)
    }

    /// Starts what runs beside the deeds on a server: delivery of notices, shipping of records, reminders. Not for a
    /// command, which ends before any of it would.
    pub fn start_deliveries(self: &Arc<Self>) {
        self.spawn(run(Arc::downgrade(self)));
        self.spawn(super::remind::run(Arc::downgrade(self)));
        for destination in self.destinations() {
            self.spawn(crate::shipping::run(Arc::downgrade(self), destination));
        }
    }
}

fn outcome(
    sent: Result<(), Undelivered>,
    addressed: &AddressedNotice,
    now: Timestamp,
    random: &dyn Random,
) -> NoticeDelivery {
    match sent {
        Ok(()) => NoticeDelivery::Delivered { at: now },
        Err(error) => {
            let next_at = now.plus(wait(addressed.attempts, random));
            let too_late = addressed.notice.text.at.plus(LONGEST);
            let problem = error.to_string();
            if matches!(error, Undelivered::Refused { .. }) || next_at > too_late {
                NoticeDelivery::GivenUp { at: now, problem }
            } else {
                NoticeDelivery::Waiting { next_at, problem: Some(problem) }
            }
        }
    }
}

/// How long to wait after so many attempts: twice as long each time, give or take a quarter, so that what failed together
/// is not tried again together.
pub(crate) fn wait(attempts: u32, random: &dyn Random) -> Duration {
    let doubled = FIRST_WAIT.saturating_mul(1 << attempts.saturating_sub(1).min(16)).min(LONGEST_WAIT);
    let [jitter] = postern_domain::random::bytes::<1>(random);
    doubled.mul_f64(0.75 + f64::from(jitter) / 510.0)
}

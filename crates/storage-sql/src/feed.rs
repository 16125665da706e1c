//! The change feed: rows written in the transaction that they tell of, published to every running server.
//!
//! Writers follow one another, so the rows' places appear in the order of the commits. A server remembers the last
//! place that it has published. What it commits itself it publishes at once; what others commit, its task reads
//! whenever the driver's watch says that something may have been committed.

use std::sync::{Arc, Mutex, PoisonError};

use postern_domain::id::{AccountId, AppPasswordId, DoorSessionId};
use postern_storage::{Change, ChangeKind, Result, StorageError};
use tokio::sync::{Notify, broadcast};
use tokio::task::AbortHandle;

use crate::convert::{Columns, parameters};
use crate::driver::{Driver, Signal, Value, Watch};
use crate::session::Session;

/// Changes that a receiver may lag behind before it must look at everything anew.
const CAPACITY: usize = 4096;

/// Rows that are kept. A server that missed more than that looks at everything anew.
const KEPT: u64 = 10_000;

/// Changes that a transaction has announced.
pub(crate) type Announced = Vec<Change>;

/// What publishes changes. Clones are one feed.
#[derive(Clone)]
pub(crate) struct Feed(Arc<Inner>);

struct Inner {
    sender: broadcast::Sender<Change>,
    /// The place of the last change published.
    seen: Mutex<u64>,
    wake: Notify,
}

/// Stops the task when the store goes away.
pub(crate) struct Task(AbortHandle);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Feed {
    /// A feed of the changes that are committed from now on, and the task that reads those of others.
    pub(crate) async fn start(driver: Arc<dyn Driver>) -> Result<(Self, Task)> {
        let mut seen = 0;
        driver
            .read("select sequence from change order by sequence desc limit 1", &[], &mut |row| {
                seen = Columns::of(row).next("change.sequence")?;
                Ok(())
            })
            .await?;
        let (sender, _) = broadcast::channel(CAPACITY);
        let feed = Self(Arc::new(Inner { sender, seen: Mutex::new(seen), wake: Notify::new() }));
        let watch = driver.watch()?;
        let task = tokio::spawn(feed.clone().run(driver, watch));
        Ok((feed, Task(task.abort_handle())))
    }

    /// The changes published from now on.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.0.sender.subscribe()
    }

    /// Publishes what this process has committed; if others have committed before, it goes after theirs.
    pub(crate) fn publish_own(&self, changes: Announced) {
        let Some(first) = changes.first() else { return };
        let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if first.sequence == *seen + 1 {
            self.publish(&mut seen, changes);
        } else {
            self.0.wake.notify_one();
        }
    }

    fn publish(&self, seen: &mut u64, changes: Vec<Change>) {
        for change in changes {
            if change.sequence > *seen {
                *seen = change.sequence;
                self.send(change);
            }
        }
    }

    /// Nobody may be listening, which is no failure.
    fn send(&self, change: Change) {
        let _ = self.0.sender.send(change);
    }

    fn seen(&self) -> u64 {
        *self.0.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn run(self, driver: Arc<dyn Driver>, mut watch: Box<dyn Watch>) {
        loop {
            let signal = tokio::select! {
                signal = watch.wait() => signal,
                () = self.0.wake.notified() => Signal::Look,
            };
            if signal == Signal::Interrupted {
                self.send(Change { sequence: self.seen(), kind: ChangeKind::Resync });
            }
            if let Err(reason) = self.look(&*driver).await {
                tracing::warn!(%reason, "the change feed could not be read; it is tried again");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                self.0.wake.notify_one();
            }
        }
    }

    /// Publishes what others have committed since.
    async fn look(&self, driver: &dyn Driver) -> Result<()> {
        let after = self.seen();
        let mut changes = Vec::new();
        driver
            .read(
                "select sequence, kind, subject, object from change where sequence > $1 order by sequence",
                &parameters![after],
                &mut |row| {
                    changes.push(read(&mut Columns::of(row))?);
                    Ok(())
                },
            )
            .await?;
        let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(first) = changes.first()
            && first.sequence > *seen + 1
        {
            self.send(Change { sequence: *seen, kind: ChangeKind::Resync });
        }
        self.publish(&mut seen, changes);
        Ok(())
    }
}

/// Writes a change; gives it with its place.
pub(crate) async fn append(session: &mut Session, kind: ChangeKind) -> Result<Change> {
    let sequence = session.number("select coalesce(max(sequence), 0) + 1 from change", &[]).await?;
    let (code, subject, object): (i64, Value<'_>, Value<'_>) = match &kind {
        ChangeKind::AppPassword(account, app_password) => (1, account.into(), app_password.into()),
        ChangeKind::Account(account) => (2, account.into(), Value::Null),
        ChangeKind::EndSessions(account) => (3, account.into(), Value::Null),
        ChangeKind::EndDoorSession(session) => (4, session.into(), Value::Null),
        ChangeKind::Settings => (5, Value::Null, Value::Null),
        ChangeKind::Resync => (6, Value::Null, Value::Null),
        ChangeKind::Keys => (7, Value::Null, Value::Null),
    };
    session
        .execute(
            "insert into change (sequence, kind, subject, object) values ($1, $2, $3, $4)",
            &parameters![sequence, code, subject, object],
        )
        .await?;
    session
        .execute("delete from change where sequence <= $1", &parameters![sequence.saturating_sub(KEPT)])
        .await?;
    Ok(Change { sequence, kind })
}

fn read(columns: &mut Columns<'_>) -> Result<Change> {
    let sequence = columns.next("change.sequence")?;
    let kind = match columns.next::<i64>("change.kind")? {
        1 => ChangeKind::AppPassword(
            columns.next::<AccountId>("change.subject")?,
            columns.next::<AppPasswordId>("change.object")?,
        ),
        2 => ChangeKind::Account(columns.next("change.subject")?),
        3 => ChangeKind::EndSessions(columns.next("change.subject")?),
        4 => ChangeKind::EndDoorSession(columns.next::<DoorSessionId>("change.subject")?),
        5 => ChangeKind::Settings,
        6 => ChangeKind::Resync,
        7 => ChangeKind::Keys,
        _ => return Err(StorageError::Corrupt { what: "change.kind" }),
    };
    Ok(Change { sequence, kind })
}

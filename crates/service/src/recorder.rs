//! The recorder: sign-in events and uses of app passwords, group-committed within a second and sealed into the audit chain.
//!
//! A sign-in does not wait for its event: the deed puts it into a bounded buffer, and a task writes what has gathered
//! there, one transaction for each batch, with one audit record that seals it.
//!
//! What happens when the database cannot be written (a full disk) was weighed: sign-ins only read, so they go on, and
//! their events are kept and tried again. The buffer has room for [`MOST_HELD`] of them, which is hours of a usual
//! day. Beyond that an event is let go, and the next seal says how many were: an attacker who fills a disk gains a gap
//! that shows, the other choice would give them everybody's mail to stop. While the database can be written, nothing
//! is ever let go: sign-ins that arrive faster than events can be written wait for room.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use postern_domain::actor::Actor;
use postern_domain::api_token::TokenUse;
use postern_domain::audit::{NewAuditRecord, Operation, seal_events};
use postern_domain::id::{ApiTokenId, AppPasswordId};
use postern_domain::sign_in::SignInEvent;
use postern_domain::{Clock, Timestamp};
use postern_storage::{Result, Store, Use};
use tokio::sync::Notify;

mod complaint;
mod history;
mod networks;
mod programs;
mod tally;

use complaint::Complaint;
use networks::KnownNetworks;

/// How long events gather before they are written. With the write itself this stays well within a second.
const GATHERING: Duration = Duration::from_millis(250);

/// So many events are written at once, without waiting for more.
const ENOUGH: usize = 1_024;

/// Most events in one transaction, so that other writers do not wait long.
const MOST_IN_A_BATCH: usize = 8_192;

/// With so many events in the buffer, sign-ins wait for room while the database can be written.
const CROWDED: usize = 32_768;

/// Most events held while the database cannot be written: about 20 MiB.
const MOST_HELD: usize = 65_536;

/// The buffer and what writes it. The task that runs it is started by [`Recorder::run`].
pub(crate) struct Recorder {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    buffer: Mutex<Buffer>,
    /// The batch that is being written, or that could not be. Locked for as long as somebody writes.
    in_hand: tokio::sync::Mutex<Option<Batch>>,
    /// The last attempt to write failed.
    failing: AtomicBool,
    something: Notify,
    enough: Notify,
    networks: KnownNetworks,
}

#[derive(Default)]
struct Buffer {
    events: Vec<SignInEvent>,
    uses: HashMap<AppPasswordId, Use>,
    /// The last use of each API token that was used.
    tokens: HashMap<ApiTokenId, TokenUse>,
    let_go: u64,
}

struct Batch {
    /// Sorted by id. None where uses alone are written: those are no count, so that writing them twice does no harm.
    events: Vec<SignInEvent>,
    uses: Vec<Use>,
    tokens: HashMap<ApiTokenId, TokenUse>,
    let_go: u64,
    /// It was tried before, and may have been written without our knowing (a connection that broke at commit).
    tried: bool,
}

impl Recorder {
    pub(crate) fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self {
            store,
            clock,
            buffer: Mutex::default(),
            in_hand: tokio::sync::Mutex::new(None),
            failing: AtomicBool::new(false),
            something: Notify::new(),
            enough: Notify::new(),
            networks: KnownNetworks::default(),
        })
    }

    /// Takes an event, and the use of an app password that was accepted. Never waits.
    pub(crate) fn record(&self, event: SignInEvent, used: Option<Use>) {
        let mut buffer = self.buffer();
        if let Some(used) = used {
            buffer.add_use(used);
        }
        if buffer.events.len() >= MOST_HELD {
            buffer.let_go += 1;
            return;
        }
        buffer.events.push(event);
        let held = buffer.events.len();
        drop(buffer);
        if held == 1 {
            self.something.notify_one();
        } else if held == ENOUGH {
            self.enough.notify_one();
        }
    }

    /// Takes the use of an app password that goes on, for which there is no event. Never waits.
    pub(crate) fn record_use(&self, used: Use) {
        let mut buffer = self.buffer();
        let was_empty = buffer.is_empty();
        buffer.add_use(used);
        drop(buffer);
        if was_empty {
            self.something.notify_one();
        }
    }

    /// Takes the last use of an API token. Never waits, so that whoever reads needs nobody who writes.
    pub(crate) fn record_token_use(&self, token: ApiTokenId, used: TokenUse) {
        let mut buffer = self.buffer();
        let was_empty = buffer.is_empty();
        buffer.tokens.insert(token, used);
        drop(buffer);
        if was_empty {
            self.something.notify_one();
        }
    }

    /// Waits while the buffer is crowded, unless the database cannot be written.
    pub(crate) async fn room(&self) {
        if self.buffer().events.len() >= CROWDED && !self.failing.load(Ordering::Relaxed) {
            // A failure shows in `failing`, and the task reports it.
            let _ = self.flush().await;
        }
    }

    /// Writes what was recorded before the call.
    ///
    /// Dropped half-way, it leaves the batch in hand for the next call.
    pub(crate) async fn flush(&self) -> Result<()> {
        let mut in_hand = self.in_hand.lock().await;
        let mut to_come = self.buffer().batches();
        loop {
            if in_hand.is_none() {
                if to_come == 0 {
                    return Ok(());
                }
                to_come -= 1;
                *in_hand = self.buffer().take_batch();
            }
            let Some(batch) = in_hand.as_mut() else { return Ok(()) };
            let tried = std::mem::replace(&mut batch.tried, true);
            let written = self.write(batch, tried).await;
            self.failing.store(written.is_err(), Ordering::Relaxed);
            written?;
            *in_hand = None;
        }
    }

    async fn write(&self, batch: &Batch, tried: bool) -> Result<()> {
        let mut transaction = self.store.begin().await?;
        if let Some(first) = batch.events.first() {
            if tried && transaction.sign_in_event(first.id).await?.is_some() {
                return Ok(());
            }
            let seal = transaction.append_audit_records(vec![batch.seal(self.clock.now())]).await?;
            transaction.insert_sign_in_events(&batch.events, seal.sequence).await?;
            transaction.add_app_password_days(&history::days(&batch.events)).await?;
            transaction.add_app_password_sources(&history::sources(&batch.events)).await?;
            transaction.add_sign_in_tallies(&tally::hours(&batch.events)).await?;
            transaction.add_tried_after_end(&tally::tried_after_end(&batch.events)).await?;
            transaction.record_account_password_uses(&programs::of(&batch.events)).await?;
        }
        let noted = self.networks.note(&mut *transaction, &batch.events).await?;
        transaction.record_uses(&batch.uses).await?;
        for (token, used) in &batch.tokens {
            transaction.use_api_token(*token, *used).await?;
        }
        transaction.commit().await?;
        self.networks.learn(noted);
        Ok(())
    }

    /// Writes what gathers, until it is dropped.
    pub(crate) async fn run(self: Arc<Self>) {
        let mut complaint = Complaint::default();
        loop {
            // What came while the last batch was written may be there already, without a further notice.
            if self.buffer().is_empty() {
                self.something.notified().await;
            }
            tokio::select! {
                () = self.enough.notified() => {}
                () = tokio::time::sleep(GATHERING) => {}
            }
            while let Err(error) = self.flush().await {
                if complaint.is_due(self.clock.now()) {
                    let held = self.held().await;
                    tracing::error!(%error, held, "sign-in events cannot be written; they are kept and tried again");
                }
                tokio::time::sleep(GATHERING).await;
            }
            if complaint.is_settled() {
                tracing::info!("sign-in events can be written again");
            }
        }
    }

    /// How many events are not written yet: those that gather, and the batch that could not be written.
    async fn held(&self) -> usize {
        let in_hand = self.in_hand.lock().await.as_ref().map_or(0, |batch| batch.events.len());
        in_hand + self.buffer().events.len()
    }

    fn buffer(&self) -> MutexGuard<'_, Buffer> {
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Buffer {
    fn add_use(&mut self, used: Use) {
        match self.uses.entry(used.app_password) {
            Entry::Vacant(entry) => {
                entry.insert(used);
            }
            Entry::Occupied(mut entry) => {
                let known = entry.get_mut();
                known.count += used.count;
                if used.last.at >= known.last.at {
                    known.last = used.last;
                }
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.events.is_empty() && self.uses.is_empty() && self.tokens.is_empty()
    }

    /// How many batches it makes.
    fn batches(&self) -> usize {
        self.events.len().div_ceil(MOST_IN_A_BATCH).max(usize::from(!self.is_empty()))
    }

    fn take_batch(&mut self) -> Option<Batch> {
        if self.is_empty() {
            return None;
        }
        let later = self.events.split_off(self.events.len().min(MOST_IN_A_BATCH));
        let mut events = std::mem::replace(&mut self.events, later);
        events.sort_unstable_by_key(|event| event.id);
        Some(Batch {
            events,
            uses: std::mem::take(&mut self.uses).into_values().collect(),
            tokens: std::mem::take(&mut self.tokens),
            let_go: std::mem::take(&mut self.let_go),
            tried: false,
        })
    }
}

impl Batch {
    fn seal(&self, at: Timestamp) -> NewAuditRecord {
        let mut details = vec![
            ("count".to_owned(), self.events.len().to_string()),
            ("digest".to_owned(), seal_events(&self.events).to_string()),
        ];
        if self.let_go > 0 {
            details.push(("let go".to_owned(), self.let_go.to_string()));
        }
        NewAuditRecord {
            at,
            actor: Actor::System,
            operation: Operation::SealSignInEvents,
            account: None,
            app_password: None,
            details,
        }
    }
}

#[cfg(test)]
mod tests;

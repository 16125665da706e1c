//! Live sessions of doors where every request signs in.
//!
//! The service gives requests of the same program the same session id. They are one live session here: it begins with the
//! first request and ends when none has run for a minute.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use postern_domain::id::DoorSessionId;
use postern_service::door::DoorSession;
use tokio::time::Instant;

use crate::sessions::{End, LiveSession, Registry};

/// How long a session without requests is still shown. Long enough for a program that asks every half minute.
const LINGER: Duration = Duration::from_secs(60);

/// The sessions that requests are in.
#[derive(Default)]
pub(super) struct Sessions {
    by_id: Mutex<HashMap<DoorSessionId, Arc<Joined>>>,
}

struct Joined {
    live: LiveSession,
    registered_at: Instant,
    requests: AtomicUsize,
    idle_since: Mutex<Instant>,
}

/// A request's place in its session; everything that is in flight for it holds one.
pub(super) struct InSession {
    joined: Arc<Joined>,
    ended: Pin<Box<dyn Future<Output = End> + Send>>,
    /// The session at another's mailbox that it is in as well.
    acting: Option<Box<Self>>,
    end: Option<End>,
}

impl Sessions {
    fn by_id(&self) -> MutexGuard<'_, HashMap<DoorSessionId, Arc<Joined>>> {
        self.by_id.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a request into its session, which is registered if it is new. The service was asked at `asked_at`: when the
    /// session was not registered by then, a change since may have found nothing to end, and the caller has to have it
    /// judged once more (`true`).
    pub(super) fn join(
        self: &Arc<Self>,
        registry: &Arc<Registry>,
        session: &Arc<DoorSession>,
        asked_at: Instant,
    ) -> (InSession, bool) {
        let mut by_id = self.by_id();
        let joined = match by_id.entry(session.id()) {
            Entry::Occupied(entry) if !entry.get().has_ended() => Arc::clone(entry.get()),
            entry => {
                let joined = Arc::new(Joined {
                    live: registry.register(Arc::clone(session)),
                    registered_at: Instant::now(),
                    requests: AtomicUsize::new(0),
                    idle_since: Mutex::new(Instant::now()),
                });
                entry.insert_entry(Arc::clone(&joined));
                tokio::spawn(keep(Arc::clone(self), Arc::clone(&joined)));
                joined
            }
        };
        let is_to_be_judged = joined.registered_at >= asked_at;
        (InSession::new(joined), is_to_be_judged)
    }

    /// Forgets a session, if its time is over or anyway. Under the lock, so that no request joins it meanwhile.
    fn forget(&self, joined: &Arc<Joined>, anyway: bool) -> bool {
        let mut by_id = self.by_id();
        let is_over = anyway || joined.over_at().is_some_and(|at| at <= Instant::now());
        if is_over && by_id.get(&joined.live.session().id()).is_some_and(|its| Arc::ptr_eq(its, joined)) {
            by_id.remove(&joined.live.session().id());
        }
        is_over
    }
}

impl Joined {
    fn has_ended(&self) -> bool {
        self.live.end().is_some()
    }

    /// When it is over if nothing more comes; none while a request runs.
    fn over_at(&self) -> Option<Instant> {
        let is_idle = self.requests.load(Ordering::Acquire) == 0;
        is_idle.then(|| *self.idle_since.lock().unwrap_or_else(PoisonError::into_inner) + LINGER)
    }
}

/// Keeps a session while it has requests and a little longer.
async fn keep(sessions: Arc<Sessions>, joined: Arc<Joined>) {
    let mut ended = std::pin::pin!(joined.live.watch_end());
    loop {
        let next = joined.over_at().unwrap_or_else(|| Instant::now() + LINGER);
        tokio::select! {
            end = &mut ended => {
                let session = joined.live.session().id();
                tracing::info!(%session, cause = end.cause, latency = ?end.at.elapsed(), "session ended by us");
                sessions.forget(&joined, true);
                return;
            }
            () = tokio::time::sleep_until(next) => {
                if sessions.forget(&joined, false) {
                    return;
                }
            }
        }
    }
}

impl InSession {
    fn new(joined: Arc<Joined>) -> Self {
        joined.requests.fetch_add(1, Ordering::AcqRel);
        let ended = Box::pin(joined.live.watch_end());
        Self { joined, ended, acting: None, end: None }
    }

    /// Puts it into the session of what acts for another's mailbox, too: it ends with either.
    pub(super) fn acts(&mut self, acting: Self) {
        self.acting = Some(Box::new(acting));
    }

    /// Whether it was ended.
    pub(super) fn has_ended(&self) -> bool {
        self.end.is_some()
            || self.joined.has_ended()
            || self.acting.as_ref().is_some_and(|acting| acting.has_ended())
    }

    /// Waits for the order to end.
    pub(super) async fn ended(&mut self) -> End {
        std::future::poll_fn(|context| self.poll_ended(context)).await
    }

    /// Ready when the order to end was given.
    pub(super) fn poll_ended(&mut self, context: &mut Context<'_>) -> Poll<End> {
        if self.end.is_none() {
            self.end = self.joined.live.end();
        }
        if self.end.is_none()
            && let Some(acting) = &mut self.acting
            && let Poll::Ready(end) = acting.poll_ended(context)
        {
            self.end = Some(end);
        }
        if self.end.is_none() {
            self.end = Some(std::task::ready!(self.ended.as_mut().poll(context)));
        }
        self.end.map_or(Poll::Pending, Poll::Ready)
    }

    /// Counts octets of the program's body.
    pub(super) fn count_from_client(&self, octets: usize) {
        self.joined.live.count_from_client(octets);
        if let Some(acting) = &self.acting {
            acting.count_from_client(octets);
        }
    }

    /// Counts octets of the upstream's body.
    pub(super) fn count_to_client(&self, octets: usize) {
        self.joined.live.count_to_client(octets);
        if let Some(acting) = &self.acting {
            acting.count_to_client(octets);
        }
    }
}

impl Clone for InSession {
    fn clone(&self) -> Self {
        let mut clone = Self::new(Arc::clone(&self.joined));
        clone.acting.clone_from(&self.acting);
        clone.end = self.end;
        clone
    }
}

impl Drop for InSession {
    fn drop(&mut self) {
        *self.joined.idle_since.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.joined.requests.fetch_sub(1, Ordering::AcqRel);
    }
}

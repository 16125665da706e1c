//! When a connection has been idle for too long.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use crate::config::Limits;

/// What a connection is doing.
pub(super) struct Activity {
    /// HTTP/2 has frames that belong to no request; only HTTP/1.1 has octets that can be nothing but a head.
    octets_are_heads: bool,
    state: Mutex<State>,
}

struct State {
    requests: usize,
    has_signed_in: bool,
    opened: Instant,
    idle_since: Instant,
    head_since: Option<Instant>,
}

/// A request that has not been answered to the end.
pub(super) struct InFlight(Arc<Activity>);

impl Activity {
    pub(super) fn new(is_http2: bool) -> Arc<Self> {
        let now = Instant::now();
        let state =
            State { requests: 0, has_signed_in: false, opened: now, idle_since: now, head_since: None };
        Arc::new(Self { octets_are_heads: !is_http2, state: Mutex::new(state) })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The client sent something.
    pub(super) fn octets_came(&self) {
        let mut state = self.state();
        if self.octets_are_heads && state.requests == 0 {
            state.head_since.get_or_insert_with(Instant::now);
        }
    }

    /// A request's head is there.
    pub(super) fn begin(self: &Arc<Self>) -> InFlight {
        let mut state = self.state();
        state.requests += 1;
        state.head_since = None;
        InFlight(Arc::clone(self))
    }

    /// Somebody signed in.
    pub(super) fn signed_in(&self) {
        self.state().has_signed_in = true;
    }

    /// Whether it is time to close. Never while a request of somebody who signed in is in flight: an answer may take an
    /// hour. The others get a few words from us, which a client of HTTP/2 can refuse to take for ever.
    pub(super) fn is_over(&self, limits: &Limits) -> bool {
        let state = self.state();
        let is_unsigned_for_too_long = !state.has_signed_in && state.opened.elapsed() >= limits.sign_in;
        is_unsigned_for_too_long
            || state.requests == 0
                && (state.idle_since.elapsed() >= limits.http_idle
                    || state.head_since.is_some_and(|since| since.elapsed() >= limits.http_head))
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.requests -= 1;
        state.idle_since = Instant::now();
    }
}

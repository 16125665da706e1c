//! The registry of live sessions.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::id::{AccountId, AppPasswordId, DoorSessionId};
use postern_protocols::door::ShutDown;
use postern_service::door::DoorSession;

use super::live_session::Entry;
use super::{LiveSession, LiveSessionInfo, Order};

/// Every signed-in session of this server.
#[derive(Default)]
pub(crate) struct Registry {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    sessions: HashMap<DoorSessionId, Arc<Entry>>,
    /// The accounts whose sessions were ended lately, and when: a session whose credentials were verified before that
    /// and that is registered after it must end too, and the rules, which know only states, cannot tell.
    signed_out: VecDeque<(AccountId, Timestamp)>,
    is_draining: bool,
}

/// How long a sign-in may take from its verification to its registration, generously.
const SIGN_OUT_MEMORY: Duration = Duration::from_secs(60);

/// What the log says of it.
pub(super) const FORCE_SIGN_OUT: &str = "force-sign-out";

impl State {
    fn has_signed_out(&self, session: &DoorSession) -> bool {
        let concerns = |(account, at): &(AccountId, Timestamp)| {
            *account == session.account().id && session.started_at() <= *at
        };
        self.signed_out.iter().any(concerns)
    }
}

impl Registry {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Registers a session before its sign-in is complete. The caller judges it once afterwards.
    pub(crate) fn register(self: &Arc<Self>, session: Arc<DoorSession>) -> LiveSession {
        let id = session.id();
        let mut state = self.state();
        let order = if state.has_signed_out(&session) {
            Order::end(ShutDown::SignedOut, FORCE_SIGN_OUT)
        } else if state.is_draining {
            Order::Drain
        } else {
            Order::GoOn
        };
        let (live, entry) = LiveSession::new(Arc::clone(self), session, order);
        state.sessions.insert(id, entry);
        live
    }

    pub(super) fn forget(&self, id: DoorSessionId) {
        self.state().sessions.remove(&id);
    }

    /// Every session, the oldest first.
    pub(crate) fn list(&self) -> Vec<LiveSessionInfo> {
        let mut list: Vec<_> = self.select(|_| true).iter().map(|entry| entry.info()).collect();
        list.sort_by_key(|info| (info.since, info.id));
        list
    }

    /// The sessions that `wanted` picks.
    pub(super) fn select(&self, wanted: impl Fn(&DoorSession) -> bool) -> Vec<Arc<Entry>> {
        let state = self.state();
        state.sessions.values().filter(|entry| wanted(&entry.session)).cloned().collect()
    }

    /// The sessions of an account.
    pub(super) fn of_account(&self, account: AccountId) -> Vec<Arc<Entry>> {
        self.select(|session| session.account().id == account)
    }

    /// The sessions that were signed in with an app password.
    pub(super) fn of_app_password(&self, app_password: AppPasswordId) -> Vec<Arc<Entry>> {
        self.select(|session| session.app_password().is_some_and(|its| its.id == app_password))
    }

    /// Remembers that the sessions of an account end now, for those that are about to be registered. The caller ends
    /// the others, which are given.
    pub(super) fn sign_out(&self, account: AccountId, now: Timestamp) -> Vec<Arc<Entry>> {
        {
            let signed_out = &mut self.state().signed_out;
            signed_out.retain(|(_, at)| now.since(*at) < SIGN_OUT_MEMORY);
            signed_out.push_back((account, now));
        }
        self.of_account(account)
    }

    /// One session.
    pub(super) fn of_id(&self, id: DoorSessionId) -> Vec<Arc<Entry>> {
        self.state().sessions.get(&id).cloned().into_iter().collect()
    }

    /// Asks every session, and those that are yet to come, to end when no message is on its way.
    pub(crate) fn drain(&self) {
        let mut state = self.state();
        state.is_draining = true;
        state.sessions.values().for_each(|entry| entry.drain());
    }

    /// Asks every session to end now.
    pub(crate) fn end_all(&self, reason: ShutDown, cause: &'static str) {
        self.select(|_| true).iter().for_each(|entry| entry.end(reason, cause));
    }
}

//! The registry of live sessions.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    is_draining: bool,
}

impl Registry {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Registers a session before its sign-in is complete. The caller judges it once afterwards. It takes the place of
    /// one with the same id that is on its way out.
    pub(crate) fn register(self: &Arc<Self>, session: Arc<DoorSession>) -> LiveSession {
        let mut state = self.state();
        let order = if state.is_draining { Order::Drain } else { Order::GoOn };
        let entry = Arc::new(Entry::new(Arc::clone(&session), order));
        state.sessions.insert(session.id(), Arc::clone(&entry));
        LiveSession::new(Arc::clone(self), session, &entry)
    }

    /// Removes a session, unless another one has taken its place.
    pub(super) fn forget(&self, entry: &Arc<Entry>) {
        let mut state = self.state();
        if let Slot::Occupied(place) = state.sessions.entry(entry.session.id())
            && Arc::ptr_eq(place.get(), entry)
        {
            place.remove();
        }
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

    /// The sessions of an account, and those that act for its mailbox. One that acts for a mailbox that had no account
    /// when it signed in is among them: this account may have come to it since.
    pub(super) fn of_account(&self, account: AccountId) -> Vec<Arc<Entry>> {
        self.select(|session| {
            let mailbox = session.mailbox_account();
            session.account().id == account || mailbox.is_none_or(|its| its.id == account)
        })
    }

    /// The sessions that were signed in with an app password.
    pub(super) fn of_app_password(&self, app_password: AppPasswordId) -> Vec<Arc<Entry>> {
        self.select(|session| session.app_password().is_some_and(|its| its.id == app_password))
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

//! Programs that sign in with each request: the same one, still at it, is one session.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::door::Door;
use postern_domain::id::{AccountId, AppPasswordId, DoorSessionId};
use postern_storage::ChangeKind;

use crate::meters::SessionPlace;
use crate::recent::Recent;

/// A program that makes no request for so long is over; its next one is another session. Longer than what programs poll
/// in.
pub(super) const AT_WORK: Duration = Duration::from_secs(5 * 60);

/// Most programs that are remembered, at a few hundred octets each. Those beyond are a new session with each request.
const MOST: usize = 16_384;

/// The last use of an app password is written that often while its program goes on.
const USES: Duration = Duration::from_secs(60);

/// By what a program is known again.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Program {
    pub(super) account: AccountId,
    pub(super) app_password: Option<AppPasswordId>,
    pub(super) door: Door,
    pub(super) address: IpAddr,
    pub(super) client: Option<String>,
    pub(super) acting_for: Option<AccountName>,
}

/// Its session.
#[derive(Clone)]
struct Work {
    id: DoorSessionId,
    place: Option<Arc<SessionPlace>>,
    use_noted_at: Timestamp,
}

/// The session that a request belongs to.
pub(super) struct Joined {
    pub(super) id: DoorSessionId,
    pub(super) place: Option<Arc<SessionPlace>>,
    pub(super) is_new: bool,
    /// The use of the app password is to be written.
    pub(super) is_use: bool,
}

/// The programs that are at work.
pub(crate) struct AtWork(Mutex<Recent<Program, Work>>);

impl Default for AtWork {
    fn default() -> Self {
        Self(Mutex::new(Recent::new(AT_WORK, MOST)))
    }
}

impl AtWork {
    /// The place of a program that is at work; none within when it needs none.
    pub(super) fn place_of(&self, program: &Program, now: Timestamp) -> Option<Option<Arc<SessionPlace>>> {
        self.recent().get(program, now).map(|work| work.place.clone())
    }

    /// The session of a program: the one that it has, or a new one. Of requests that come at once one makes it, and the
    /// places of the others are free again.
    pub(super) fn join(
        &self,
        program: Program,
        id: DoorSessionId,
        place: Option<Arc<SessionPlace>>,
        now: Timestamp,
    ) -> Joined {
        let mut recent = self.recent();
        if let Some(work) = recent.get(&program, now) {
            let is_use = now.since(work.use_noted_at) >= USES;
            if is_use {
                work.use_noted_at = now;
            }
            return Joined { id: work.id, place: work.place.clone(), is_new: false, is_use };
        }
        recent.put(program, Work { id, place: place.clone(), use_noted_at: now }, now);
        Joined { id, place, is_new: true, is_use: true }
    }

    /// Frees the places of programs that are over. They are freed by themselves in time; this is for when one is needed.
    pub(super) fn sweep(&self, now: Timestamp) {
        self.recent().sweep(now);
    }

    /// What a change concerns is a new session with its next request, with an event of its own.
    pub(crate) fn heed(&self, change: ChangeKind) {
        self.recent().forget(|program, work| match change {
            ChangeKind::AppPassword(_, id) => program.app_password == Some(id),
            ChangeKind::Account(id) | ChangeKind::EndSessions(id) => program.account == id,
            ChangeKind::EndDoorSession(id) => work.id == id,
            // Other rules may hold, and an event is to say so.
            ChangeKind::Settings | ChangeKind::Resync => true,
            _ => false,
        });
    }

    fn recent(&self) -> MutexGuard<'_, Recent<Program, Work>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

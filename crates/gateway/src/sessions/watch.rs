//! What keeps live sessions true to the rules: the change feed, and a sweep in case a notice was lost.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::Clock;
use postern_service::{Change, ChangeKind};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use super::live_session::Entry;
use super::{Judge, Registry};

/// How often a part of the sessions is judged anew.
const SWEEP: Duration = Duration::from_millis(500);
/// Parts; every session's turn comes once in `SWEEP * PARTS`, four seconds: a lost notice may cost five, and asking more
/// often would cost the database more than the sign-ins do.
const PARTS: u8 = 8;

/// Follows the feed for as long as the gateway runs. `changes` must have been subscribed to before the first session
/// was registered.
pub(crate) async fn keep_watching(
    registry: Arc<Registry>,
    judge: Judge,
    clock: Arc<dyn Clock>,
    mut changes: broadcast::Receiver<Change>,
) {
    let mut sweep = tokio::time::interval(SWEEP);
    sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut part = 0;
    // Judging waits for the database; the feed must be heard meanwhile.
    let mut judging = JoinSet::new();
    let mut sweeping = JoinSet::new();
    let mut feed_is_open = true;
    loop {
        tokio::select! {
            change = changes.recv(), if feed_is_open => {
                feed_is_open = !matches!(change, Err(RecvError::Closed));
                let concerned = concerned(&registry, change);
                if !concerned.is_empty() {
                    let judge = judge.clone();
                    judging.spawn(async move { judge.ask_all(concerned).await });
                }
            }
            _ = sweep.tick() => {
                // When the database is slow, the next sweep waits for this one.
                if sweeping.is_empty() {
                    let due = due(&registry, clock.as_ref(), part);
                    part = (part + 1) % PARTS;
                    let judge = judge.clone();
                    sweeping.spawn(async move { judge.ask_all(due).await });
                }
            }
            Some(_) = judging.join_next() => {}
            Some(_) = sweeping.join_next() => {}
        }
    }
}

/// The sessions that a change concerns. What ends one is in the database when its notice comes, so that they are all
/// asked about in the same way, and a notice that is lost is made up for by the sweep.
fn concerned(registry: &Registry, change: Result<Change, RecvError>) -> Vec<Arc<Entry>> {
    match change.map(|change| change.kind) {
        Ok(ChangeKind::AppPassword(_, id)) => registry.of_app_password(id),
        Ok(ChangeKind::Account(id) | ChangeKind::EndSessions(id)) => registry.of_account(id),
        Ok(ChangeKind::EndDoorSession(id)) => registry.of_id(id),
        // A setting can switch a door or app passwords off.
        Ok(ChangeKind::Settings | ChangeKind::Resync) | Err(RecvError::Lagged(_)) => {
            registry.select(|_| true)
        }
        // What a session signed in with was recognised already.
        Ok(ChangeKind::Keys) | Err(RecvError::Closed) => Vec::new(),
    }
}

/// The sessions whose turn it is, and those whose app password has expired meanwhile.
fn due(registry: &Registry, clock: &dyn Clock, part: u8) -> Vec<Arc<Entry>> {
    let now = clock.now();
    registry.select(|session| {
        let id = session.id();
        let [.., last] = id.as_bytes();
        let has_expired = session
            .app_password()
            .and_then(|app_password| app_password.expires_at)
            .is_some_and(|expires_at| expires_at <= now);
        has_expired || last % PARTS == part
    })
}

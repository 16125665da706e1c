//! Connections that wait for the next request of the same mailbox.
//!
//! Never shared between accounts: some upstreams remember on a connection who signed in on it, and whatever is left on
//! one by mistake must not reach somebody else.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use postern_domain::account::AccountName;
use postern_domain::id::{AccountId, AppPasswordId};
use tokio::time::{Instant, timeout};

use super::connection::Link;
use crate::upstream::Target;

/// Connections kept for one mailbox: what a program uses at once when it is busy.
const PER_KEY: usize = 4;
/// Connections kept in all; each holds a file descriptor here and a place at the upstream.
const IN_ALL: usize = 1_024;
/// How long one is kept: less than servers wait (IIS two minutes), so that it is seldom found closed.
const IDLE: Duration = Duration::from_secs(60);
/// How long hyper may take to find that an exchange is through.
const SETTLING: Duration = Duration::from_secs(1);

/// Whose connections they are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::http) struct Key {
    /// The upstream's name.
    pub(in crate::http) upstream: String,
    /// Who signed in.
    pub(in crate::http) account: AccountId,
    /// With what; none: the account password.
    pub(in crate::http) app_password: Option<AppPasswordId>,
    /// Whose mailbox is opened.
    pub(in crate::http) mailbox: AccountName,
    /// Where from, if the upstream is told so once for the connection.
    pub(in crate::http) address: Option<IpAddr>,
}

/// The connections that wait.
#[derive(Default)]
pub(in crate::http) struct Pool {
    idle: Mutex<HashMap<Key, Vec<Idle>>>,
}

struct Idle {
    link: Link,
    /// After a reload the upstream may be another one under its old name.
    target: Arc<Target>,
    since: Instant,
}

impl Pool {
    /// A pool that lets go of connections by itself. Call it within a tokio runtime.
    pub(in crate::http) fn new() -> Arc<Self> {
        let pool = Arc::default();
        tokio::spawn(let_go(Arc::downgrade(&pool)));
        pool
    }

    fn idle(&self) -> MutexGuard<'_, HashMap<Key, Vec<Idle>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that can be used at once.
    pub(super) fn take(&self, key: &Key, target: &Arc<Target>) -> Option<Link> {
        let mut idle = self.idle();
        let waiting = idle.get_mut(key)?;
        while let Some(one) = waiting.pop() {
            if one.is_usable() && Arc::ptr_eq(&one.target, target) {
                return Some(one.link);
            }
        }
        idle.remove(key);
        None
    }

    fn put(&self, key: Key, one: Idle) {
        let mut idle = self.idle();
        if idle.values().map(Vec::len).sum::<usize>() < IN_ALL {
            let waiting = idle.entry(key).or_default();
            if waiting.len() < PER_KEY {
                waiting.push(one);
            }
        }
    }
}

impl Idle {
    fn is_usable(&self) -> bool {
        self.since.elapsed() < IDLE && !self.link.sender.is_closed() && self.link.sender.is_ready()
    }
}

/// Closes what has waited for too long, as long as the pool is there.
async fn let_go(pool: Weak<Pool>) {
    loop {
        tokio::time::sleep(IDLE / 4).await;
        let Some(pool) = pool.upgrade() else { return };
        pool.idle().retain(|_, waiting| {
            waiting.retain(Idle::is_usable);
            !waiting.is_empty()
        });
    }
}

/// A connection in use. Dropping it closes the connection; [`Self::give_back`] may let it be used again.
pub(in crate::http) struct Lease {
    pub(super) link: Link,
    /// Whether nothing was wrong so far.
    pub(super) is_orderly: bool,
    pub(super) key: Key,
    pub(super) target: Arc<Target>,
    pub(super) pool: Arc<Pool>,
}

impl Lease {
    /// Says that the answer was read to its end.
    pub(in crate::http) fn give_back(self) {
        if self.is_orderly {
            tokio::spawn(self.settle());
        }
    }

    async fn settle(mut self) {
        if let Ok(Ok(())) = timeout(SETTLING, self.link.sender.ready()).await {
            let one = Idle { link: self.link, target: self.target, since: Instant::now() };
            self.pool.put(self.key, one);
        }
    }
}

//! How often sending a code is tried at all, whatever comes of it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::id::AccountId;
use postern_domain::limits::Window;

use crate::recent::Recent;

const HOUR: Duration = Duration::from_secs(3600);
/// Attempts in an hour, for one account: the codes that may be sent, and ten that fail, after which the next will fail too.
const MOST_AN_HOUR: u32 = 15;
/// Most accounts remembered: 5 MB.
const MOST_ACCOUNTS: usize = 65_536;

/// What was tried in the last hour, in this server's memory.
///
/// A code that did not go out does not count among those that may be sent. Without this, whoever can ask for codes could
/// have a gateway asked without end that fails, or that sends, and bills, and does not answer in time.
pub(crate) struct Attempts(Mutex<Recent<AccountId, Window>>);

impl Default for Attempts {
    fn default() -> Self {
        Self(Mutex::new(Recent::new(HOUR, MOST_ACCOUNTS)))
    }
}

impl Attempts {
    /// Counts an attempt for the account. False, and nothing is counted, when there were too many.
    pub(super) fn one_more(&self, account: AccountId, now: Timestamp) -> bool {
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tried) = recent.get(&account, now) {
            return tried.take(MOST_AN_HOUR, now).is_ok();
        }
        let mut tried = Window::new(HOUR);
        let is_free = tried.take(MOST_AN_HOUR, now).is_ok();
        recent.put(account, tried, now);
        is_free
    }
}

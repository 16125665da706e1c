//! How many requests a token has: so many in each minute, counted by each server for itself.
//!
//! Told by `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use postern_domain::Timestamp;

/// The window in which requests are counted.
const WINDOW: Duration = Duration::from_secs(60);

/// Tokens that are kept in mind; beyond it, those whose window is over are forgotten.
const KEPT: usize = 10_000;

/// Counts the requests of tokens.
#[derive(Default)]
pub(crate) struct RateLimiter(Mutex<HashMap<[u8; 16], Window>>);

#[derive(Clone, Copy)]
struct Window {
    began_at: Timestamp,
    used: u32,
}

/// What a token has left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Allowance {
    most: u32,
    /// Requests left; none: this one was too many.
    left: Option<u32>,
    /// Seconds until there are more.
    pub(crate) resets_in: u64,
}

impl RateLimiter {
    /// Counts one request.
    pub(crate) fn count(&self, key: [u8; 16], most: u32, now: Timestamp) -> Allowance {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |window: &Window| now.since(window.began_at) >= WINDOW || window.began_at > now;
        if windows.len() >= KEPT {
            windows.retain(|_, window| !is_over(window));
        }
        let window = windows.entry(key).or_insert(Window { began_at: now, used: 0 });
        if is_over(window) {
            *window = Window { began_at: now, used: 0 };
        }
        let left = most.checked_sub(window.used + 1);
        window.used = window.used.saturating_add(1).min(most);
        let resets_in = WINDOW.saturating_sub(now.since(window.began_at)).as_millis().div_ceil(1000);
        Allowance { most, left, resets_in: u64::try_from(resets_in).unwrap_or(60) }
    }
}

impl Allowance {
    pub(crate) const fn is_used_up(&self) -> bool {
        self.left.is_none()
    }

    /// Tells it.
    pub(crate) fn tell(&self, headers: &mut HeaderMap) {
        let policy = format!("\"token\";q={};w=60", self.most);
        let limit = format!("\"token\";r={};t={}", self.left.unwrap_or(0), self.resets_in);
        for (name, value) in [("ratelimit-policy", policy), ("ratelimit", limit)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_so_many_in_a_minute() {
        let limiter = RateLimiter::default();
        let at = |seconds| Timestamp::from_millis(1_000_000).plus(Duration::from_secs(seconds));
        let left = |key, seconds| {
            let allowance = limiter.count([key; 16], 2, at(seconds));
            (allowance.left, allowance.resets_in)
        };
        assert_eq!(left(1, 0), (Some(1), 60));
        assert_eq!(left(1, 10), (Some(0), 50));
        assert_eq!(left(1, 20), (None, 40));
        assert_eq!(left(2, 20), (Some(1), 60));
        assert_eq!(left(1, 60), (Some(1), 60));
    }
}

//! An access token, with when it is to be renewed.

use std::time::Duration;

use postern_domain::Timestamp;
use zeroize::Zeroizing;

/// A token is renewed so long before it expires, or at half of its life if that is less: time enough for a provider
/// that is down to come back.
const RENEW_BEFORE: Duration = Duration::from_secs(10 * 60);

/// A token is not handed out when it is to expire sooner than this: the upstream's clock may be ahead of ours.
const SPARE: Duration = Duration::from_secs(15);

/// An access token. It is wiped on drop and has no `Debug`.
#[derive(Clone)]
pub(super) struct AccessToken {
    pub(super) text: Zeroizing<String>,
    pub(super) obtained_at: Timestamp,
    pub(super) expires_at: Timestamp,
    renew_at: Timestamp,
}

impl AccessToken {
    pub(super) fn new(text: Zeroizing<String>, obtained_at: Timestamp, life: Duration) -> Self {
        let expires_at = obtained_at.plus(life);
        let renew_at = expires_at.minus(RENEW_BEFORE.min(life / 2));
        Self { text, obtained_at, expires_at, renew_at }
    }

    /// Whether it can be used. One from the future is of a clock that was set back: nobody knows how old it is.
    pub(super) fn is_good(&self, now: Timestamp) -> bool {
        let spare = SPARE.min(self.expires_at.since(self.obtained_at) / 4);
        self.obtained_at <= now && now.plus(spare) < self.expires_at
    }

    /// Whether it is time for another.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        now >= self.renew_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_renewed_well_before_it_expires() {
        let start = Timestamp::from_millis(1_000_000);
        let at = |seconds| start.plus(Duration::from_secs(seconds));
        let token = |life| AccessToken::new(Zeroizing::new("t".into()), start, Duration::from_secs(life));
        let hour = token(3600);
        assert_eq!((hour.is_due(at(2999)), hour.is_due(at(3000))), (false, true));
        assert_eq!((hour.is_good(at(3584)), hour.is_good(at(3585))), (true, false));
        let short = token(40);
        assert_eq!((short.is_due(at(19)), short.is_due(at(20))), (false, true));
        assert_eq!((short.is_good(at(29)), short.is_good(at(30))), (true, false));
        assert!(!hour.is_good(start.minus(Duration::from_secs(1))), "the clock was set back");
    }
}

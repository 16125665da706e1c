//! The states of an app password.

use crate::Timestamp;

use super::AppPassword;

/// What somebody did to an app password, as storage keeps it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StoredState {
    /// Nothing: it works until it expires.
    Active,
    /// Set aside; it can be resumed.
    Suspended {
        /// Since when.
        at: Timestamp,
        /// By whom, as [`crate::actor::Actor`] shows itself.
        by: String,
    },
    /// Ended for good. Kept, so that its use is reported by name.
    Revoked {
        /// Since when.
        at: Timestamp,
        /// By whom, as [`crate::actor::Actor`] shows itself.
        by: String,
        /// Why, as free text of at most 256 characters; may be empty.
        reason: String,
    },
}

/// The state at a moment: what was done, and what time did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EffectiveState {
    /// It works.
    Active,
    /// Set aside.
    Suspended {
        /// Since when.
        at: Timestamp,
        /// By whom.
        by: String,
    },
    /// Its expiry has passed.
    Expired {
        /// Since when.
        at: Timestamp,
    },
    /// It was not used for longer than its idle expiry.
    IdleExpired {
        /// Since when.
        at: Timestamp,
    },
    /// Ended for good.
    Revoked {
        /// Since when.
        at: Timestamp,
        /// By whom.
        by: String,
        /// Why.
        reason: String,
    },
}

pub(super) fn effective(app_password: &AppPassword, now: Timestamp) -> EffectiveState {
    match &app_password.state {
        StoredState::Revoked { at, by, reason } => {
            return EffectiveState::Revoked { at: *at, by: by.clone(), reason: reason.clone() };
        }
        StoredState::Suspended { at, by } => {
            return EffectiveState::Suspended { at: *at, by: by.clone() };
        }
        StoredState::Active => {}
    }
    if let Some(at) = app_password.expires_at.filter(|at| *at <= now) {
        return EffectiveState::Expired { at };
    }
    match app_password.idle_expired_at(now) {
        Some(at) => EffectiveState::IdleExpired { at },
        None => EffectiveState::Active,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::app_password::LastUse;
    use crate::app_password::test::app_password;
    use crate::door::Door;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn used(seconds: i64) -> Option<LastUse> {
        let address = "192.0.2.7".parse().unwrap();
        Some(LastUse { at: at(seconds), door: Door::Smtp, address, client: None })
    }

    #[test]
    fn expiry_begins_with_its_moment() {
        let app_password = AppPassword { expires_at: Some(at(100)), ..app_password() };
        assert_eq!(app_password.state_at(Timestamp::from_millis(99_999)), EffectiveState::Active);
        assert_eq!(app_password.state_at(at(100)), EffectiveState::Expired { at: at(100) });
        assert_eq!(app_password.state_at(at(500)), EffectiveState::Expired { at: at(100) });
    }

    #[test]
    fn idle_expiry_counts_from_the_last_use_or_the_creation() {
        let idle = AppPassword { idle_expiry: Some(Duration::from_secs(60)), ..app_password() };
        for (last_use, now, expected) in [
            (None, 59, EffectiveState::Active),
            (None, 60, EffectiveState::IdleExpired { at: at(60) }),
            (used(40), 99, EffectiveState::Active),
            (used(40), 100, EffectiveState::IdleExpired { at: at(100) }),
            (used(40), 20, EffectiveState::Active), // The clock was set back.
        ] {
            let app_password = AppPassword { last_use, ..idle.clone() };
            assert_eq!(app_password.state_at(at(now)), expected, "{now}");
        }
    }

    #[test]
    fn a_renewal_begins_the_idleness_anew_and_a_later_use_counts_from_itself() {
        let span = Duration::from_secs(60);
        let idle = AppPassword { idle_expiry: Some(span), last_use: used(40), ..app_password() };
        let renewed = AppPassword { renewed_at: Some(at(500)), ..idle.clone() };
        assert_eq!(idle.state_at(at(500)), EffectiveState::IdleExpired { at: at(100) });
        assert_eq!(renewed.state_at(at(559)), EffectiveState::Active);
        assert_eq!(renewed.state_at(at(560)), EffectiveState::IdleExpired { at: at(560) });
        let used_since = AppPassword { last_use: used(550), ..renewed.clone() };
        assert_eq!(used_since.state_at(at(600)), EffectiveState::Active);
        // An expiry hides the idleness, which is there all the same.
        let both = AppPassword { expires_at: Some(at(90)), ..idle };
        assert_eq!(both.state_at(at(500)), EffectiveState::Expired { at: at(90) });
        assert_eq!(both.idle_expired_at(at(500)), Some(at(100)));
    }

    #[test]
    fn what_somebody_did_wins_over_what_time_did() {
        let by = || "account anna@example.test".to_owned();
        let reason = || "lost".to_owned();
        let expired = AppPassword {
            expires_at: Some(at(10)),
            idle_expiry: Some(Duration::from_secs(5)),
            ..app_password()
        };
        let expired_as = |state| AppPassword { state, ..expired.clone() }.state_at(at(1_000));
        assert_eq!(expired_as(StoredState::Active), EffectiveState::Expired { at: at(10) });
        assert_eq!(
            expired_as(StoredState::Suspended { at: at(20), by: by() }),
            EffectiveState::Suspended { at: at(20), by: by() }
        );
        assert_eq!(
            expired_as(StoredState::Revoked { at: at(20), by: by(), reason: reason() }),
            EffectiveState::Revoked { at: at(20), by: by(), reason: reason() }
        );
    }

    #[test]
    fn no_expiry_at_the_end_of_time() {
        let app_password = AppPassword { idle_expiry: Some(Duration::MAX), ..app_password() };
        assert_eq!(app_password.state_at(Timestamp::from_millis(i64::MAX - 1)), EffectiveState::Active);
    }
}

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
        StoredState::Suspended { at, by } => return EffectiveState::Suspended { at: *at, by: by.clone() },
        StoredState::Active => {}
    }
    if let Some(at) = app_password.expires_at.filter(|at| *at <= now) {
        return EffectiveState::Expired { at };
    }
    let last = app_password.last_use.as_ref().map_or(app_password.created.at, |last| last.at);
    match app_password.idle_expiry.map(|span| last.plus(span)).filter(|at| *at <= now) {
        Some(at) => EffectiveState::IdleExpired { at },
        None => EffectiveState::Active,
    }
}

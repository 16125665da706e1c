//! Multi-factor authentication: the account's state and its transitions, authentication methods.

mod factors;
mod method;
pub mod phone;
pub mod recovery_code;
pub mod totp;

pub use factors::Factors;
pub use method::{AuthenticationMethod, MethodKind, MethodLabel};

use std::fmt;
use std::str::FromStr;

/// The MFA state of an account.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MfaState {
    /// No second factor is demanded. Who has registered a method is asked for it in the portal all the same.
    Disabled,
    /// The owner must register a method at the next browser sign-in.
    Enabled,
    /// A second factor is needed; account passwords are refused at doors.
    Enforced,
}

impl MfaState {
    /// Every state.
    pub const ALL: &'static [Self] = &[Self::Disabled, Self::Enabled, Self::Enforced];

    /// The name used in configuration, storage and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Enabled => "enabled",
            Self::Enforced => "enforced",
        }
    }

    /// The state after an administrator asked for `wanted`. An account that still has a registered method goes to
    /// *Enforced* when *Enabled* is asked for: otherwise re-enabling would open a hole.
    #[must_use]
    pub const fn set_by_administrator(wanted: Self, has_registered_method: bool) -> Self {
        match (wanted, has_registered_method) {
            (Self::Enabled, true) => Self::Enforced,
            _ => wanted,
        }
    }

    /// The state after the owner finished registering a method: *Enabled* becomes *Enforced* by itself.
    #[must_use]
    pub const fn registration_finished(self) -> Self {
        match self {
            Self::Disabled => Self::Disabled,
            Self::Enabled | Self::Enforced => Self::Enforced,
        }
    }
}

impl fmt::Display for MfaState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no MFA state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such MFA state: it is disabled, enabled or enforced")]
pub struct NoSuchMfaState;

impl FromStr for MfaState {
    type Err = NoSuchMfaState;

    fn from_str(text: &str) -> Result<Self, NoSuchMfaState> {
        Self::ALL.iter().copied().find(|state| state.name().eq_ignore_ascii_case(text)).ok_or(NoSuchMfaState)
    }
}

#[cfg(test)]
mod tests {
    use super::MfaState::{Disabled, Enabled, Enforced};
    use super::*;

    #[test]
    fn every_transition() {
        // The state before, and what becomes of it when registration finishes.
        for (before, after) in [(Disabled, Disabled), (Enabled, Enforced), (Enforced, Enforced)] {
            assert_eq!(before.registration_finished(), after, "{before}");
        }
        // What an administrator asks for, whether a method is registered, and what comes of it.
        for (wanted, has_method, after) in [
            (Disabled, false, Disabled),
            (Disabled, true, Disabled),
            (Enabled, false, Enabled),
            (Enabled, true, Enforced),
            (Enforced, false, Enforced),
            (Enforced, true, Enforced),
        ] {
            assert_eq!(MfaState::set_by_administrator(wanted, has_method), after, "{wanted} {has_method}");
        }
    }

    #[test]
    fn an_account_with_a_method_never_rests_in_enabled() {
        for state in MfaState::ALL {
            assert_ne!(state.registration_finished(), Enabled);
            assert_ne!(MfaState::set_by_administrator(*state, true), Enabled);
        }
    }

    #[test]
    fn names_are_read_back() {
        for state in MfaState::ALL {
            assert_eq!(state.name().to_uppercase().parse(), Ok(*state));
            assert!(NoSuchMfaState.to_string().contains(state.name()));
        }
        assert_eq!("on".parse::<MfaState>(), Err(NoSuchMfaState));
    }
}

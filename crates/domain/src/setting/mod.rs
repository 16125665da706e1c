//! Settings: what the organization decides at run time. The configuration file holds what the machine needs.

mod key;
mod span;

pub use key::{InvalidSetting, SettingKey};
pub use span::{NotASpan, parse_span, show_span};

use std::time::Duration;

use crate::door::DoorSet;
use crate::mfa::MfaState;

/// All settings, with their values in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Whether account passwords may be used at doors.
    pub account_passwords_at_doors: AccountPasswordsAtDoors,
    /// Whether owners may create app passwords in the portal. Switching it off leaves existing ones working,
    /// visible and revocable.
    pub users_may_create_app_passwords: bool,
    /// Whether app passwords are accepted at doors at all.
    pub app_passwords_at_doors: bool,
    /// Doors that are switched off.
    pub doors_off: DoorSet,
    /// Most live app passwords of an account: 1 to 1000.
    pub app_passwords_per_account: u32,
    /// How old a second-factor check may be for a sensitive deed: 1 minute to 12 hours.
    pub step_up_age: Duration,
    /// Store new app passwords with Argon2id whatever their profile.
    pub slow_hash_for_app_passwords: bool,
    /// MFA state of a new account, where none is asked for.
    pub mfa_state_of_new_accounts: MfaState,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            account_passwords_at_doors: AccountPasswordsAtDoors::FollowMfaState,
            users_may_create_app_passwords: true,
            app_passwords_at_doors: true,
            doors_off: DoorSet::EMPTY,
            app_passwords_per_account: 40,
            step_up_age: Duration::from_secs(600),
            slow_hash_for_app_passwords: false,
            mfa_state_of_new_accounts: MfaState::Enforced,
        }
    }
}

/// Whether account passwords may be used at doors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccountPasswordsAtDoors {
    /// As the account's MFA state says.
    FollowMfaState,
    /// Never, whatever the MFA state.
    Never,
}

impl AccountPasswordsAtDoors {
    /// The name used in storage, configuration and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FollowMfaState => "follow-mfa-state",
            Self::Never => "never",
        }
    }

    /// The choice of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::FollowMfaState, Self::Never].into_iter().find(|choice| choice.name() == name)
    }
}

//! Settings: what the organization decides at run time. The configuration file holds what the machine needs.

use std::time::Duration;

use crate::door::DoorSet;

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
    pub mfa_state_of_new_accounts: crate::mfa::MfaState,
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
            mfa_state_of_new_accounts: crate::mfa::MfaState::Enforced,
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

/// A setting by name, with its text form: for storage, the command line and the admin area.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SettingKey {
    /// [`Settings::account_passwords_at_doors`]: `follow-mfa-state` or `never`.
    AccountPasswordsAtDoors,
    /// [`Settings::users_may_create_app_passwords`]: `true` or `false`.
    UsersMayCreateAppPasswords,
    /// [`Settings::app_passwords_at_doors`]: `true` or `false`.
    AppPasswordsAtDoors,
    /// [`Settings::doors_off`]: door names separated by commas, or `none`.
    DoorsOff,
    /// [`Settings::app_passwords_per_account`]: a number.
    AppPasswordsPerAccount,
    /// [`Settings::step_up_age`]: a span such as `10m`.
    StepUpAge,
    /// [`Settings::slow_hash_for_app_passwords`]: `true` or `false`.
    SlowHashForAppPasswords,
    /// [`Settings::mfa_state_of_new_accounts`]: `disabled`, `enabled` or `enforced`.
    MfaStateOfNewAccounts,
}

/// A value that a setting cannot take. The text says which values it can.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{key}` cannot be `{value}`: {expected}")]
pub struct InvalidSetting {
    /// The setting's name.
    pub key: &'static str,
    /// What was given.
    pub value: String,
    /// What it takes.
    pub expected: &'static str,
}

impl SettingKey {
    /// Every setting.
    pub const ALL: &'static [Self] = &[
        Self::AccountPasswordsAtDoors,
        Self::UsersMayCreateAppPasswords,
        Self::AppPasswordsAtDoors,
        Self::DoorsOff,
        Self::AppPasswordsPerAccount,
        Self::StepUpAge,
        Self::SlowHashForAppPasswords,
        Self::MfaStateOfNewAccounts,
    ];

    /// The name, for example `account_passwords_at_doors`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        todo!()
    }

    /// One sentence that says what it decides.
    #[must_use]
    pub const fn summary(self) -> &'static str {
        todo!()
    }

    /// The setting of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|key| key.name() == name)
    }

    /// Its value in `settings`, as text.
    #[must_use]
    pub fn get(self, _settings: &Settings) -> String {
        todo!()
    }

    /// Sets it from text.
    ///
    /// # Errors
    /// [`InvalidSetting`], which says what it takes; `settings` is then unchanged.
    pub fn set(self, _settings: &mut Settings, _value: &str) -> Result<(), InvalidSetting> {
        todo!()
    }
}

//! Settings by name, with their text form: for storage, the command line and the admin area.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::span::{parse_span, show_span};
use super::{AccountPasswordsAtDoors, Settings};
use crate::door::DoorSet;

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
        match self {
            Self::AccountPasswordsAtDoors => "account_passwords_at_doors",
            Self::UsersMayCreateAppPasswords => "users_may_create_app_passwords",
            Self::AppPasswordsAtDoors => "app_passwords_at_doors",
            Self::DoorsOff => "doors_off",
            Self::AppPasswordsPerAccount => "app_passwords_per_account",
            Self::StepUpAge => "step_up_age",
            Self::SlowHashForAppPasswords => "slow_hash_for_app_passwords",
            Self::MfaStateOfNewAccounts => "mfa_state_of_new_accounts",
        }
    }

    /// One sentence that says what it decides.
    #[must_use]
    pub const fn summary(self) -> &'static str {
        match self {
            Self::AccountPasswordsAtDoors => {
                "Whether a program may sign in at a door with the account password: as the account's MFA state says, or never."
            }
            Self::UsersMayCreateAppPasswords => {
                "Whether owners may create app passwords in the portal; existing ones keep working either way."
            }
            Self::AppPasswordsAtDoors => "Whether any door accepts app passwords at all.",
            Self::DoorsOff => "The doors that refuse every sign-in.",
            Self::AppPasswordsPerAccount => "How many live app passwords an account may have.",
            Self::StepUpAge => {
                "How old a second-factor check may be when an app password is created, rotated or widened."
            }
            Self::SlowHashForAppPasswords => {
                "Whether new app passwords are stored with Argon2id, which costs milliseconds at each sign-in."
            }
            Self::MfaStateOfNewAccounts => "The MFA state of a new account when none is asked for.",
        }
    }

    /// What it takes, as a clause for an error or a form.
    #[must_use]
    pub const fn expected(self) -> &'static str {
        match self {
            Self::AccountPasswordsAtDoors => "it takes follow-mfa-state or never",
            Self::UsersMayCreateAppPasswords | Self::AppPasswordsAtDoors | Self::SlowHashForAppPasswords => {
                "it takes true or false"
            }
            Self::DoorsOff => {
                "it takes none, or names separated by commas from smtp, imap, pop3, managesieve, ews, activesync, mapi, autodiscover, oab, dav, sharepoint, http, ldap, nginx-mail, forward-auth, sasl"
            }
            Self::AppPasswordsPerAccount => "it takes a whole number from 1 to 1000",
            Self::StepUpAge => "it takes a span from 1m to 12h, as in 45s, 10m, 12h or 90d",
            Self::MfaStateOfNewAccounts => "it takes disabled, enabled or enforced",
        }
    }

    /// The setting of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|key| key.name() == name)
    }

    /// Its value in `settings`, as text that [`Self::set`] takes.
    #[must_use]
    pub fn get(self, settings: &Settings) -> String {
        match self {
            Self::AccountPasswordsAtDoors => settings.account_passwords_at_doors.name().to_owned(),
            Self::UsersMayCreateAppPasswords => settings.users_may_create_app_passwords.to_string(),
            Self::AppPasswordsAtDoors => settings.app_passwords_at_doors.to_string(),
            Self::DoorsOff if settings.doors_off.is_empty() => "none".to_owned(),
            Self::DoorsOff => settings.doors_off.to_string(),
            Self::AppPasswordsPerAccount => settings.app_passwords_per_account.to_string(),
            Self::StepUpAge => show_span(settings.step_up_age),
            Self::SlowHashForAppPasswords => settings.slow_hash_for_app_passwords.to_string(),
            Self::MfaStateOfNewAccounts => settings.mfa_state_of_new_accounts.name().to_owned(),
        }
    }

    /// Sets it from text; surrounding white space is ignored.
    ///
    /// # Errors
    /// [`InvalidSetting`], which says what it takes; `settings` is then unchanged.
    pub fn set(self, settings: &mut Settings, value: &str) -> Result<(), InvalidSetting> {
        self.try_set(settings, value.trim()).ok_or_else(|| InvalidSetting {
            key: self.name(),
            value: value.to_owned(),
            expected: self.expected(),
        })
    }

    fn try_set(self, settings: &mut Settings, value: &str) -> Option<()> {
        match self {
            Self::AccountPasswordsAtDoors => {
                settings.account_passwords_at_doors = AccountPasswordsAtDoors::from_name(value)?;
            }
            Self::UsersMayCreateAppPasswords => {
                settings.users_may_create_app_passwords = value.parse().ok()?;
            }
            Self::AppPasswordsAtDoors => settings.app_passwords_at_doors = value.parse().ok()?,
            Self::DoorsOff if value == "none" => settings.doors_off = DoorSet::EMPTY,
            Self::DoorsOff => settings.doors_off = value.parse().ok()?,
            Self::AppPasswordsPerAccount => {
                const RANGE: RangeInclusive<u32> = 1..=1000;
                settings.app_passwords_per_account =
                    value.parse().ok().filter(|count| RANGE.contains(count))?;
            }
            Self::StepUpAge => {
                const RANGE: RangeInclusive<Duration> =
                    Duration::from_secs(60)..=Duration::from_secs(12 * 3600);
                settings.step_up_age = parse_span(value).ok().filter(|span| RANGE.contains(span))?;
            }
            Self::SlowHashForAppPasswords => settings.slow_hash_for_app_passwords = value.parse().ok()?,
            Self::MfaStateOfNewAccounts => settings.mfa_state_of_new_accounts = value.parse().ok()?,
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door::Door;

    #[test]
    fn the_defaults_in_text() {
        let settings = Settings::default();
        let lines: Vec<String> =
            SettingKey::ALL.iter().map(|key| format!("{} = {}", key.name(), key.get(&settings))).collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        account_passwords_at_doors = follow-mfa-state
        users_may_create_app_passwords = true
        app_passwords_at_doors = true
        doors_off = none
        app_passwords_per_account = 40
        step_up_age = 10m
        slow_hash_for_app_passwords = false
        mfa_state_of_new_accounts = enforced
        ");
    }

    #[test]
    fn every_setting_takes_what_it_shows_and_only_it_changes() {
        for (key, value) in [
            (SettingKey::AccountPasswordsAtDoors, "never"),
            (SettingKey::UsersMayCreateAppPasswords, "false"),
            (SettingKey::AppPasswordsAtDoors, "false"),
            (SettingKey::DoorsOff, "smtp, pop3"),
            (SettingKey::AppPasswordsPerAccount, "1000"),
            (SettingKey::StepUpAge, "12h"),
            (SettingKey::SlowHashForAppPasswords, "true"),
            (SettingKey::MfaStateOfNewAccounts, "disabled"),
        ] {
            let mut settings = Settings::default();
            key.set(&mut settings, &format!(" {value} ")).unwrap();
            assert_eq!(key.get(&settings), value);
            for other in SettingKey::ALL.iter().filter(|other| **other != key) {
                assert_eq!(
                    other.get(&settings),
                    other.get(&Settings::default()),
                    "{key:?} changed {other:?}"
                );
            }
            key.set(&mut settings, &key.get(&Settings::default())).unwrap();
            assert_eq!(settings, Settings::default());
            assert_eq!(SettingKey::from_name(key.name()), Some(key));
        }
        assert_eq!(SettingKey::from_name("no_such_setting"), None);
    }

    #[test]
    fn a_wrong_value_changes_nothing_and_is_told_what_fits() {
        let mut settings = Settings { doors_off: [Door::Imap].into_iter().collect(), ..Settings::default() };
        let before = settings.clone();
        let mut errors = Vec::new();
        for (key, value) in [
            (SettingKey::AccountPasswordsAtDoors, "always"),
            (SettingKey::UsersMayCreateAppPasswords, "yes"),
            (SettingKey::DoorsOff, "smtp,fax"),
            (SettingKey::DoorsOff, ""),
            (SettingKey::AppPasswordsPerAccount, "0"),
            (SettingKey::AppPasswordsPerAccount, "1001"),
            (SettingKey::StepUpAge, "59s"),
            (SettingKey::StepUpAge, "13h"),
            (SettingKey::MfaStateOfNewAccounts, "on"),
        ] {
            errors.push(key.set(&mut settings, value).unwrap_err().to_string());
            assert_eq!(settings, before);
        }
        insta::assert_snapshot!(errors.join("\n"), @r"
        `account_passwords_at_doors` cannot be `always`: it takes follow-mfa-state or never
        `users_may_create_app_passwords` cannot be `yes`: it takes true or false
        `doors_off` cannot be `smtp,fax`: it takes none, or names separated by commas from smtp, imap, pop3, managesieve, ews, activesync, mapi, autodiscover, oab, dav, sharepoint, http, ldap, nginx-mail, forward-auth, sasl
        `doors_off` cannot be ``: it takes none, or names separated by commas from smtp, imap, pop3, managesieve, ews, activesync, mapi, autodiscover, oab, dav, sharepoint, http, ldap, nginx-mail, forward-auth, sasl
        `app_passwords_per_account` cannot be `0`: it takes a whole number from 1 to 1000
        `app_passwords_per_account` cannot be `1001`: it takes a whole number from 1 to 1000
        `step_up_age` cannot be `59s`: it takes a span from 1m to 12h, as in 45s, 10m, 12h or 90d
        `step_up_age` cannot be `13h`: it takes a span from 1m to 12h, as in 45s, 10m, 12h or 90d
        `mfa_state_of_new_accounts` cannot be `on`: it takes disabled, enabled or enforced
        ");
    }

    #[test]
    fn the_doors_named_in_the_error_are_all_doors() {
        for door in Door::ALL {
            assert!(SettingKey::DoorsOff.expected().contains(door.name()), "{door}");
        }
    }
}

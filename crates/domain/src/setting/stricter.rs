//! Which of two values of a setting is stricter: for an account in several groups that have a value each.
//!
//! A set is cut or joined rather than chosen: in a group that has `imap` off and in another that has `pop3` off, both are
//! off. "Stricter" is always the side on which less can be signed in with, created or skipped.

use std::time::Duration;

use ipnet::IpNet;

use super::{AccountPasswordsAtDoors, SettingKey, Settings};
use crate::door::DoorSet;
use crate::mfa::MfaState;

impl SettingKey {
    /// Copies this setting's value.
    pub fn copy(self, from: &Settings, into: &mut Settings) {
        match self {
            Self::DoorsOff => into.doors_off = from.doors_off,
            Self::DoorsReportOnly => into.doors_report_only = from.doors_report_only,
            Self::AccountPasswordsAtDoors => {
                into.account_passwords_at_doors = from.account_passwords_at_doors;
            }
            Self::AppPasswordsAtDoors => into.app_passwords_at_doors = from.app_passwords_at_doors,
            Self::UsersMayCreateAppPasswords => {
                into.users_may_create_app_passwords = from.users_may_create_app_passwords;
            }
            Self::AppPasswordsPerAccount => into.app_passwords_per_account = from.app_passwords_per_account,
            Self::AllowedScopes => into.allowed_scopes = from.allowed_scopes,
            Self::CompatibleProfiles => into.compatible_profiles = from.compatible_profiles,
            Self::NetworksRequired => into.networks_required = from.networks_required,
            Self::LongestExpiry => into.longest_expiry = from.longest_expiry,
            Self::LongestIdleExpiry => into.longest_idle_expiry = from.longest_idle_expiry,
            Self::SlowHashForAppPasswords => {
                into.slow_hash_for_app_passwords = from.slow_hash_for_app_passwords;
            }
            Self::StaleAfter => into.stale_after = from.stale_after,
            Self::ExpiryNotice => into.expiry_notice = from.expiry_notice,
            Self::MfaStateOfNewAccounts => into.mfa_state_of_new_accounts = from.mfa_state_of_new_accounts,
            Self::StepUpAge => into.step_up_age = from.step_up_age,
            Self::RememberBrowser => into.remember_browser = from.remember_browser,
            Self::TrustedNetworks => into.trusted_networks.clone_from(&from.trusted_networks),
            Self::TextMessageCodes => into.text_message_codes = from.text_message_codes,
            Self::EMailCodes => into.e_mail_codes = from.e_mail_codes,
            Self::LeastPasswordLength => into.least_password_length = from.least_password_length,
        }
    }

    /// Makes this setting in `into` as strict as both were.
    pub fn take_stricter(self, other: &Settings, into: &mut Settings) {
        match self {
            Self::DoorsOff => into.doors_off = joined(into.doors_off, other.doors_off),
            Self::DoorsReportOnly => {
                into.doors_report_only = common(into.doors_report_only, other.doors_report_only);
            }
            Self::AccountPasswordsAtDoors => {
                if other.account_passwords_at_doors == AccountPasswordsAtDoors::Never {
                    into.account_passwords_at_doors = AccountPasswordsAtDoors::Never;
                }
            }
            Self::AppPasswordsAtDoors => into.app_passwords_at_doors &= other.app_passwords_at_doors,
            Self::UsersMayCreateAppPasswords => {
                into.users_may_create_app_passwords &= other.users_may_create_app_passwords;
            }
            Self::AppPasswordsPerAccount => {
                least(&mut into.app_passwords_per_account, other.app_passwords_per_account);
            }
            Self::AllowedScopes => into.allowed_scopes = common(into.allowed_scopes, other.allowed_scopes),
            Self::CompatibleProfiles => {
                into.compatible_profiles = into.compatible_profiles.common(other.compatible_profiles);
            }
            Self::NetworksRequired => into.networks_required |= other.networks_required,
            Self::LongestExpiry => into.longest_expiry = shorter(into.longest_expiry, other.longest_expiry),
            Self::LongestIdleExpiry => {
                into.longest_idle_expiry = shorter(into.longest_idle_expiry, other.longest_idle_expiry);
            }
            Self::SlowHashForAppPasswords => {
                into.slow_hash_for_app_passwords |= other.slow_hash_for_app_passwords;
            }
            Self::StaleAfter => least(&mut into.stale_after, other.stale_after),
            Self::ExpiryNotice => into.expiry_notice = into.expiry_notice.max(other.expiry_notice),
            Self::MfaStateOfNewAccounts => {
                if demand(other.mfa_state_of_new_accounts) > demand(into.mfa_state_of_new_accounts) {
                    into.mfa_state_of_new_accounts = other.mfa_state_of_new_accounts;
                }
            }
            Self::StepUpAge => least(&mut into.step_up_age, other.step_up_age),
            // Off is stricter than any span; so `Option`'s own order, which has none first, is the right one.
            Self::RememberBrowser => least(&mut into.remember_browser, other.remember_browser),
            Self::TrustedNetworks => {
                into.trusted_networks = in_both(&into.trusted_networks, &other.trusted_networks);
            }
            Self::TextMessageCodes => into.text_message_codes &= other.text_message_codes,
            Self::EMailCodes => into.e_mail_codes &= other.e_mail_codes,
            Self::LeastPasswordLength => {
                into.least_password_length = into.least_password_length.max(other.least_password_length);
            }
        }
    }
}

fn least<T: Ord + Copy>(into: &mut T, other: T) {
    *into = (*into).min(other);
}

/// The shorter span; one that is set is stricter than none.
fn shorter(one: Option<Duration>, other: Option<Duration>) -> Option<Duration> {
    one.into_iter().chain(other).min()
}

fn joined(one: DoorSet, other: DoorSet) -> DoorSet {
    one.iter().chain(other.iter()).collect()
}

fn common(one: DoorSet, other: DoorSet) -> DoorSet {
    one.iter().filter(|door| other.contains(*door)).collect()
}

/// The networks that lie in both lists. Two networks are apart, or one lies in the other.
fn in_both(one: &[IpNet], other: &[IpNet]) -> Vec<IpNet> {
    let narrower = |a: &IpNet, b: &IpNet| {
        if a.contains(b) { Some(*b) } else { b.contains(a).then_some(*a) }
    };
    let mut both: Vec<IpNet> = one.iter().flat_map(|a| other.iter().filter_map(|b| narrower(a, b))).collect();
    both.sort_unstable();
    both.dedup();
    both
}

const fn demand(state: MfaState) -> u8 {
    match state {
        MfaState::Disabled => 0,
        MfaState::Enabled => 1,
        MfaState::Enforced => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of each setting, two values and what is as strict as both.
    #[test]
    fn of_two_values_the_stricter() {
        let table = [
            (SettingKey::DoorsOff, "imap", "pop3", "imap, pop3"),
            (SettingKey::DoorsReportOnly, "imap, pop3", "pop3", "pop3"),
            (SettingKey::AccountPasswordsAtDoors, "follow-mfa-state", "never", "never"),
            (SettingKey::AppPasswordsAtDoors, "true", "false", "false"),
            (SettingKey::UsersMayCreateAppPasswords, "true", "false", "false"),
            (SettingKey::AppPasswordsPerAccount, "9", "8", "8"),
            (SettingKey::AllowedScopes, "all", "smtp, imap", "smtp, imap"),
            (SettingKey::AllowedScopes, "smtp", "imap", "none"),
            (SettingKey::CompatibleProfiles, "capitals-and-digits", "none", "none"),
            (
                SettingKey::CompatibleProfiles,
                "capitals-and-digits, sixteen-letters",
                "sixteen-letters",
                "sixteen-letters",
            ),
            (SettingKey::NetworksRequired, "false", "true", "true"),
            (SettingKey::LongestExpiry, "none", "365d", "365d"),
            (SettingKey::LongestExpiry, "30d", "365d", "30d"),
            (SettingKey::LongestIdleExpiry, "none", "90d", "90d"),
            (SettingKey::SlowHashForAppPasswords, "false", "true", "true"),
            (SettingKey::StaleAfter, "90d", "30d", "30d"),
            (SettingKey::ExpiryNotice, "14d", "30d", "30d"),
            (SettingKey::MfaStateOfNewAccounts, "disabled", "enabled", "enabled"),
            (SettingKey::MfaStateOfNewAccounts, "enforced", "enabled", "enforced"),
            (SettingKey::StepUpAge, "10m", "5m", "5m"),
            (SettingKey::RememberBrowser, "30d", "off", "off"),
            (SettingKey::RememberBrowser, "30d", "7d", "7d"),
            (SettingKey::TrustedNetworks, "10.0.0.0/8", "none", "none"),
            (
                SettingKey::TrustedNetworks,
                "10.0.0.0/8, 2001:db8::/32",
                "10.1.0.0/16, 192.0.2.0/24",
                "10.1.0.0/16",
            ),
            (SettingKey::TextMessageCodes, "true", "false", "false"),
            (SettingKey::EMailCodes, "true", "false", "false"),
            (SettingKey::LeastPasswordLength, "12", "16", "16"),
        ];
        for (key, one, other, stricter) in table {
            for (first, second) in [(one, other), (other, one)] {
                let (mut into, mut from) = (Settings::default(), Settings::default());
                key.set(&mut into, first).unwrap();
                key.set(&mut from, second).unwrap();
                key.take_stricter(&from, &mut into);
                assert_eq!(key.get(&into), stricter, "{}: {first} and {second}", key.name());
            }
        }
        for key in SettingKey::ALL {
            assert!(table.iter().any(|(tested, ..)| tested == key), "{}", key.name());
        }
    }

    #[test]
    fn a_copy_is_of_one_setting_alone() {
        for key in SettingKey::ALL {
            let other = super::super::text::tests::another_value(*key);
            let mut into = Settings::default();
            key.copy(&other, &mut into);
            assert_eq!(into, other, "{}", key.name());
        }
    }
}

//! The text form of each setting: read and written.

use std::ops::RangeInclusive;
use std::time::Duration;

use ipnet::IpNet;

use super::span::{parse_span, show_span};
use super::{AccountPasswordsAtDoors, SettingKey, Settings};
use crate::app_password::CompatibleProfiles;
use crate::door::DoorSet;
use crate::network::{Networks, parse_network};

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
    /// Its value in `settings`, as text that [`Self::set`] takes. Of several groups, the protocol scope that all of them
    /// allow may be empty, which is shown as `none` and can be chosen for nobody.
    #[must_use]
    pub fn get(self, settings: &Settings) -> String {
        match self {
            Self::DoorsOff => show_doors(settings.doors_off),
            Self::DoorsReportOnly => show_doors(settings.doors_report_only),
            Self::AccountPasswordsAtDoors => settings.account_passwords_at_doors.name().to_owned(),
            Self::AppPasswordsAtDoors => settings.app_passwords_at_doors.to_string(),
            Self::UsersMayCreateAppPasswords => settings.users_may_create_app_passwords.to_string(),
            Self::AppPasswordsPerAccount => settings.app_passwords_per_account.to_string(),
            Self::AllowedScopes if settings.allowed_scopes == DoorSet::all() => "all".to_owned(),
            Self::AllowedScopes => show_doors(settings.allowed_scopes),
            Self::CompatibleProfiles if settings.compatible_profiles.is_empty() => "none".to_owned(),
            Self::CompatibleProfiles => settings.compatible_profiles.to_string(),
            Self::NetworksRequired => settings.networks_required.to_string(),
            Self::LongestExpiry => show_span_or("none", settings.longest_expiry),
            Self::LongestIdleExpiry => show_span_or("none", settings.longest_idle_expiry),
            Self::SlowHashForAppPasswords => settings.slow_hash_for_app_passwords.to_string(),
            Self::StaleAfter => show_span(settings.stale_after),
            Self::ExpiryNotice => show_span(settings.expiry_notice),
            Self::MfaStateOfNewAccounts => settings.mfa_state_of_new_accounts.name().to_owned(),
            Self::StepUpAge => show_span(settings.step_up_age),
            Self::RememberBrowser => show_span_or("off", settings.remember_browser),
            Self::TrustedNetworks if settings.trusted_networks.is_empty() => "none".to_owned(),
            Self::TrustedNetworks => {
                let networks: Vec<String> = settings.trusted_networks.iter().map(IpNet::to_string).collect();
                networks.join(", ")
            }
            Self::TextMessageCodes => settings.text_message_codes.to_string(),
            Self::EMailCodes => settings.e_mail_codes.to_string(),
            Self::LeastPasswordLength => settings.least_password_length.to_string(),
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
            Self::DoorsOff => settings.doors_off = doors_or("none", DoorSet::EMPTY, value)?,
            Self::DoorsReportOnly => settings.doors_report_only = doors_or("none", DoorSet::EMPTY, value)?,
            Self::AccountPasswordsAtDoors => {
                settings.account_passwords_at_doors = AccountPasswordsAtDoors::from_name(value)?;
            }
            Self::AppPasswordsAtDoors => settings.app_passwords_at_doors = value.parse().ok()?,
            Self::UsersMayCreateAppPasswords => {
                settings.users_may_create_app_passwords = value.parse().ok()?;
            }
            Self::AppPasswordsPerAccount => settings.app_passwords_per_account = number(1..=1000, value)?,
            Self::AllowedScopes => settings.allowed_scopes = doors_or("all", DoorSet::all(), value)?,
            Self::CompatibleProfiles => settings.compatible_profiles = profiles_or_none(value)?,
            Self::NetworksRequired => settings.networks_required = value.parse().ok()?,
            Self::LongestExpiry => settings.longest_expiry = span_or("none", YEARS, value)?,
            Self::LongestIdleExpiry => settings.longest_idle_expiry = span_or("none", YEARS, value)?,
            Self::SlowHashForAppPasswords => settings.slow_hash_for_app_passwords = value.parse().ok()?,
            Self::StaleAfter => settings.stale_after = span(YEARS, value)?,
            Self::ExpiryNotice => settings.expiry_notice = span(MONTHS, value)?,
            Self::MfaStateOfNewAccounts => settings.mfa_state_of_new_accounts = value.parse().ok()?,
            Self::StepUpAge => settings.step_up_age = span(STEP_UP_AGE, value)?,
            Self::RememberBrowser => settings.remember_browser = span_or("off", MONTHS, value)?,
            Self::TrustedNetworks => settings.trusted_networks = networks_or_none(value)?,
            Self::TextMessageCodes => settings.text_message_codes = value.parse().ok()?,
            Self::EMailCodes => settings.e_mail_codes = value.parse().ok()?,
            Self::LeastPasswordLength => settings.least_password_length = number(8..=64, value)?,
        }
        Some(())
    }
}

const DAY: Duration = Duration::from_secs(24 * 3600);

/// A day to five years: nobody remembers a longer one, and it could as well be none.
const YEARS: RangeInclusive<Duration> = DAY..=Duration::from_secs(1825 * 24 * 3600);

/// A day to three months.
const MONTHS: RangeInclusive<Duration> = DAY..=Duration::from_secs(90 * 24 * 3600);

/// A minute to half a day: shorter nobody could work, longer is as long as an administrator's session.
const STEP_UP_AGE: RangeInclusive<Duration> = Duration::from_secs(60)..=Duration::from_secs(12 * 3600);

fn number(range: RangeInclusive<u32>, value: &str) -> Option<u32> {
    value.parse().ok().filter(|number| range.contains(number))
}

fn span(range: RangeInclusive<Duration>, value: &str) -> Option<Duration> {
    parse_span(value).ok().filter(|span| range.contains(span))
}

/// A span, or nothing for the word that stands for none. `None` when it is neither.
#[expect(
    clippy::option_option,
    reason = "the outer one is the failure, the inner one a value of the setting"
)]
fn span_or(none: &str, range: RangeInclusive<Duration>, value: &str) -> Option<Option<Duration>> {
    if value == none { Some(None) } else { span(range, value).map(Some) }
}

fn show_span_or(none: &str, span: Option<Duration>) -> String {
    span.map_or_else(|| none.to_owned(), show_span)
}

fn doors_or(word: &str, meaning: DoorSet, value: &str) -> Option<DoorSet> {
    if value == word { Some(meaning) } else { value.parse().ok() }
}

fn show_doors(doors: DoorSet) -> String {
    if doors.is_empty() { "none".to_owned() } else { doors.to_string() }
}

fn profiles_or_none(value: &str) -> Option<CompatibleProfiles> {
    if value == "none" { Some(CompatibleProfiles::NONE) } else { value.parse().ok() }
}

fn networks_or_none(value: &str) -> Option<Vec<IpNet>> {
    if value == "none" {
        return Some(Vec::new());
    }
    let networks: Vec<IpNet> = value.split(',').map(parse_network).collect::<Result<_, _>>().ok()?;
    let networks = Networks::new(networks).as_slice().to_vec();
    (networks.len() <= Networks::MOST && !networks.iter().any(is_too_wide)).then_some(networks)
}

/// Whether a network is wider than any that an organization has for itself (RFC 1918: 10.0.0.0/8, RFC 4193: fc00::/7). To
/// trust `0.0.0.0/0` were to do without MFA in every browser, which is the MFA state's to say.
fn is_too_wide(network: &IpNet) -> bool {
    match network {
        IpNet::V4(network) => network.prefix_len() < 8,
        IpNet::V6(network) => network.prefix_len() < 7,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::door::Door;

    /// A value of each setting that is not its default.
    const OTHERS: [(SettingKey, &str); 21] = [
        (SettingKey::DoorsOff, "smtp, pop3"),
        (SettingKey::DoorsReportOnly, "imap"),
        (SettingKey::AccountPasswordsAtDoors, "never"),
        (SettingKey::AppPasswordsAtDoors, "false"),
        (SettingKey::UsersMayCreateAppPasswords, "false"),
        (SettingKey::AppPasswordsPerAccount, "1000"),
        (SettingKey::AllowedScopes, "smtp, imap"),
        (SettingKey::CompatibleProfiles, "capitals-and-digits, sixteen-letters"),
        (SettingKey::NetworksRequired, "true"),
        (SettingKey::LongestExpiry, "365d"),
        (SettingKey::LongestIdleExpiry, "36h"),
        (SettingKey::SlowHashForAppPasswords, "true"),
        (SettingKey::StaleAfter, "30d"),
        (SettingKey::ExpiryNotice, "90d"),
        (SettingKey::MfaStateOfNewAccounts, "disabled"),
        (SettingKey::StepUpAge, "12h"),
        (SettingKey::RememberBrowser, "30d"),
        (SettingKey::TrustedNetworks, "192.0.2.0/24, 2001:db8::/32"),
        (SettingKey::TextMessageCodes, "true"),
        (SettingKey::EMailCodes, "true"),
        (SettingKey::LeastPasswordLength, "64"),
    ];

    /// The defaults, but for that setting.
    pub(in super::super) fn another_value(key: SettingKey) -> Settings {
        let (_, value) = OTHERS.iter().find(|(other, _)| *other == key).unwrap();
        let mut settings = Settings::default();
        key.set(&mut settings, value).unwrap();
        settings
    }

    #[test]
    fn the_defaults_in_text() {
        let settings = Settings::default();
        let lines: Vec<String> =
            SettingKey::ALL.iter().map(|key| format!("{} = {}", key.name(), key.get(&settings))).collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        doors_off = none
        doors_report_only = none
        account_passwords_at_doors = follow-mfa-state
        app_passwords_at_doors = true
        users_may_create_app_passwords = true
        app_passwords_per_account = 40
        allowed_scopes = all
        compatible_profiles = none
        networks_required = false
        longest_expiry = none
        longest_idle_expiry = none
        slow_hash_for_app_passwords = false
        stale_after = 90d
        expiry_notice = 14d
        mfa_state_of_new_accounts = enforced
        step_up_age = 10m
        remember_browser = off
        trusted_networks = none
        text_message_codes = false
        e_mail_codes = false
        least_password_length = 8
        ");
    }

    #[test]
    fn every_setting_takes_what_it_shows_and_only_it_changes() {
        for (key, value) in OTHERS {
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
        }
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
            (SettingKey::AllowedScopes, "none"),
            (SettingKey::CompatibleProfiles, "standard"),
            (SettingKey::CompatibleProfiles, ""),
            (SettingKey::AppPasswordsPerAccount, "0"),
            (SettingKey::AppPasswordsPerAccount, "1001"),
            (SettingKey::LongestExpiry, "23h"),
            (SettingKey::LongestExpiry, "1826d"),
            (SettingKey::StepUpAge, "59s"),
            (SettingKey::StepUpAge, "13h"),
            (SettingKey::RememberBrowser, "91d"),
            (SettingKey::RememberBrowser, "none"),
            (SettingKey::TrustedNetworks, "192.0.2.0/33"),
            (SettingKey::TrustedNetworks, ""),
            (SettingKey::StaleAfter, "none"),
            (SettingKey::ExpiryNotice, "1h"),
            (SettingKey::LeastPasswordLength, "7"),
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
        `allowed_scopes` cannot be `none`: it takes all, or names separated by commas from smtp, imap, pop3, managesieve, ews, activesync, mapi, autodiscover, oab, dav, sharepoint, http, ldap, nginx-mail, forward-auth, sasl
        `compatible_profiles` cannot be `standard`: it takes none, or names separated by commas from capitals-and-digits, sixteen-letters
        `compatible_profiles` cannot be ``: it takes none, or names separated by commas from capitals-and-digits, sixteen-letters
        `app_passwords_per_account` cannot be `0`: it takes a whole number from 1 to 1000
        `app_passwords_per_account` cannot be `1001`: it takes a whole number from 1 to 1000
        `longest_expiry` cannot be `23h`: it takes none, or a span from 1d to 1825d, as in 90d
        `longest_expiry` cannot be `1826d`: it takes none, or a span from 1d to 1825d, as in 90d
        `step_up_age` cannot be `59s`: it takes a span from 1m to 12h, as in 10m
        `step_up_age` cannot be `13h`: it takes a span from 1m to 12h, as in 10m
        `remember_browser` cannot be `91d`: it takes off, or a span from 1d to 90d
        `remember_browser` cannot be `none`: it takes off, or a span from 1d to 90d
        `trusted_networks` cannot be `192.0.2.0/33`: it takes none, or at most 32 networks separated by commas, none wider than a /8 (IPv6: /7), as in 192.0.2.0/24, 2001:db8::/32
        `trusted_networks` cannot be ``: it takes none, or at most 32 networks separated by commas, none wider than a /8 (IPv6: /7), as in 192.0.2.0/24, 2001:db8::/32
        `stale_after` cannot be `none`: it takes a span from 1d to 1825d, as in 90d
        `expiry_notice` cannot be `1h`: it takes a span from 1d to 90d, as in 14d
        `least_password_length` cannot be `7`: it takes a whole number from 8 to 64
        `mfa_state_of_new_accounts` cannot be `on`: it takes disabled, enabled or enforced
        ");
    }

    #[test]
    fn trusted_networks_are_put_in_order_and_are_no_more_than_an_app_password_has() {
        let mut settings = Settings::default();
        let key = SettingKey::TrustedNetworks;
        key.set(&mut settings, "198.51.100.7,192.0.2.9/24, 192.0.2.0/24").unwrap();
        assert_eq!(key.get(&settings), "192.0.2.0/24, 198.51.100.7/32");
        let many: Vec<String> = (0..=Networks::MOST).map(|number| format!("192.0.2.{number}")).collect();
        assert!(key.set(&mut settings, &many.join(",")).is_err());
    }

    #[test]
    fn nobody_trusts_the_whole_internet() {
        let mut settings = Settings::default();
        let key = SettingKey::TrustedNetworks;
        key.set(&mut settings, "10.0.0.0/8, fc00::/7").unwrap();
        for wide in ["0.0.0.0/0", "::/0", "8.0.0.0/7", "2000::/3", "10.0.0.0/8, 0.0.0.0/1"] {
            assert!(key.set(&mut settings, wide).is_err(), "{wide}");
        }
        assert_eq!(key.get(&settings), "10.0.0.0/8, fc00::/7");
    }
}

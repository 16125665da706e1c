//! Settings by name, with the words for them: for storage, the command line and the admin area.

use crate::named::named;

named! {
    /// A setting by name.
    pub enum SettingKey {
        /// [`Settings::doors_off`](super::Settings::doors_off): door names separated by commas, or `none`.
        DoorsOff = "doors_off",
        /// [`Settings::doors_report_only`](super::Settings::doors_report_only): door names separated by commas, or `none`.
        DoorsReportOnly = "doors_report_only",
        /// [`Settings::account_passwords_at_doors`](super::Settings::account_passwords_at_doors): `follow-mfa-state` or `never`.
        AccountPasswordsAtDoors = "account_passwords_at_doors",
        /// [`Settings::app_passwords_at_doors`](super::Settings::app_passwords_at_doors): `true` or `false`.
        AppPasswordsAtDoors = "app_passwords_at_doors",
        /// [`Settings::users_may_create_app_passwords`](super::Settings::users_may_create_app_passwords): `true` or `false`.
        UsersMayCreateAppPasswords = "users_may_create_app_passwords",
        /// [`Settings::app_passwords_per_account`](super::Settings::app_passwords_per_account): a number.
        AppPasswordsPerAccount = "app_passwords_per_account",
        /// [`Settings::allowed_scopes`](super::Settings::allowed_scopes): door names separated by commas, or `all`.
        AllowedScopes = "allowed_scopes",
        /// [`Settings::compatible_profiles`](super::Settings::compatible_profiles): profile names separated by commas, or `none`.
        CompatibleProfiles = "compatible_profiles",
        /// [`Settings::networks_required`](super::Settings::networks_required): `true` or `false`.
        NetworksRequired = "networks_required",
        /// [`Settings::longest_expiry`](super::Settings::longest_expiry): a span such as `365d`, or `none`.
        LongestExpiry = "longest_expiry",
        /// [`Settings::longest_idle_expiry`](super::Settings::longest_idle_expiry): a span such as `90d`, or `none`.
        LongestIdleExpiry = "longest_idle_expiry",
        /// [`Settings::slow_hash_for_app_passwords`](super::Settings::slow_hash_for_app_passwords): `true` or `false`.
        SlowHashForAppPasswords = "slow_hash_for_app_passwords",
        /// [`Settings::stale_after`](super::Settings::stale_after): a span such as `90d`.
        StaleAfter = "stale_after",
        /// [`Settings::expiry_notice`](super::Settings::expiry_notice): a span such as `14d`.
        ExpiryNotice = "expiry_notice",
        /// [`Settings::mfa_state_of_new_accounts`](super::Settings::mfa_state_of_new_accounts): `disabled`, `enabled` or `enforced`.
        MfaStateOfNewAccounts = "mfa_state_of_new_accounts",
        /// [`Settings::step_up_age`](super::Settings::step_up_age): a span such as `10m`.
        StepUpAge = "step_up_age",
        /// [`Settings::remember_browser`](super::Settings::remember_browser): a span such as `30d`, or `off`.
        RememberBrowser = "remember_browser",
        /// [`Settings::trusted_networks`](super::Settings::trusted_networks): networks separated by commas, or `none`.
        TrustedNetworks = "trusted_networks",
        /// [`Settings::text_message_codes`](super::Settings::text_message_codes): `true` or `false`.
        TextMessageCodes = "text_message_codes",
        /// [`Settings::e_mail_codes`](super::Settings::e_mail_codes): `true` or `false`.
        EMailCodes = "e_mail_codes",
        /// [`Settings::least_password_length`](super::Settings::least_password_length): a number.
        LeastPasswordLength = "least_password_length",
    }
}

/// Which part of the settings a setting belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SettingSection {
    /// What doors accept.
    Doors,
    /// What app passwords may be.
    AppPasswords,
    /// How people sign in to the portal.
    BrowserSignIn,
    /// What account passwords may be.
    Passwords,
}

impl SettingSection {
    /// Every section, in the order in which they are shown.
    pub const ALL: &'static [Self] = &[Self::Doors, Self::AppPasswords, Self::BrowserSignIn, Self::Passwords];

    /// The words for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Doors => "Doors",
            Self::AppPasswords => "App passwords",
            Self::BrowserSignIn => "Sign-in to the portal",
            Self::Passwords => "Account passwords",
        }
    }

    /// Its settings.
    pub fn keys(self) -> impl Iterator<Item = SettingKey> {
        SettingKey::ALL.iter().copied().filter(move |key| key.section() == self)
    }
}

/// The names of the doors, for the clauses that say what a setting takes.
macro_rules! door_names {
    () => {
        "smtp, imap, pop3, managesieve, ews, activesync, mapi, autodiscover, oab, dav, sharepoint, http, ldap, nginx-mail, forward-auth, sasl"
    };
}

const TRUE_OR_FALSE: &str = "it takes true or false";
const DOORS_OR_NONE: &str = concat!("it takes none, or names separated by commas from ", door_names!());
const DOORS_OR_ALL: &str = concat!("it takes all, or names separated by commas from ", door_names!());
const PROFILES_OR_NONE: &str =
    "it takes none, or names separated by commas from capitals-and-digits, sixteen-letters";
const SPAN_FROM_A_DAY: &str = "it takes a span from 1d to 1825d, as in 90d";
const SPAN_OR_NONE: &str = "it takes none, or a span from 1d to 1825d, as in 90d";

impl SettingKey {
    /// The words for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::DoorsOff => "Doors switched off",
            Self::DoorsReportOnly => "Doors in report-only mode",
            Self::AccountPasswordsAtDoors => "Account passwords at doors",
            Self::AppPasswordsAtDoors => "App passwords at doors",
            Self::UsersMayCreateAppPasswords => "Owners may create app passwords",
            Self::AppPasswordsPerAccount => "App passwords per account",
            Self::AllowedScopes => "Allowed protocol scope",
            Self::CompatibleProfiles => "Compatible secrets",
            Self::NetworksRequired => "Networks required",
            Self::LongestExpiry => "Longest expiry",
            Self::LongestIdleExpiry => "Longest idle expiry",
            Self::SlowHashForAppPasswords => "Argon2id for app passwords",
            Self::StaleAfter => "Stale after",
            Self::ExpiryNotice => "Expiry notice",
            Self::MfaStateOfNewAccounts => "MFA state of new accounts",
            Self::StepUpAge => "Step-up age",
            Self::RememberBrowser => "Remembered browsers",
            Self::TrustedNetworks => "Trusted networks",
            Self::TextMessageCodes => "Text-message codes",
            Self::EMailCodes => "E-mail codes",
            Self::LeastPasswordLength => "Least password length",
        }
    }

    /// One or two sentences that say what it decides.
    #[must_use]
    pub const fn summary(self) -> &'static str {
        match self {
            Self::DoorsOff => "The doors that refuse every sign-in.",
            Self::DoorsReportOnly => {
                "The doors that accept what being switched off, or the rules for account passwords, would refuse, and note it with the sign-in instead."
            }
            Self::AccountPasswordsAtDoors => {
                "Whether a program may sign in at a door with the account password: as the account's MFA state says, or never."
            }
            Self::AppPasswordsAtDoors => "Whether any door accepts app passwords at all.",
            Self::UsersMayCreateAppPasswords => {
                "Whether owners may create app passwords in the portal; existing ones keep working either way."
            }
            Self::AppPasswordsPerAccount => "How many live app passwords an account may have.",
            Self::AllowedScopes => {
                "The doors that a new app password may be for, whoever creates it. Existing ones keep what they have and are listed as too wide."
            }
            Self::CompatibleProfiles => {
                "The forms besides the standard one that the secret of a new app password may have, whoever creates it: for devices that insist on capitals and digits, or on 16 letters, which are weaker. Existing ones stay and are rotated in their form."
            }
            Self::NetworksRequired => {
                "Whether a new app password must be limited to networks, none wider than a /8."
            }
            Self::LongestExpiry => {
                "How far ahead the expiry of a new app password may be; where this is set, each must have one."
            }
            Self::LongestIdleExpiry => {
                "How long a new app password may go unused before it ends; where this is set, each must have an idle expiry."
            }
            Self::SlowHashForAppPasswords => {
                "Whether new app passwords are stored with Argon2id, which costs milliseconds at each sign-in."
            }
            Self::StaleAfter => "After how long without a use an app password is listed as stale.",
            Self::ExpiryNotice => {
                "How long before its expiry the owner of an app password is told, and it is listed as expiring soon."
            }
            Self::MfaStateOfNewAccounts => "The MFA state of a new account when none is asked for.",
            Self::StepUpAge => {
                "How old a second-factor check may be when something is done that needs a fresh one: app passwords created, rotated or widened, methods, tokens, roles, settings and accounts changed."
            }
            Self::RememberBrowser => {
                "For how long a browser is not asked for the second factor again, when its owner wishes so."
            }
            Self::TrustedNetworks => {
                "The networks from which members sign in to the portal without the second factor. It is still asked for before sensitive deeds, of administrators, and programs still need app passwords."
            }
            Self::TextMessageCodes => {
                "Whether owners may register and use text messages as a second factor: the weakest one, which whoever takes over the phone number can read."
            }
            Self::EMailCodes => "Whether owners may register and use codes by e-mail as a second factor.",
            Self::LeastPasswordLength => {
                "The least number of characters of a new account password; without MFA it is at least 15 in any case."
            }
        }
    }

    /// What it takes, as a clause for an error or a form.
    #[must_use]
    pub const fn expected(self) -> &'static str {
        match self {
            Self::DoorsOff | Self::DoorsReportOnly => DOORS_OR_NONE,
            Self::AccountPasswordsAtDoors => "it takes follow-mfa-state or never",
            Self::AppPasswordsAtDoors
            | Self::UsersMayCreateAppPasswords
            | Self::NetworksRequired
            | Self::SlowHashForAppPasswords
            | Self::TextMessageCodes
            | Self::EMailCodes => TRUE_OR_FALSE,
            Self::AppPasswordsPerAccount => "it takes a whole number from 1 to 1000",
            Self::AllowedScopes => DOORS_OR_ALL,
            Self::CompatibleProfiles => PROFILES_OR_NONE,
            Self::LongestExpiry | Self::LongestIdleExpiry => SPAN_OR_NONE,
            Self::StaleAfter => SPAN_FROM_A_DAY,
            Self::ExpiryNotice => "it takes a span from 1d to 90d, as in 14d",
            Self::MfaStateOfNewAccounts => "it takes disabled, enabled or enforced",
            Self::StepUpAge => "it takes a span from 1m to 12h, as in 10m",
            Self::RememberBrowser => "it takes off, or a span from 1d to 90d",
            Self::TrustedNetworks => {
                "it takes none, or at most 32 networks separated by commas, none wider than a /8 (IPv6: /7), as in 192.0.2.0/24, 2001:db8::/32"
            }
            Self::LeastPasswordLength => "it takes a whole number from 8 to 64",
        }
    }

    /// Which part of the settings it belongs to.
    #[must_use]
    pub const fn section(self) -> SettingSection {
        match self {
            Self::DoorsOff
            | Self::DoorsReportOnly
            | Self::AccountPasswordsAtDoors
            | Self::AppPasswordsAtDoors => SettingSection::Doors,
            Self::UsersMayCreateAppPasswords
            | Self::AppPasswordsPerAccount
            | Self::AllowedScopes
            | Self::CompatibleProfiles
            | Self::NetworksRequired
            | Self::LongestExpiry
            | Self::LongestIdleExpiry
            | Self::SlowHashForAppPasswords
            | Self::StaleAfter
            | Self::ExpiryNotice => SettingSection::AppPasswords,
            Self::MfaStateOfNewAccounts
            | Self::StepUpAge
            | Self::RememberBrowser
            | Self::TrustedNetworks
            | Self::TextMessageCodes
            | Self::EMailCodes => SettingSection::BrowserSignIn,
            Self::LeastPasswordLength => SettingSection::Passwords,
        }
    }

    /// Whether a group may have a value of its own. Not where the setting is about no account that is there yet, or marks
    /// the rows of a list over all accounts, which is read by one statement with one value.
    #[must_use]
    pub const fn is_for_groups(self) -> bool {
        !matches!(self, Self::MfaStateOfNewAccounts | Self::StaleAfter | Self::ExpiryNotice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app_password::Profile;
    use crate::door::Door;

    #[test]
    fn the_doors_named_in_the_errors_are_all_doors() {
        for door in Door::ALL {
            assert!(DOORS_OR_NONE.contains(door.name()), "{door}");
        }
    }

    #[test]
    fn the_profiles_named_in_the_error_are_all_compatible_profiles() {
        for profile in Profile::ALL {
            assert_eq!(PROFILES_OR_NONE.contains(profile.name()), *profile != Profile::Standard);
        }
    }

    #[test]
    fn every_setting_is_in_one_section_and_found_by_its_name() {
        let in_sections = SettingSection::ALL.iter().flat_map(|section| section.keys());
        assert_eq!(in_sections.collect::<Vec<_>>(), SettingKey::ALL);
        for key in SettingKey::ALL {
            assert_eq!(SettingKey::from_name(key.name()), Some(*key));
        }
        assert_eq!(SettingKey::from_name("no_such_setting"), None);
    }
}

//! Settings: what the organization decides at run time. The configuration file holds what the machine needs.

mod allowed;
mod key;
mod policy;
mod span;
mod stricter;
mod text;

pub use allowed::Allowed;
pub use key::{SettingKey, SettingSection};
pub use policy::{Effective, Origin, Overrides, Policy, Values};
pub use span::{NotASpan, parse_span, show_span};
pub use text::InvalidSetting;

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;

use crate::account::password::AccountPassword;
use crate::app_password::CompatibleProfiles;
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
    /// Doors that accept what would be refused because the door is off or because an account password is not wanted
    /// there, and note it with the event.
    pub doors_report_only: DoorSet,
    /// The doors that a new app password may be good for.
    pub allowed_scopes: DoorSet,
    /// The forms besides the standard one that the secret of a new app password may have.
    pub compatible_profiles: CompatibleProfiles,
    /// Whether a new app password must be limited to networks.
    pub networks_required: bool,
    /// A new app password must have an expiry, at most this far ahead: 1 day to 5 years. None: it needs none.
    pub longest_expiry: Option<Duration>,
    /// A new app password must have an idle expiry of at most this: 1 day to 5 years. None: it needs none.
    pub longest_idle_expiry: Option<Duration>,
    /// Unused for so long, an app password counts as stale: 1 day to 5 years.
    pub stale_after: Duration,
    /// So long before its expiry an app password counts as expiring soon, and its owner is told: 1 to 90 days.
    pub expiry_notice: Duration,
    /// How long a browser may be remembered in place of the second factor: 1 to 90 days. None: not at all.
    pub remember_browser: Option<Duration>,
    /// From here members may sign in to the portal without the second factor. At most 32; none: from nowhere.
    pub trusted_networks: Vec<IpNet>,
    /// Whether text-message codes may be registered and used.
    pub text_message_codes: bool,
    /// Whether e-mail codes may be registered and used.
    pub e_mail_codes: bool,
    /// Least characters of a new account password: 8 to 64.
    pub least_password_length: u32,
}

impl Settings {
    /// Least characters of a new account password for somebody with that MFA state: what the setting says, and where the
    /// password stands alone at least 15 (NIST SP 800-63B-4 3.1.1.2).
    #[must_use]
    pub fn least_characters(&self, mfa: MfaState) -> usize {
        let least = match mfa {
            MfaState::Disabled => AccountPassword::LEAST_WITHOUT_MFA,
            MfaState::Enabled | MfaState::Enforced => AccountPassword::LEAST_WITH_MFA,
        };
        usize::try_from(self.least_password_length).map_or(least, |length| length.max(least))
    }

    /// Whether an address lies in one of the trusted networks. An IPv4 address mapped into IPv6 counts as IPv4.
    #[must_use]
    pub fn trust(&self, address: IpAddr) -> bool {
        self.trusted_networks.iter().any(|network| network.contains(&address.to_canonical()))
    }
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
            doors_report_only: DoorSet::EMPTY,
            allowed_scopes: DoorSet::all(),
            compatible_profiles: CompatibleProfiles::NONE,
            networks_required: false,
            longest_expiry: None,
            longest_idle_expiry: None,
            stale_after: Duration::from_secs(90 * 24 * 3600),
            expiry_notice: Duration::from_secs(14 * 24 * 3600),
            remember_browser: None,
            trusted_networks: Vec::new(),
            text_message_codes: false,
            e_mail_codes: false,
            least_password_length: 8,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_stands_alone_is_longer() {
        let mut settings = Settings::default();
        for (length, with_mfa, without) in [(8, 8, 15), (12, 12, 15), (20, 20, 20)] {
            settings.least_password_length = length;
            let states = [MfaState::Disabled, MfaState::Enabled, MfaState::Enforced];
            let least = states.map(|mfa| settings.least_characters(mfa));
            assert_eq!(least, [without, with_mfa, with_mfa]);
        }
    }

    #[test]
    fn no_address_is_trusted_that_is_not_named() {
        let mut settings = Settings::default();
        let trusts = |settings: &Settings, text: &str| settings.trust(text.parse().unwrap());
        assert!(!trusts(&settings, "192.0.2.7"));
        SettingKey::TrustedNetworks.set(&mut settings, "192.0.2.0/24").unwrap();
        assert!(trusts(&settings, "192.0.2.7"));
        assert!(trusts(&settings, "::ffff:192.0.2.7"));
        assert!(!trusts(&settings, "192.0.3.7"));
        assert!(!trusts(&settings, "2001:db8::1"));
    }
}

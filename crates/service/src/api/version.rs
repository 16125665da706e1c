//! Versions of what can be changed, for entity tags (RFC 9110 8.8.3): a change that was asked for by somebody who saw
//! another version is not done.

use postern_domain::account::Account;
use postern_domain::app_password::AppPassword;
use postern_domain::id::{AccountId, AppPasswordId};
use postern_domain::setting::{Policy, SettingKey};
use postern_storage::Snapshot;
use sha2::{Digest as _, Sha256};

use crate::Failure;

/// A version of something, opaque.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Version([u8; 12]);

/// What has versions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Versioned {
    /// An account.
    Account(AccountId),
    /// An app password.
    AppPassword(AppPasswordId),
    /// A setting: the organization's value of it, and the groups'.
    Setting(SettingKey),
}

/// That a deed is to be done only to a version that the caller has seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Precondition {
    /// Of what.
    pub of: Versioned,
    /// The versions that will do.
    pub versions: Vec<String>,
}

impl Version {
    /// The version of an account.
    #[must_use]
    pub fn of_account(account: &Account) -> Self {
        Self::of(&format!("{account:?}"))
    }

    /// The version of an app password: what was decided about it. Its uses are no change of it.
    #[must_use]
    pub fn of_app_password(app_password: &AppPassword) -> Self {
        let decided = AppPassword { last_use: None, use_count: 0, ..app_password.clone() };
        Self::of(&format!("{decided:?}"))
    }

    /// The version of a setting: the value that the organization gives, and those of groups. A change for one group is a
    /// change of it, because who decides about one looks at all of them.
    #[must_use]
    pub fn of_setting(key: SettingKey, policy: &Policy) -> Self {
        let of_groups = policy.groups.iter().filter_map(|(group, values)| Some((group, values.get(key)?)));
        let of_groups: Vec<_> = of_groups.collect();
        Self::of(&format!("{key:?} {:?} {of_groups:?}", policy.organization.get(key)))
    }

    fn of(text: &str) -> Self {
        let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        let mut version = [0; 12];
        version.copy_from_slice(&digest[..12]);
        Self(version)
    }
}

/// 24 hexadecimal digits.
impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl Precondition {
    /// Whether it holds in `state`, which is the deed's own transaction. What is not there has no version.
    pub(super) async fn holds(&self, state: &mut (dyn Snapshot + '_)) -> Result<bool, Failure> {
        let version = match self.of {
            Versioned::Account(id) => state.account(id).await?.as_ref().map(Version::of_account),
            Versioned::AppPassword(id) => {
                state.app_password(id).await?.as_ref().map(Version::of_app_password)
            }
            Versioned::Setting(key) => Some(Version::of_setting(key, &state.policy().await?)),
        };
        Ok(version.is_none_or(|version| self.versions.contains(&version.to_string())))
    }
}

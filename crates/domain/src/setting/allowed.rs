//! For whom a kind of authentication method is allowed, by the groups that accounts are in.
//!
//! [`Policy::settings_for`] answers that for one account. This answers it for all of them at once, so that a database can
//! be asked for those whom a change concerns.

use std::collections::BTreeSet;

use super::{Policy, SettingKey, Settings};
use crate::account::GroupName;
use crate::mfa::MethodKind;

/// The accounts for which something is allowed, by the groups that they are in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Allowed {
    /// Whether it is for those who are in none of the groups below.
    pub others: bool,
    /// The groups that allow it, also where the others may not.
    pub by: BTreeSet<GroupName>,
    /// The groups that do not: whoever is in one of them may not, whatever other groups they are in.
    pub not_by: BTreeSet<GroupName>,
}

impl Allowed {
    /// Everybody.
    #[must_use]
    pub const fn everybody() -> Self {
        Self { others: true, by: BTreeSet::new(), not_by: BTreeSet::new() }
    }

    /// Nobody.
    #[must_use]
    pub const fn nobody() -> Self {
        Self { others: false, by: BTreeSet::new(), not_by: BTreeSet::new() }
    }

    /// Whether there can be somebody for whom it is allowed.
    #[must_use]
    pub fn is_for_anybody(&self) -> bool {
        self.others || !self.by.is_empty()
    }

    /// Whether nobody is allowed by this who is not by `other`, whatever groups there are.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        let grants = other.others || (!self.others && self.by.is_subset(&other.by));
        !self.is_for_anybody() || (grants && other.not_by.is_subset(&self.not_by))
    }
}

impl SettingKey {
    /// The setting that says whether a kind of method may be registered and used; none: it always may. No setting says it
    /// of more than one kind.
    #[must_use]
    pub const fn of_method(kind: MethodKind) -> Option<Self> {
        match kind {
            MethodKind::AuthenticatorApp | MethodKind::Passkey { .. } => None,
            MethodKind::TextMessage => Some(Self::TextMessageCodes),
            MethodKind::EmailCode => Some(Self::EMailCodes),
        }
    }
}

impl Settings {
    /// Whether methods of a kind may be registered and used.
    #[must_use]
    pub const fn allow(&self, kind: MethodKind) -> bool {
        match kind {
            MethodKind::AuthenticatorApp | MethodKind::Passkey { .. } => true,
            MethodKind::TextMessage => self.text_message_codes,
            MethodKind::EmailCode => self.e_mail_codes,
        }
    }
}

impl Policy {
    /// For whom methods of a kind are allowed.
    #[must_use]
    pub fn allowed(&self, kind: MethodKind) -> Allowed {
        let Some(key) = SettingKey::of_method(kind) else { return Allowed::everybody() };
        let mut allowed =
            Allowed { others: self.organization.settings().allow(kind), ..Allowed::everybody() };
        for (group, values) in self.groups.iter().filter(|(_, values)| values.gives(key)) {
            let groups = if values.settings().allow(kind) { &mut allowed.by } else { &mut allowed.not_by };
            groups.insert(group.clone());
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUPS: [&str; 3] = ["guests", "it", "sales"];

    /// Every policy in which each of three groups and the organization gives a value or none.
    fn policies() -> Vec<Policy> {
        let choices = [None, Some("true"), Some("false")];
        let policy = |number: usize| {
            let mut policy = Policy::default();
            let choice = |place: u32| choices[number / 3_usize.pow(place) % 3];
            if let Some(value) = choice(3) {
                policy.organization.give(SettingKey::TextMessageCodes, value).unwrap();
            }
            for (place, group) in (0..).zip(GROUPS) {
                if let Some(value) = choice(place) {
                    let values = policy.groups.entry(group.parse().unwrap()).or_default();
                    values.give(SettingKey::TextMessageCodes, value).unwrap();
                }
            }
            policy
        };
        (0..81).map(policy).collect()
    }

    /// Everybody there can be: in none, in some or in all of the groups.
    fn memberships() -> Vec<Vec<GroupName>> {
        let those = |set: usize| {
            let of_set = GROUPS.iter().enumerate().filter(|(place, _)| set >> place & 1 == 1);
            of_set.map(|(_, group)| group.parse().unwrap()).collect()
        };
        (0..8).map(those).collect()
    }

    fn includes(allowed: &Allowed, groups: &[GroupName]) -> bool {
        let in_any = |of: &BTreeSet<GroupName>| groups.iter().any(|group| of.contains(group));
        (allowed.others || in_any(&allowed.by)) && !in_any(&allowed.not_by)
    }

    #[test]
    fn it_is_allowed_for_whose_settings_say_so() {
        for policy in policies() {
            for groups in memberships() {
                let settings = policy.settings_for(&groups);
                for kind in MethodKind::ALL {
                    let allowed = policy.allowed(*kind);
                    assert_eq!(includes(&allowed, &groups), settings.allow(*kind), "{groups:?}: {allowed:?}");
                }
            }
        }
    }

    #[test]
    fn nobody_loses_it_where_it_is_within_what_comes() {
        let all: Vec<Allowed> =
            policies().iter().map(|policy| policy.allowed(MethodKind::TextMessage)).collect();
        let everybody = memberships();
        for before in &all {
            for after in &all {
                let keeps = |groups: &Vec<GroupName>| !includes(before, groups) || includes(after, groups);
                assert_eq!(before.is_within(after), everybody.iter().all(keeps), "{before:?}, {after:?}");
            }
        }
    }

    #[test]
    fn each_kind_has_its_own_setting_or_none() {
        for kind in MethodKind::ALL {
            for key in SettingKey::ALL {
                let answers = ["true", "false"].map(|value| {
                    let mut settings = Settings::default();
                    key.set(&mut settings, value).ok().map(|()| settings.allow(*kind))
                });
                let [Some(on), Some(off)] = answers else { continue };
                let decides = SettingKey::of_method(*kind) == Some(*key);
                assert_eq!((on && !off, on != off), (decides, decides), "{kind} and {}", key.name());
            }
        }
        let keys: Vec<_> = MethodKind::ALL.iter().filter_map(|kind| SettingKey::of_method(*kind)).collect();
        assert_eq!(keys, [SettingKey::EMailCodes, SettingKey::TextMessageCodes]);
    }
}

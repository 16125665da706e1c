//! Who decided what: the organization's values, the groups', and what holds for an account.
//!
//! A value is given or it is not; there is no empty one that means "as the others". What the organization does not give
//! has its default. What a group gives holds for its members in place of the organization's value, also when it is laxer;
//! of several groups that give one, the stricter holds.

use std::collections::{BTreeMap, HashSet};

use super::{InvalidSetting, SettingKey, Settings};
use crate::account::GroupName;

/// Values for some of the settings.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Values {
    /// What is not given has its default here.
    settings: Settings,
    given: HashSet<SettingKey>,
}

impl Values {
    /// The value in text, when one is given.
    #[must_use]
    pub fn get(&self, key: SettingKey) -> Option<String> {
        self.gives(key).then(|| key.get(&self.settings))
    }

    /// Gives a value from text.
    ///
    /// # Errors
    /// [`InvalidSetting`]; nothing is changed then.
    pub fn give(&mut self, key: SettingKey, value: &str) -> Result<(), InvalidSetting> {
        key.set(&mut self.settings, value)?;
        self.given.insert(key);
        Ok(())
    }

    /// Takes a value back.
    pub fn take_back(&mut self, key: SettingKey) {
        key.copy(&Settings::default(), &mut self.settings);
        self.given.remove(&key);
    }

    /// Whether a value is given.
    #[must_use]
    pub fn gives(&self, key: SettingKey) -> bool {
        self.given.contains(&key)
    }

    /// The settings for which a value is given, in the order of [`SettingKey::ALL`].
    pub fn keys(&self) -> impl Iterator<Item = SettingKey> {
        SettingKey::ALL.iter().copied().filter(|key| self.gives(*key))
    }

    /// All settings: those given, and the defaults of the others.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether none is given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.given.is_empty()
    }
}

/// The groups that give values of their own.
pub type Overrides = BTreeMap<GroupName, Values>;

/// Everything that was decided.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Policy {
    /// What the organization gives.
    pub organization: Values,
    /// What groups give; none of them is empty.
    pub groups: Overrides,
}

/// Where a value comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// Nobody gave one.
    Default,
    /// The organization.
    Organization,
    /// These groups of the account; the strictest of their values holds. At least one.
    Groups(Vec<GroupName>),
}

/// What holds for an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Effective {
    /// The values.
    pub settings: Settings,
    organization: HashSet<SettingKey>,
    /// In the order of their names, each with what it gives.
    groups: Vec<(GroupName, HashSet<SettingKey>)>,
}

impl Policy {
    /// Whether any of these groups gives a value.
    #[must_use]
    pub fn has_overrides_for(&self, groups: &[GroupName]) -> bool {
        !self.groups.is_empty() && groups.iter().any(|group| self.groups.contains_key(group))
    }

    /// The values for somebody in these groups.
    #[must_use]
    pub fn settings_for(&self, groups: &[GroupName]) -> Settings {
        let mut settings = self.organization.settings.clone();
        let mut given = HashSet::new();
        for values in groups.iter().filter_map(|group| self.groups.get(group)) {
            for key in values.given.iter().copied() {
                if given.insert(key) {
                    key.copy(&values.settings, &mut settings);
                } else {
                    key.take_stricter(&values.settings, &mut settings);
                }
            }
        }
        settings
    }

    /// The values for somebody in these groups, with where each comes from.
    #[must_use]
    pub fn effective(&self, groups: &[GroupName]) -> Effective {
        let given =
            |group: &GroupName| self.groups.get(group).map(|values| (group.clone(), values.given.clone()));
        Effective {
            settings: self.settings_for(groups),
            organization: self.organization.given.clone(),
            groups: groups.iter().filter_map(given).collect(),
        }
    }
}

impl Effective {
    /// Where a value comes from.
    #[must_use]
    pub fn origin(&self, key: SettingKey) -> Origin {
        let groups: Vec<GroupName> = self
            .groups
            .iter()
            .filter(|(_, given)| given.contains(&key))
            .map(|(group, _)| group.clone())
            .collect();
        if !groups.is_empty() {
            Origin::Groups(groups)
        } else if self.organization.contains(&key) {
            Origin::Organization
        } else {
            Origin::Default
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str) -> GroupName {
        name.parse().unwrap()
    }

    fn policy() -> Policy {
        let mut policy = Policy::default();
        policy.organization.give(SettingKey::AppPasswordsPerAccount, "20").unwrap();
        policy.organization.give(SettingKey::DoorsOff, "pop3").unwrap();
        for (name, key, value) in [
            ("sales", SettingKey::AppPasswordsPerAccount, "30"),
            ("sales", SettingKey::LongestExpiry, "365d"),
            ("guests", SettingKey::AppPasswordsPerAccount, "25"),
            ("guests", SettingKey::DoorsOff, "none"),
        ] {
            policy.groups.entry(group(name)).or_default().give(key, value).unwrap();
        }
        policy
    }

    #[test]
    fn a_group_goes_before_the_organization_and_of_groups_the_stricter_holds() {
        let keys = [SettingKey::AppPasswordsPerAccount, SettingKey::DoorsOff, SettingKey::LongestExpiry];
        let mut lines = Vec::new();
        for groups in [&[][..], &["it"], &["sales"], &["guests"], &["guests", "sales"]] {
            let groups: Vec<GroupName> = groups.iter().copied().map(group).collect();
            let effective = policy().effective(&groups);
            for key in keys {
                let (value, origin) = (key.get(&effective.settings), effective.origin(key));
                lines.push(format!("{groups:?} {} = {value}: {origin:?}", key.name()));
            }
        }
        insta::assert_snapshot!(lines.join("\n"), @r#"
        [] app_passwords_per_account = 20: Organization
        [] doors_off = pop3: Organization
        [] longest_expiry = none: Default
        ["it"] app_passwords_per_account = 20: Organization
        ["it"] doors_off = pop3: Organization
        ["it"] longest_expiry = none: Default
        ["sales"] app_passwords_per_account = 30: Groups(["sales"])
        ["sales"] doors_off = pop3: Organization
        ["sales"] longest_expiry = 365d: Groups(["sales"])
        ["guests"] app_passwords_per_account = 25: Groups(["guests"])
        ["guests"] doors_off = none: Groups(["guests"])
        ["guests"] longest_expiry = none: Default
        ["guests", "sales"] app_passwords_per_account = 25: Groups(["guests", "sales"])
        ["guests", "sales"] doors_off = none: Groups(["guests"])
        ["guests", "sales"] longest_expiry = 365d: Groups(["sales"])
        "#);
    }

    #[test]
    fn only_a_group_that_gives_something_makes_a_difference() {
        let policy = policy();
        assert!(!policy.has_overrides_for(&[]));
        assert!(!policy.has_overrides_for(&[group("it")]));
        assert!(policy.has_overrides_for(&[group("it"), group("sales")]));
        assert!(!Policy::default().has_overrides_for(&[group("sales")]));
    }

    #[test]
    fn a_value_that_is_taken_back_is_as_if_it_had_never_been_given() {
        for key in SettingKey::ALL {
            let mut values = Values::default();
            values.give(*key, &key.get(&Settings::default())).unwrap();
            assert!(values.gives(*key), "also one that is the default");
            values.take_back(*key);
            assert_eq!(values, Values::default());
        }
    }
}

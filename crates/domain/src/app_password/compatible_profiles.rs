//! The profiles besides the standard one that a policy offers.

use std::fmt;
use std::str::FromStr;

use super::Profile;

/// A set of the profiles that are not [`Profile::Standard`], which nobody can be refused.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct CompatibleProfiles {
    capitals_and_digits: bool,
    sixteen_letters: bool,
}

/// The text names no compatible profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the compatible profiles are capitals-and-digits and sixteen-letters")]
pub struct NoSuchProfile;

impl CompatibleProfiles {
    /// None of them: the standard profile alone.
    pub const NONE: Self = Self { capitals_and_digits: false, sixteen_letters: false };

    /// Whether an app password may have this profile. The standard one it always may.
    #[must_use]
    pub const fn allow(self, profile: Profile) -> bool {
        match profile {
            Profile::Standard => true,
            Profile::CapitalsAndDigits => self.capitals_and_digits,
            Profile::SixteenLetters => self.sixteen_letters,
        }
    }

    /// Whether none of them is offered.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::NONE
    }

    /// Those that are in both.
    #[must_use]
    pub fn common(self, other: Self) -> Self {
        self.iter().filter(|profile| other.allow(*profile)).collect()
    }

    /// Them, in the order of [`Profile::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Profile> {
        Profile::ALL
            .iter()
            .copied()
            .filter(move |profile| *profile != Profile::Standard && self.allow(*profile))
    }
}

/// The standard profile among them adds nothing.
impl FromIterator<Profile> for CompatibleProfiles {
    fn from_iter<I: IntoIterator<Item = Profile>>(profiles: I) -> Self {
        profiles.into_iter().fold(Self::NONE, |set, profile| Self {
            capitals_and_digits: set.capitals_and_digits || profile == Profile::CapitalsAndDigits,
            sixteen_letters: set.sixteen_letters || profile == Profile::SixteenLetters,
        })
    }
}

/// Names separated by commas; white space around them and a name that comes twice do no harm.
impl FromStr for CompatibleProfiles {
    type Err = NoSuchProfile;

    /// # Errors
    /// [`NoSuchProfile`], also for a list that names none, and for the standard one, which need not be allowed.
    fn from_str(text: &str) -> Result<Self, NoSuchProfile> {
        let compatible = |name: &str| {
            Profile::from_name(name.trim())
                .filter(|profile| *profile != Profile::Standard)
                .ok_or(NoSuchProfile)
        };
        text.split(',').map(compatible).collect()
    }
}

/// The names, separated by `, `.
impl fmt::Display for CompatibleProfiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, profile) in self.iter().enumerate() {
            if position > 0 {
                f.write_str(", ")?;
            }
            f.write_str(profile.name())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_named_is_allowed_and_the_standard_one_always() {
        for (text, allowed) in [
            ("capitals-and-digits", [true, true, false]),
            (" sixteen-letters,sixteen-letters ", [true, false, true]),
            ("sixteen-letters, capitals-and-digits", [true, true, true]),
        ] {
            let set: CompatibleProfiles = text.parse().unwrap();
            assert_eq!(Profile::ALL.iter().map(|profile| set.allow(*profile)).collect::<Vec<_>>(), allowed);
            assert_eq!(set.to_string().parse(), Ok(set));
            assert!(!set.is_empty());
        }
        assert_eq!(
            Profile::ALL.iter().map(|profile| CompatibleProfiles::NONE.allow(*profile)).collect::<Vec<_>>(),
            [true, false, false]
        );
        assert!(CompatibleProfiles::NONE.is_empty() && CompatibleProfiles::default().is_empty());
        for wrong in ["", "standard", "none", "sixteen-letters,", "capitals"] {
            assert_eq!(wrong.parse::<CompatibleProfiles>(), Err(NoSuchProfile), "{wrong}");
        }
    }

    #[test]
    fn what_two_have_in_common_is_what_both_allow() {
        let set = |text: &str| text.parse::<CompatibleProfiles>().unwrap();
        let both = set("capitals-and-digits, sixteen-letters");
        assert_eq!(both.common(set("sixteen-letters")), set("sixteen-letters"));
        assert!(set("capitals-and-digits").common(set("sixteen-letters")).is_empty());
        assert_eq!(both.common(both), both);
    }
}

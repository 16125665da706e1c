//! The form that an app password's secret takes.

/// The form that an app password's secret takes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Profile {
    /// 24 symbols of 31 (23 random, 113.9 bits, and a check symbol), shown as six groups of four.
    Standard,
    /// 26 symbols, for a device that insists on a capital, a small letter and a digit: the standard secret after the
    /// fixed lead `P7`, shown as a group of its own. The lead says nothing and is left out of the canonical form, so
    /// the strength is the same, and the secret also works without it.
    CapitalsAndDigits,
    /// 16 lower-case letters (70.3 bits), for a device whose field is short or takes letters only. The letters are the
    /// 21 of the alphabet, which survive the folding of look-alikes; there is no check symbol. Stored with Argon2id.
    SixteenLetters,
}

impl Profile {
    /// Every profile.
    pub const ALL: &'static [Self] = &[Self::Standard, Self::CapitalsAndDigits, Self::SixteenLetters];

    /// The name used in storage and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::CapitalsAndDigits => "capitals-and-digits",
            Self::SixteenLetters => "sixteen-letters",
        }
    }

    /// The profile of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|profile| profile.name() == name)
    }

    /// Whether a keyed fast hash may store it: at least 112 random bits (NIST SP 800-63B-4 3.1.2.2).
    #[must_use]
    pub const fn allows_fast_hash(self) -> bool {
        matches!(self, Self::Standard | Self::CapitalsAndDigits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_has_a_name_of_its_own() {
        for profile in Profile::ALL {
            assert_eq!(Profile::from_name(profile.name()), Some(*profile));
        }
        assert_eq!(Profile::from_name("short"), None);
    }
}

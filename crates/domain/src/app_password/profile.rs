//! The form that an app password's secret takes.

/// The form that an app password's secret takes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Profile {
    /// 24 symbols of 31 (23 random, 113.9 bits, and a check symbol), shown as six groups of four.
    Standard,
    /// 26 symbols, capitals and digits, for a device that insists on both: the standard secret with a fixed
    /// two-symbol lead that holds a capital and a digit. Same strength.
    CapitalsAndDigits,
    /// 16 lower-case letters (75.2 bits), for a device whose field is short. Stored with Argon2id.
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

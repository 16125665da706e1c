//! How many of something.

use std::fmt;
use std::str::FromStr;

/// A number from 1 to a million.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Allowance(u32);

/// The number is none that a limit may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a limit: a whole number from 1 to 1000000; to allow none at all, revoke or suspend the app password"
)]
pub struct InvalidAllowance;

impl Allowance {
    /// The greatest.
    pub const MOST: u32 = 1_000_000;

    /// The allowance of that number.
    ///
    /// # Errors
    /// [`InvalidAllowance`] for zero and for more than [`Allowance::MOST`].
    pub const fn new(number: u32) -> Result<Self, InvalidAllowance> {
        if number == 0 || number > Self::MOST { Err(InvalidAllowance) } else { Ok(Self(number)) }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl FromStr for Allowance {
    type Err = InvalidAllowance;

    fn from_str(text: &str) -> Result<Self, InvalidAllowance> {
        text.trim().parse().map_err(|_| InvalidAllowance).and_then(Self::new)
    }
}

impl fmt::Display for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

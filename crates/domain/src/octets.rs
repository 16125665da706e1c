//! Amounts of data.

use std::fmt;

/// An amount of data, in octets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Octets(pub u64);

/// In decimal units with one digit after the point, rounded down: `512 bytes`, `1.5 kB`, `20.0 MB`.
impl fmt::Display for Octets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(octets) = *self;
        let units = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
        match units.into_iter().find(|(_, factor)| octets >= *factor) {
            Some((unit, factor)) => {
                write!(f, "{}.{} {unit}", octets / factor, octets % factor / (factor / 10))
            }
            None => write!(f, "{octets} bytes"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_shown_shortly() {
        let shown = [0, 999, 1_000, 1_550, 20_000_000, 7_999_999_999, u64::MAX]
            .map(|octets| Octets(octets).to_string());
        let expected = ["0 bytes", "999 bytes", "1.0 kB", "1.5 kB", "20.0 MB", "7.9 GB", "18446744073.7 GB"];
        assert_eq!(shown, expected);
    }
}

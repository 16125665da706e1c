//! Sizes: `64MiB`, `500kB`, `1000000`.

/// The text is no size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("write a number of bytes, or one with a unit: 1000000, 500kB, 50MB, 64MiB, 1GiB")]
pub struct NotASize;

/// The units, with their octets.
const UNITS: [(&str, u64); 7] = [
    ("", 1),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
];

/// A size in octets from its text form.
///
/// # Errors
/// [`NotASize`].
pub fn parse_size(text: &str) -> Result<u64, NotASize> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| NotASize)?;
    let (_, factor) =
        UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit.trim())).ok_or(NotASize)?;
    number.checked_mul(*factor).ok_or(NotASize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_decimal_and_binary_units() {
        assert_eq!(parse_size("64MiB"), Ok(67_108_864));
        assert_eq!(parse_size("50 mb"), Ok(50_000_000));
        assert_eq!(parse_size("10"), Ok(10));
        for wrong in ["", "MiB", "1.5GB", "-1", "99999999999GiB"] {
            assert_eq!(parse_size(wrong), Err(NotASize), "{wrong}");
        }
    }
}

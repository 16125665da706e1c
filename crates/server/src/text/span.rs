//! Spans of time: `90d`, `12h`, `10m`, `30s`, `250ms`.

use std::time::Duration;

/// The text is no span of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("write a number and a unit: 250ms, 30s, 10m, 12h, 90d")]
pub struct NotASpan;

/// The units, the longest first.
const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// A span of time from its text form, at most 100 years.
///
/// # Errors
/// [`NotASpan`].
pub fn parse_span(text: &str) -> Result<Duration, NotASpan> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or(NotASpan)?;
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| NotASpan)?;
    let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit.trim()).ok_or(NotASpan)?;
    let millis = number.checked_mul(*factor).filter(|millis| *millis <= 100 * 366 * 86_400_000);
    millis.map(Duration::from_millis).ok_or(NotASpan)
}

/// The span in the largest unit that holds it in whole numbers.
#[must_use]
pub fn show_span(span: Duration) -> String {
    let millis = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    let fits = |(_, factor): &&(&str, u64)| millis >= *factor && millis.is_multiple_of(*factor);
    let (unit, factor) = UNITS.iter().find(fits).unwrap_or(&("s", 1_000));
    format!("{}{unit}", millis / factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_shows_the_same() {
        for text in ["250ms", "30s", "10m", "12h", "90d", "0s"] {
            assert_eq!(show_span(parse_span(text).unwrap()), text);
        }
        assert_eq!(show_span(Duration::from_secs(5400)), "90m");
        for wrong in ["", "10", "m", "1.5h", "-1d", "9999999999d", "10 weeks"] {
            assert_eq!(parse_span(wrong), Err(NotASpan), "{wrong}");
        }
    }
}

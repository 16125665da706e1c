//! Spans of time as people write them: `45s`, `10m`, `12h`, `90d`.

use std::time::Duration;

/// The units, longest first, with their seconds.
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// The text is no span of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a span of time: write a whole number and a unit, as in 45s, 10m, 12h or 90d")]
pub struct NotASpan {
    /// What was given.
    pub text: String,
}

/// The span that `text` writes: a whole number and one of `s`, `m`, `h` and `d`. Zero is a span too.
///
/// # Errors
/// [`NotASpan`] with the text; also when the seconds do not fit into 64 bits.
pub fn parse_span(text: &str) -> Result<Duration, NotASpan> {
    let text = text.trim();
    let seconds = || {
        let unit = text.chars().next_back()?.to_ascii_lowercase();
        let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit)?;
        let number = &text[..text.len() - 1];
        // `u64` would take a leading plus sign.
        number.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
        number.parse::<u64>().ok()?.checked_mul(*factor)
    };
    seconds().map(Duration::from_secs).ok_or_else(|| NotASpan { text: text.to_owned() })
}

/// The span in the longest unit that writes it without a remainder. A fraction of a second is dropped.
#[must_use]
pub fn show_span(span: Duration) -> String {
    let seconds = span.as_secs();
    let (unit, factor) =
        UNITS.iter().find(|(_, factor)| seconds != 0 && seconds.is_multiple_of(*factor)).unwrap_or(&('s', 1));
    format!("{}{unit}", seconds / factor)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::*;

    #[test]
    fn reads_whole_numbers_with_a_unit() {
        for (text, seconds) in
            [("45s", 45), ("10m", 600), (" 12H ", 43_200), ("90d", 7_776_000), ("0s", 0), ("007m", 420)]
        {
            assert_eq!(parse_span(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for wrong in
            ["", "10", "m", "1.5h", "-1m", "+1m", "1 h", "10min", "1w", "10µ", "99999999999999999999d"]
        {
            assert_eq!(parse_span(wrong), Err(NotASpan { text: wrong.to_owned() }), "{wrong}");
        }
        assert_eq!(
            parse_span("soon").unwrap_err().to_string(),
            "`soon` is not a span of time: write a whole number and a unit, as in 45s, 10m, 12h or 90d"
        );
    }

    #[test]
    fn shows_the_longest_unit_that_fits() {
        for (seconds, text) in [
            (0, "0s"),
            (59, "59s"),
            (90, "90s"),
            (600, "10m"),
            (5_400, "90m"),
            (86_400, "1d"),
            (90_000, "25h"),
        ] {
            assert_eq!(show_span(Duration::from_secs(seconds)), text);
        }
    }

    proptest! {
        #[test]
        fn reads_back_what_it_shows(seconds in any::<u64>()) {
            let span = Duration::from_secs(seconds);
            assert_eq!(parse_span(&show_span(span)), Ok(span));
        }
    }
}

//! `--expires 90d|DATE|never`

use std::str::FromStr;
use std::time::Duration;

use postern_domain::Timestamp;

use crate::text::{parse_moment, parse_span};

/// When an app password ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expiry {
    Never,
    After(Duration),
    At(Timestamp),
}

/// The text is no expiry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("write a span (90d), a date (2027-03-31, the end of that day in UTC) or never")]
pub(super) struct NotAnExpiry;

impl FromStr for Expiry {
    type Err = NotAnExpiry;

    fn from_str(text: &str) -> Result<Self, NotAnExpiry> {
        if text.eq_ignore_ascii_case("never") {
            return Ok(Self::Never);
        }
        let span = parse_span(text).map(Self::After);
        span.or_else(|_| parse_moment(text).map(Self::At)).map_err(|_| NotAnExpiry)
    }
}

impl Expiry {
    /// The moment, seen from `now`.
    pub(super) fn moment(&self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Never => None,
            Self::After(span) => Some(now.plus(*span)),
            Self::At(moment) => Some(*moment),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_spans_dates_and_never() {
        assert_eq!("never".parse(), Ok(Expiry::Never));
        assert_eq!("90d".parse(), Ok(Expiry::After(Duration::from_secs(90 * 86_400))));
        assert!(matches!("2027-03-31".parse(), Ok(Expiry::At(_))));
        assert_eq!("next year".parse::<Expiry>(), Err(NotAnExpiry));
    }
}

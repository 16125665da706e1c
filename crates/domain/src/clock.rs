//! Time as an input: [`Timestamp`] and the [`Clock`] that makes one.

use std::fmt;
use std::time::Duration;

/// A moment, in whole milliseconds since 1970-01-01T00:00:00Z. May be negative.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment `millis` milliseconds after 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The day in UTC, counted from 1970-01-01.
    #[must_use]
    pub const fn day(self) -> i64 {
        self.0.div_euclid(86_400_000)
    }

    /// The moment at which a day in UTC begins; saturates at the ends of the range.
    #[must_use]
    pub const fn of_day(day: i64) -> Self {
        Self(day.saturating_mul(86_400_000))
    }

    /// This moment plus `span`; saturates at the end of the range.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(millis(span)))
    }

    /// This moment minus `span`; saturates at the start of the range.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(millis(span)))
    }

    /// How long after `earlier` this moment is; zero when it is not after it (a clock that was set back).
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// RFC 3339 in UTC, to the second: `2026-11-22T14:15:54Z`; `@<milliseconds>` outside the calendar's range.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calendar = time::OffsetDateTime::from_unix_timestamp(self.as_seconds()).ok();
        match calendar.filter(|date| (0..=9999).contains(&date.year())) {
            Some(date) => write!(
                f,
                "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
                date.year(),
                u8::from(date.month()),
                date.day(),
                date.hour(),
                date.minute(),
                date.second()
            ),
            None => write!(f, "@{}", self.0),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Where the time comes from. The server uses the machine's clock, a test its own.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_rfc_3339() {
        assert_eq!(Timestamp::from_millis(1_795_356_954_321).to_string(), "2026-11-22T14:15:54Z");
        assert_eq!(Timestamp::from_millis(-1).to_string(), "1969-12-31T23:59:59Z");
        assert_eq!(Timestamp::from_millis(i64::MAX).to_string(), format!("@{}", i64::MAX));
    }

    #[test]
    fn arithmetic_saturates_and_never_goes_back() {
        let t = Timestamp::from_millis(5_000);
        assert_eq!(t.plus(Duration::MAX), Timestamp::from_millis(i64::MAX));
        assert_eq!(t.minus(Duration::from_secs(6)), Timestamp::from_millis(-1_000));
        assert_eq!(t.since(t.plus(Duration::from_secs(1))), Duration::ZERO);
    }
}

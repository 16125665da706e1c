//! Moments and spans as people read them, in UTC.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::text::counted;

/// A moment: for machines, in words, and in full.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Moment {
    /// RFC 3339, for the `datetime` attribute.
    pub(crate) iso: String,
    /// Seen from now: `3 days ago`, `in 2 hours`, `just now`.
    pub(crate) near: String,
    /// `22 Nov 2026, 14:15 UTC`
    pub(crate) full: String,
    /// `22 Nov 2026`
    pub(crate) date: String,
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Moment {
    pub(crate) fn new(at: Timestamp, now: Timestamp) -> Self {
        let near = if at <= now { ago(now.since(at)) } else { format!("in {}", span(at.since(now))) };
        let iso = at.to_string();
        let (date, full) = match time::OffsetDateTime::from_unix_timestamp(at.as_seconds()) {
            Ok(calendar) => {
                let month = MONTHS[usize::from(u8::from(calendar.month())) - 1];
                let date = format!("{} {month} {}", calendar.day(), calendar.year());
                let full = format!("{date}, {:02}:{:02} UTC", calendar.hour(), calendar.minute());
                (date, full)
            }
            Err(_) => (iso.clone(), iso.clone()),
        };
        Self { iso, near, full, date }
    }
}

fn ago(since: Duration) -> String {
    if since < Duration::from_secs(60) { "just now".to_owned() } else { format!("{} ago", span(since)) }
}

/// A span in its largest whole unit, rounded down: `3 days`.
pub(crate) fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    let (count, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        86_400..5_184_000 => (seconds / 86_400, "day"),
        5_184_000..63_072_000 => (seconds / 2_592_000, "month"),
        _ => (seconds / 31_536_000, "year"),
    };
    counted(count, unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_moments_as_people_do() {
        let now = Timestamp::from_millis(1_795_356_954_321);
        let at = |seconds: i64| Moment::new(Timestamp::from_millis(now.as_millis() + seconds * 1000), now);
        assert_eq!(at(0).full, "22 Nov 2026, 14:15 UTC");
        assert_eq!((at(0).date, at(0).iso), ("22 Nov 2026".to_owned(), "2026-11-22T14:15:54Z".to_owned()));
        for (seconds, near) in [
            (-5, "just now"),
            (-60, "1 minute ago"),
            (-7_200, "2 hours ago"),
            (-3 * 86_400, "3 days ago"),
            (-70 * 86_400, "2 months ago"),
            (-800 * 86_400, "2 years ago"),
            (86_400, "in 1 day"),
            (90 * 86_400, "in 3 months"),
        ] {
            assert_eq!(at(seconds).near, near);
        }
    }
}

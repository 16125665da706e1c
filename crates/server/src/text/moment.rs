//! Moments: `2027-03-31` or `2027-03-31T12:00:00Z` (RFC 3339).

use postern_domain::Timestamp;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime, Time};

/// The text is no moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("write a date (2027-03-31, the end of that day in UTC) or a moment (2027-03-31T12:00:00Z)")]
pub struct NotAMoment;

/// A moment from its text form; a date alone means the end of that day in UTC.
///
/// # Errors
/// [`NotAMoment`].
pub fn parse_moment(text: &str) -> Result<Timestamp, NotAMoment> {
    let day = format_description!("[year]-[month]-[day]");
    let moment = match Date::parse(text, &day) {
        Ok(date) => date.with_time(Time::MIDNIGHT).assume_utc() + time::Duration::DAY,
        Err(_) => OffsetDateTime::parse(text, &Rfc3339).map_err(|_| NotAMoment)?,
    };
    let millis = i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).map_err(|_| NotAMoment)?;
    Ok(Timestamp::from_millis(millis))
}

/// The moment in UTC to the second: `2027-03-31T12:00:00Z`.
#[must_use]
pub fn show_moment(moment: Timestamp) -> String {
    OffsetDateTime::from_unix_timestamp(moment.as_seconds())
        .ok()
        .and_then(|moment| moment.format(&Rfc3339).ok())
        .unwrap_or_else(|| "-".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_means_the_end_of_its_day() {
        assert_eq!(show_moment(parse_moment("2027-03-31").unwrap()), "2027-04-01T00:00:00Z");
        assert_eq!(show_moment(parse_moment("2027-03-31T12:00:00+02:00").unwrap()), "2027-03-31T10:00:00Z");
        for wrong in ["", "31.3.2027", "2027-02-30", "tomorrow"] {
            assert_eq!(parse_moment(wrong), Err(NotAMoment), "{wrong}");
        }
    }
}

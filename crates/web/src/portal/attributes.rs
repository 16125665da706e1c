//! The attributes of an app password as people type them, on the forms that create and change one.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::app_password::{AppPasswordNote, SenderRestriction};
use postern_domain::limits::{Allowance, Limits};
use postern_domain::network::{Networks, parse_network};

use super::sign_in::sentence;
use crate::form::Fields;

/// A day.
pub(super) const DAY: Duration = Duration::from_secs(86_400);

/// Networks and addresses; none: any.
pub(super) fn networks(text: &str) -> Result<Networks, String> {
    let parsed: Result<Vec<_>, _> = entries(text).map(parse_network).collect();
    parsed.map(Networks::new).map_err(|error| sentence(&error))
}

/// A span ahead of `now`, or through a day that was named, in UTC. None: never.
pub(super) fn expires_at(choice: &str, date: &str, now: Timestamp) -> Result<Option<Timestamp>, String> {
    if choice != "date" {
        return Ok(span(choice)?.map(|span| now.plus(span)));
    }
    let format = time::macros::format_description!("[year]-[month]-[day]");
    let day = time::Date::parse(date.trim(), format)
        .map_err(|_| "Write the last day as year-month-day, for example 2027-06-30.".to_owned())?;
    let start = day.midnight().assume_utc().unix_timestamp();
    Ok(Some(Timestamp::from_millis(start.saturating_mul(1000)).plus(DAY)))
}

/// Who may be sent as: `own`, `any`, or `list` with the list.
pub(super) fn sender(choice: &str, list: &str) -> Result<SenderRestriction, String> {
    match choice {
        "any" => Ok(SenderRestriction::Unrestricted),
        "list" => SenderRestriction::listed(entries(list)).map_err(|error| sentence(&error)),
        _ => Ok(SenderRestriction::AccountAddresses),
    }
}

/// A note; none for an empty field.
pub(super) fn note(text: &str) -> Result<Option<AppPasswordNote>, String> {
    AppPasswordNote::typed(text).map_err(|error| sentence(&error))
}

/// The fields of the limits, with what people call them.
pub(super) const LIMITS: [(&str, &str); 4] = [
    ("sessions", "Sessions at once"),
    ("sign_ins", "Sign-ins a minute"),
    ("messages", "Messages an hour"),
    ("recipients", "Recipients an hour"),
];

/// The limits; an empty field: what is usual.
pub(super) fn limits(fields: &Fields) -> Result<Limits, String> {
    let one = |field: &str| match fields.get(field).trim() {
        "" => Ok(None),
        typed => typed.parse::<Allowance>().map(Some).map_err(|error| sentence(&error)),
    };
    Ok(Limits {
        sessions: one("sessions")?,
        sign_ins_per_minute: one("sign_ins")?,
        messages_per_hour: one("messages")?,
        recipients_per_hour: one("recipients")?,
    })
}

/// A list as people type it: separated by commas, spaces or lines.
pub(super) fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c == ',' || c == ';' || c.is_whitespace()).filter(|entry| !entry.is_empty())
}

/// The spans that the forms offer, in days.
const SPANS: [(&str, u32); 3] = [("30", 30), ("90", 90), ("365", 365)];

/// `never`, or one of [`SPANS`].
pub(super) fn span(choice: &str) -> Result<Option<Duration>, String> {
    if choice == "never" {
        return Ok(None);
    }
    let offered = SPANS.iter().find(|(value, _)| *value == choice);
    let (_, days) = offered.ok_or_else(|| "Choose one of the spans offered.".to_owned())?;
    Ok(Some(DAY * *days))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_holds_through_its_day() {
        let now = Timestamp::from_millis(0);
        let until = |date: &str| expires_at("date", date, now);
        assert_eq!(until("2027-06-30").unwrap().unwrap().to_string(), "2027-07-01T00:00:00Z");
        for wrong in ["", "30.6.2027", "2027-02-30", "tomorrow"] {
            assert!(until(wrong).is_err(), "{wrong}");
        }
        assert_eq!(expires_at("90", "", now).unwrap(), Some(now.plus(DAY * 90)));
        assert_eq!(expires_at("never", "2027-06-30", now).unwrap(), None);
    }

    #[test]
    fn only_the_spans_offered_are_taken() {
        for (choice, expected) in [("never", None), ("30", Some(DAY * 30)), ("365", Some(DAY * 365))] {
            assert_eq!(span(choice), Ok(expected), "{choice}");
        }
        for other in ["5", "0", "+30", "030", "", "zzz", "date"] {
            assert_eq!(span(other), Err("Choose one of the spans offered.".to_owned()), "{other}");
        }
    }

    #[test]
    fn lists_are_read_as_people_type_them() {
        let typed = networks("192.0.2.7\r\n10.0.0.0/8, 2001:db8::/32;").unwrap();
        assert_eq!(typed.to_string(), "10.0.0.0/8, 192.0.2.7/32, 2001:db8::/32");
        assert_eq!(
            networks("office").unwrap_err(),
            "`office` is not a network: write an address (192.0.2.7) or a network (192.0.2.0/24, 2001:db8::/32)"
        );
        let listed = sender("list", "News@example.test @shop.example.test");
        let expected = ["@shop.example.test".to_owned(), "news@example.test".to_owned()];
        assert_eq!(listed.unwrap(), SenderRestriction::Listed(expected.to_vec()));
        assert!(sender("list", "").is_err());
    }

    #[test]
    fn an_empty_limit_is_the_usual_one() {
        let fields = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            Fields::from(pairs.collect::<Vec<_>>())
        };
        assert_eq!(limits(&fields(&[("sessions", " ")])), Ok(Limits::default()));
        let typed = limits(&fields(&[("messages", "300")])).unwrap();
        assert_eq!(typed.messages_per_hour, Allowance::new(300).ok());
        assert!(limits(&fields(&[("sessions", "many")])).is_err());
    }
}

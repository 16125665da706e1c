//! The attributes of an app password as people type them, on the forms that create and change one.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::app_password::{AppPasswordNote, SenderRestriction};
use postern_domain::limits::{Allowance, Limits};
use postern_domain::network::{Networks, parse_network};
use postern_domain::setting::parse_span;
use postern_service::app_password::AppPasswordError;

use super::policy;
use super::sign_in::sentence;
use crate::form::Fields;

/// A day.
pub(super) const DAY: Duration = Duration::from_secs(86_400);

/// Networks and addresses, as every form of ours takes them; none: any.
pub(crate) fn networks(text: &str) -> Result<Networks, String> {
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

/// The limits; an empty field: what is `usual`.
pub(super) fn limits(fields: &Fields, usual: Limits) -> Result<Limits, String> {
    let one = |field: &str, usual: Option<Allowance>| match fields.get(field).trim() {
        "" => Ok(usual),
        typed => typed.parse::<Allowance>().map(Some).map_err(|error| sentence(&error)),
    };
    Ok(Limits {
        sessions: one("sessions", usual.sessions)?,
        sign_ins_per_minute: one("sign_ins", usual.sign_ins_per_minute)?,
        messages_per_hour: one("messages", usual.messages_per_hour)?,
        recipients_per_hour: one("recipients", usual.recipients_per_hour)?,
    })
}

/// The fields of the limits, with the values that they have.
pub(super) fn limit_values(limits: &Limits) -> impl Iterator<Item = (&'static str, &'static str, String)> {
    let its =
        [limits.sessions, limits.sign_ins_per_minute, limits.messages_per_hour, limits.recipients_per_hour];
    let shown = |limit: Option<Allowance>| limit.map_or_else(String::new, |each| each.to_string());
    LIMITS.iter().zip(its).map(move |((field, label), limit)| (*field, *label, shown(limit)))
}

/// A sender restriction as its fields have it: the choice, and the list.
pub(super) fn sender_fields(sender: &SenderRestriction) -> (&'static str, String) {
    match sender {
        SenderRestriction::AccountAddresses => ("own", String::new()),
        SenderRestriction::Listed(list) => ("list", list.join("\n")),
        SenderRestriction::Unrestricted => ("any", String::new()),
    }
}

/// Networks, one a line.
pub(super) fn network_lines(networks: &Networks) -> String {
    networks.as_slice().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// A list as people type it: separated by commas, spaces or lines.
pub(super) fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c == ',' || c == ';' || c.is_whitespace()).filter(|entry| !entry.is_empty())
}

/// The spans that the forms offer to everybody, in days.
pub(super) const SPANS: [(&str, u32); 3] = [("30", 30), ("90", 90), ("365", 365)];

/// A century: longer than anything of ours is kept, and short enough to be counted with.
const MOST_SPAN: Duration = Duration::from_secs(100 * 365 * 86_400);

/// `never`, one of [`SPANS`], or a span with its unit: the longest that the settings allow, or another app password's.
pub(super) fn span(choice: &str) -> Result<Option<Duration>, String> {
    if choice == "never" {
        return Ok(None);
    }
    let offered = SPANS.iter().find(|(value, _)| *value == choice);
    let span = offered.map_or_else(|| parse_span(choice).ok(), |(_, days)| Some(DAY * *days));
    span.filter(|span| *span <= MOST_SPAN)
        .map(Some)
        .ok_or_else(|| "Choose one of the spans offered.".to_owned())
}

/// What is wrong with a field of a form. The field `form`: with the form as a whole.
pub(super) struct Wrong {
    pub(super) field: &'static str,
    pub(super) text: String,
}

impl Wrong {
    /// A refusal, beside the field that it is about and in the words of the form.
    pub(super) fn by(error: &AppPasswordError) -> Self {
        let field = match error {
            AppPasswordError::NameTaken => "name",
            AppPasswordError::EmptyScope | AppPasswordError::ScopeNotAllowed { .. } => "doors",
            AppPasswordError::ProfileNotAllowed { .. } => "profile",
            AppPasswordError::TooManyNetworks { .. } | AppPasswordError::NetworksNeeded => "networks",
            AppPasswordError::ExpiryInThePast | AppPasswordError::ExpiryNeeded { .. } => "expiry",
            AppPasswordError::IdleExpiryTooShort | AppPasswordError::IdleExpiryNeeded { .. } => "idle",
            AppPasswordError::TooManySenders { .. } => "senders",
            AppPasswordError::NotAServiceAccount => "mailboxes",
            AppPasswordError::AboveUsual { .. } => "limits",
            _ => "form",
        };
        let text = match error {
            AppPasswordError::ScopeNotAllowed { doors } => policy::not_allowed(*doors),
            AppPasswordError::ExpiryNeeded { longest } => policy::must_expire(*longest),
            AppPasswordError::IdleExpiryNeeded { longest } => policy::must_end_unused(*longest),
            error => sentence(error),
        };
        Self { field, text }
    }
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
    fn only_spans_are_taken() {
        for (choice, expected) in
            [("never", None), ("30", Some(DAY * 30)), ("365", Some(DAY * 365)), ("45d", Some(DAY * 45))]
        {
            assert_eq!(span(choice), Ok(expected), "{choice}");
        }
        for other in ["5", "0", "+30", "030", "", "zzz", "date", "36501d"] {
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
        assert_eq!(limits(&fields(&[("sessions", " ")]), Limits::default()), Ok(Limits::default()));
        let few = Limits { sessions: Allowance::new(2).ok(), ..Limits::default() };
        assert_eq!(limits(&fields(&[]), few), Ok(few));
        let typed = limits(&fields(&[("messages", "300")]), few).unwrap();
        assert_eq!((typed.messages_per_hour, typed.sessions), (Allowance::new(300).ok(), few.sessions));
        assert!(limits(&fields(&[("sessions", "many")]), few).is_err());
    }
}

//! Moments as SCIM writes and compares them (RFC 7643 2.3.5, RFC 7644 3.4.2.2): `xsd:dateTime`, compared by time and not as
//! texts.

use postern_domain::Timestamp;
use postern_protocols::scim::{AttributePath, Filter, Literal, Operator};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A moment with its milliseconds, so that who asks for what changed after the last one that they saw misses nothing.
pub(super) fn shown(at: Timestamp) -> String {
    let text = at.to_string();
    match text.strip_suffix('Z') {
        Some(seconds) => format!("{seconds}.{:03}Z", at.as_millis().rem_euclid(1000)),
        None => text,
    }
}

/// The moment that a text is, its last digits cut off after the milliseconds. Without a time zone it is in UTC.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let read = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
    let moment = read(text).or_else(|| read(&format!("{text}Z")))?;
    i64::try_from(moment.unix_timestamp_nanos().div_euclid(1_000_000)).ok().map(Timestamp::from_millis)
}

/// Whether a part of `meta` is a moment.
pub(super) fn is_moment(part: &str) -> bool {
    ["created", "lastModified"].iter().any(|moment| moment.eq_ignore_ascii_case(part))
}

/// Whether an attribute is one of the moments of a resource.
pub(super) fn path_is_moment(path: &AttributePath) -> bool {
    path.is("meta") && path.sub.as_deref().is_some_and(is_moment)
}

/// The first text of a filter that a moment is compared with and that is none.
pub(super) fn misread(filter: &Filter) -> Option<&str> {
    match filter {
        Filter::And(filters) | Filter::Or(filters) => filters.iter().find_map(misread),
        Filter::Not(filter) => misread(filter),
        Filter::Compare { path, operator, value } => misread_value(path_is_moment(path), *operator, value),
        Filter::Within { path, filter } if path.is("meta") => misread_part(filter),
        Filter::Present(_) | Filter::Within { .. } => None,
    }
}

fn misread_part(filter: &Filter) -> Option<&str> {
    match filter {
        Filter::And(filters) | Filter::Or(filters) => filters.iter().find_map(misread_part),
        Filter::Not(filter) => misread_part(filter),
        Filter::Compare { path, operator, value } => misread_value(is_moment(&path.name), *operator, value),
        Filter::Present(_) | Filter::Within { .. } => None,
    }
}

fn misread_value(is_moment: bool, operator: Operator, value: &Literal) -> Option<&str> {
    let as_text = matches!(operator, Operator::Co | Operator::Sw | Operator::Ew);
    match value {
        Literal::Text(text) if is_moment && !as_text && read(text).is_none() => Some(text),
        _ => None,
    }
}

/// The span in which a resource must have changed to fit a filter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Span {
    /// The first moment that fits.
    pub(super) from: Timestamp,
    /// The last moment that fits.
    pub(super) until: Timestamp,
    /// Whether the filter asks for nothing else.
    pub(super) is_all: bool,
}

impl Span {
    /// The span of a filter that bounds `meta.lastModified` in every case.
    pub(super) fn of(filter: &Filter) -> Option<Self> {
        let conditions = match filter {
            Filter::And(filters) => filters.as_slice(),
            one => std::slice::from_ref(one),
        };
        let mut span = Self {
            from: Timestamp::from_millis(i64::MIN),
            until: Timestamp::from_millis(i64::MAX),
            is_all: true,
        };
        let mut bounds = 0;
        for condition in conditions {
            match bound(condition) {
                Some((from, until)) => {
                    span.from = span.from.max(from);
                    span.until = span.until.min(until);
                    bounds += 1;
                }
                None => span.is_all = false,
            }
        }
        (bounds > 0).then_some(span)
    }

    /// Whether the moment is in it.
    pub(super) fn has(self, at: Timestamp) -> bool {
        (self.from..=self.until).contains(&at)
    }
}

fn bound(condition: &Filter) -> Option<(Timestamp, Timestamp)> {
    let Filter::Compare { path, operator, value: Literal::Text(text) } = condition else { return None };
    if !path.is("meta") || !path.sub_is("lastModified") || path.schema.is_some() {
        return None;
    }
    let at = read(text)?.as_millis();
    let (from, until) = match operator {
        Operator::Gt => (at.checked_add(1)?, i64::MAX),
        Operator::Ge => (at, i64::MAX),
        Operator::Lt => (i64::MIN, at.checked_sub(1)?),
        Operator::Le => (i64::MIN, at),
        Operator::Eq => (at, at),
        Operator::Ne | Operator::Co | Operator::Sw | Operator::Ew => return None,
    };
    Some((Timestamp::from_millis(from), Timestamp::from_millis(until)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_as_every_client_writes_it() {
        let at = Timestamp::from_millis(1_795_356_954_321);
        assert_eq!(shown(at), "2026-11-22T14:15:54.321Z");
        assert_eq!(shown(Timestamp::from_millis(1_795_356_954_000)), "2026-11-22T14:15:54.000Z");
        for text in [
            "2026-11-22T14:15:54.321Z",
            "2026-11-22T14:15:54.3219999Z",
            "2026-11-22T16:15:54.321+02:00",
            "2026-11-22T14:15:54.321",
        ] {
            assert_eq!(read(text), Some(at), "{text}");
        }
        for text in ["", "yesterday", "2026-11-22", "2026-11-22 14:15", "1795356954", "2026-13-22T14:15:54Z"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_filter_bounds_when_a_resource_changed() {
        let span = |filter: &str| {
            let span = Span::of(&filter.parse().unwrap())?;
            let shown = |at: Timestamp| match at.as_millis() {
                i64::MIN | i64::MAX => "ever".to_owned(),
                _ => shown(at),
            };
            Some(format!(
                "{} to {}{}",
                shown(span.from),
                shown(span.until),
                if span.is_all { "" } else { " and more" }
            ))
        };
        for (filter, expected) in [
            ("meta.lastModified gt \"2026-11-22T14:15:54Z\"", "2026-11-22T14:15:54.001Z to ever"),
            ("META.lastmodified ge \"2026-11-22T14:15:54Z\"", "2026-11-22T14:15:54.000Z to ever"),
            ("meta.lastModified lt \"2026-11-22T14:15:54Z\"", "ever to 2026-11-22T14:15:53.999Z"),
            (
                "meta.lastModified ge \"2026-11-22T14:15:54Z\" and meta.lastModified le \"2026-11-23T14:15:54Z\"",
                "2026-11-22T14:15:54.000Z to 2026-11-23T14:15:54.000Z",
            ),
            (
                "active eq true and meta.lastModified eq \"2026-11-22T14:15:54Z\"",
                "2026-11-22T14:15:54.000Z to 2026-11-22T14:15:54.000Z and more",
            ),
        ] {
            assert_eq!(span(filter).as_deref(), Some(expected), "{filter}");
        }
        for filter in [
            "meta.created gt \"2026-11-22T14:15:54Z\"",
            "meta.lastModified ne \"2026-11-22T14:15:54Z\"",
            "meta.lastModified pr",
            "not (meta.lastModified gt \"2026-11-22T14:15:54Z\")",
            "active eq true or meta.lastModified gt \"2026-11-22T14:15:54Z\"",
            "urn:a:meta.lastModified gt \"2026-11-22T14:15:54Z\"",
        ] {
            assert_eq!(span(filter), None, "{filter}");
        }
    }
}

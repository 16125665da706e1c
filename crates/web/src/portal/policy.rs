//! What the settings ask of an account's app passwords, said on the forms before anything is refused.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::app_password::CompatibleProfiles;
use postern_domain::door::DoorSet;
use postern_domain::setting::{Settings, show_span};
use postern_domain::text::counted;

use super::attributes::{DAY, SPANS};
use crate::view::door_label;

/// A span as a choice: its value in the form, and the words for it.
pub(super) type Choice = (String, String);

/// What the settings ask of an account's app passwords.
pub(super) struct Policy {
    /// The doors that may be chosen.
    pub(super) doors: DoorSet,
    /// Why others are missing among them.
    pub(super) doors_missing: Option<String>,
    /// The forms of the secret besides the standard one.
    pub(super) compatible_profiles: CompatibleProfiles,
    pub(super) networks_required: bool,
    longest_expiry: Option<Duration>,
    longest_idle_expiry: Option<Duration>,
    /// What is said beside the expiry, and beside the idle expiry.
    pub(super) expiry: Option<String>,
    pub(super) idle: Option<String>,
    /// The last day that an expiry may name, as a date field wants it.
    pub(super) last_day: Option<String>,
}

impl Policy {
    /// `offered` are the doors that there are here.
    pub(super) fn new(settings: &Settings, offered: DoorSet, now: Timestamp) -> Self {
        let (doors, missing): (Vec<_>, Vec<_>) =
            offered.iter().partition(|door| settings.allowed_scopes.contains(*door));
        Self {
            doors: doors.into_iter().collect(),
            doors_missing: (!missing.is_empty()).then(|| not_allowed(missing.into_iter().collect())),
            compatible_profiles: settings.compatible_profiles,
            networks_required: settings.networks_required,
            longest_expiry: settings.longest_expiry,
            longest_idle_expiry: settings.longest_idle_expiry,
            expiry: settings.longest_expiry.map(must_expire),
            idle: settings.longest_idle_expiry.map(must_end_unused),
            // An expiry that names a day holds through it.
            last_day: settings.longest_expiry.map(|longest| day(now.plus(longest.saturating_sub(DAY)))),
        }
    }

    /// The choices of an expiry, and the one that is made where nobody says anything.
    pub(super) fn expiries(&self) -> (Vec<Choice>, String) {
        choices(self.longest_expiry, "In ", "Never")
    }

    /// The choices of an idle expiry, and the one that is made where nobody says anything.
    pub(super) fn idles(&self) -> (Vec<Choice>, String) {
        choices(self.longest_idle_expiry, "", "No limit")
    }

    /// The choice of the idle expiry of another app password, or of the longest that may be.
    pub(super) fn idle_like(&self, other: Option<Duration>) -> String {
        let is_allowed = |span: &Duration| self.longest_idle_expiry.is_none_or(|longest| *span <= longest);
        other.filter(is_allowed).map_or_else(|| self.idles().1, value)
    }

    /// The longest of a year or less that an expiry may be ahead, and an idle expiry may last: what renews an app password.
    pub(super) fn renewals(&self) -> [String; 2] {
        [self.longest_expiry, self.longest_idle_expiry]
            .map(|longest| value(longest.unwrap_or(DAY * 365).min(DAY * 365)))
    }
}

/// The value of a span in a form.
pub(super) fn value(span: Duration) -> String {
    SPANS
        .iter()
        .find(|(_, days)| DAY * *days == span)
        .map_or_else(|| show_span(span), |(value, _)| (*value).to_owned())
}

/// The words of a span that is chosen: days, as the settings say them.
pub(super) fn words(span: Duration) -> String {
    let (count, unit) = match span.as_secs() {
        seconds if seconds.is_multiple_of(31_536_000) => (seconds / 31_536_000, "year"),
        seconds if seconds.is_multiple_of(86_400) => (seconds / 86_400, "day"),
        seconds => (seconds.div_ceil(3_600), "hour"),
    };
    counted(count, unit)
}

/// Why these doors are not to be chosen.
pub(super) fn not_allowed(doors: DoorSet) -> String {
    let labels: Vec<_> = doors.iter().map(door_label).collect();
    format!("Your organization allows no new app password for: {}.", labels.join(", "))
}

pub(super) fn must_expire(longest: Duration) -> String {
    format!("Your organization wants each app password to expire, at most {} ahead.", words(longest))
}

pub(super) fn must_end_unused(longest: Duration) -> String {
    format!("Your organization wants each app password to end when unused, after at most {}.", words(longest))
}

/// A day, in UTC, as a date field wants it.
pub(super) fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

/// The spans up to the longest, and that one itself; without one, none as well.
fn choices(longest: Option<Duration>, before: &str, none: &str) -> (Vec<Choice>, String) {
    let choice = |span: Duration| (value(span), format!("{before}{}", words(span)));
    let spans = SPANS.iter().map(|(_, days)| DAY * *days);
    match longest {
        None => {
            let never = "never".to_owned();
            let all = std::iter::once((never.clone(), none.to_owned())).chain(spans.map(choice));
            (all.collect(), never)
        }
        Some(longest) => {
            let shorter = spans.filter(|span| *span < longest);
            (shorter.chain([longest]).map(choice).collect(), value(longest))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(expiry: Option<u32>, idle: Option<u32>) -> Policy {
        let span = |days: Option<u32>| days.map(|days| DAY * days);
        let settings =
            Settings { longest_expiry: span(expiry), longest_idle_expiry: span(idle), ..Settings::default() };
        Policy::new(&settings, DoorSet::all(), Timestamp::from_millis(0))
    }

    fn values(choices: &[Choice]) -> Vec<&str> {
        choices.iter().map(|(value, _)| value.as_str()).collect()
    }

    #[test]
    fn what_is_refused_is_not_offered_and_the_longest_is() {
        let free = policy(None, None);
        assert_eq!(values(&free.expiries().0), ["never", "30", "90", "365"]);
        assert_eq!((free.expiries().1, free.idles().1), ("never".to_owned(), "never".to_owned()));
        let held = policy(Some(45), Some(90));
        assert_eq!(held.expiries().0[1], ("45d".to_owned(), "In 45 days".to_owned()));
        assert_eq!((values(&held.expiries().0), held.expiries().1.as_str()), (vec!["30", "45d"], "45d"));
        assert_eq!((values(&held.idles().0), held.idles().1.as_str()), (vec!["30", "90"], "90"));
        assert_eq!(held.last_day.as_deref(), Some("1970-02-14"));
    }

    #[test]
    fn another_s_idle_expiry_is_taken_or_the_longest_that_may_be() {
        let held = policy(None, Some(60));
        for (other, expected) in [(Some(45), "45d"), (Some(30), "30"), (Some(90), "60d"), (None, "60d")] {
            assert_eq!(held.idle_like(other.map(|days: u32| DAY * days)), expected, "{other:?}");
        }
        assert_eq!(policy(None, None).idle_like(Some(DAY * 400)), "400d");
        assert_eq!((held.renewals()[0].as_str(), held.renewals()[1].as_str()), ("365", "60d"));
    }
}

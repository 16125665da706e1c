//! Upstreams that ask for patience. There is no code for it that all of them use, so their words are read.
//!
//! Exchange Online: `* BAD Request is throttled. Suggested Backoff Time: 9000 milliseconds`, `NO [THROTTLED] …`,
//! `432 4.3.2 Concurrent connections limit exceeded`, `4.7.0 … Suggested backoff time (in ms): …`. Gmail: `421 4.7.0
//! Too many login attempts`, `NO [LIMIT] Too many simultaneous connections`. Postfix: `421 4.7.0 … too many
//! connections`. POP3: `[LOGIN-DELAY]` (RFC 2449 §8.1.1).

use std::time::Duration;

/// What such an answer has in it, in lower case.
const REQUESTS: [&str; 11] = [
    "throttl",
    "backoff time",
    "back-off time",
    "back off",
    "too many ",
    "rate limit",
    "ratelimit",
    "limit exceeded",
    "[limit]",
    "[login-delay]",
    "slow down",
];

/// What stands before a time. Without a unit behind the number, Exchange's mean milliseconds, the others' seconds.
const TIMES: [(&str, Unit); 6] = [
    ("backoff time", Unit::Milliseconds),
    ("back-off time", Unit::Milliseconds),
    ("retry after", Unit::Seconds),
    ("retry in", Unit::Seconds),
    ("try again in", Unit::Seconds),
    ("try again after", Unit::Seconds),
];

/// The longest time that is believed; a longer one is said to nobody and waited for by nobody.
const LONGEST: Duration = Duration::from_secs(3_600);

#[derive(Clone, Copy)]
enum Unit {
    Milliseconds,
    Seconds,
    Minutes,
}

/// What a program is told whose upstream asks for patience at the sign-in. Its password is in order.
pub fn patience_text(retry_after: Option<Duration>) -> String {
    let when = try_again(retry_after);
    format!("The service behind this door asks for patience; the password was not refused, {when}")
}

/// `try again in 9 seconds`, in whole seconds or minutes, never too early; `try again later` where nobody knows.
pub fn try_again(retry_after: Option<Duration>) -> String {
    let Some(time) = retry_after else { return "try again later".to_owned() };
    let seconds = time.as_millis().div_ceil(1_000).max(1);
    let (number, unit) = if seconds < 120 { (seconds, "second") } else { (seconds.div_ceil(60), "minute") };
    format!("try again in {number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// Whether a refusal asks for patience.
pub(crate) fn is_asked_for(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    REQUESTS.iter().any(|request| text.contains(request))
}

/// For how long, if the text says so.
pub(crate) fn back_off(text: &str) -> Option<Duration> {
    let text = text.to_ascii_lowercase();
    let (rest, mut unit) = TIMES
        .iter()
        .find_map(|(phrase, unit)| text.find(phrase).map(|at| (&text[at + phrase.len()..], *unit)))?;
    let begin = rest.find(|character: char| character.is_ascii_digit())?;
    let digits = rest[begin..].split(|character: char| !character.is_ascii_digit()).next()?;
    let (before, after) = (&rest[..begin], rest[begin + digits.len()..].trim_start());
    if before.contains("(in ms)") || after.starts_with("ms") || after.starts_with("milli") {
        unit = Unit::Milliseconds;
    } else if after.starts_with("sec") {
        unit = Unit::Seconds;
    } else if after.starts_with("min") {
        unit = Unit::Minutes;
    }
    let number = digits.parse().ok()?;
    let time = match unit {
        Unit::Milliseconds => Duration::from_millis(number),
        Unit::Seconds => Duration::from_secs(number),
        Unit::Minutes => Duration::from_secs(number.saturating_mul(60)),
    };
    Some(time.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_words() {
        for (milliseconds, expected) in [
            (0, "try again in 1 second"),
            (1_001, "try again in 2 seconds"),
            (119_000, "try again in 119 seconds"),
            (120_001, "try again in 3 minutes"),
            (3_600_000, "try again in 60 minutes"),
        ] {
            assert_eq!(try_again(Some(Duration::from_millis(milliseconds))), expected);
        }
        assert_eq!(try_again(None), "try again later");
    }

    #[test]
    fn what_asks_for_patience_and_for_how_long() {
        let milliseconds =
            |text: &str| is_asked_for(text).then(|| back_off(text).map(|time| time.as_millis()));
        for (text, expected) in [
            ("Request is throttled. Suggested Backoff Time: 9000 milliseconds", Some(Some(9_000))),
            ("454 4.7.0 Busy. Suggested backoff time (in ms): 30000", Some(Some(30_000))),
            ("[THROTTLED] later", Some(None)),
            ("421 4.7.0 Too many login attempts, please try again in 10 minutes", Some(Some(600_000))),
            ("[LIMIT] Too many simultaneous connections. (Failure)", Some(None)),
            ("432 4.3.2 Concurrent connections limit exceeded", Some(None)),
            ("[LOGIN-DELAY] minimum time between logins, retry after 15", Some(Some(15_000))),
            ("Backoff time: 99999999999999 minutes", Some(Some(3_600_000))),
            ("Backoff time: 99999999999999999999999999", Some(None)),
            ("Backoff time soon", Some(None)),
            ("535 5.7.8 Username and Password not accepted", None),
            ("421 4.3.2 Service not available", None),
        ] {
            assert_eq!(milliseconds(text), expected, "{text}");
        }
    }
}

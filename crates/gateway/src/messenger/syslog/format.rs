//! One message in the form of RFC 5424.

use std::fmt::Write as _;

use postern_service::messenger::SyslogMessage;

/// The name of our structured data. 32473 is the enterprise number for documentation (RFC 5612): Postern has none of its
/// own, and this one is nobody else's.
const STRUCTURED_DATA: &str = "postern@32473";

/// RFC 5424 6.2.1: severity 5, notice: normal but significant.
const NOTICE: u8 = 5;

/// The octets of a message.
pub(super) fn format(message: &SyslogMessage, facility: u8, host_name: &str) -> Vec<u8> {
    let priority = facility * 8 + NOTICE;
    let host_name = printable(host_name, 255);
    let kind = printable(&message.kind, 32);
    let mut text = format!("<{priority}>1 {} {host_name} postern - {kind} [{STRUCTURED_DATA}", message.at);
    for (name, value) in &message.data {
        // Writing to a text cannot fail.
        let _ = write!(text, " {}=\"{}\"", parameter_name(name), escaped(value));
    }
    text.push(']');
    if !message.text.is_empty() {
        // The octets EF BB BF say that UTF-8 follows (6.4).
        let _ = write!(text, " \u{feff}{}", message.text.replace(char::is_control, " "));
    }
    text.into_bytes()
}

/// PRINTUSASCII of bounded length, or `-`.
fn printable(text: &str, most: usize) -> String {
    let kept: String = text.chars().filter(char::is_ascii_graphic).take(most).collect();
    if kept.is_empty() { "-".to_owned() } else { kept }
}

/// A PARAM-NAME: printable ASCII without `=`, `]` and `"`, at most 32 octets.
fn parameter_name(name: &str) -> String {
    name.replace(' ', "_").chars().filter(|c| c.is_ascii_graphic() && !"=]\"".contains(*c)).take(32).collect()
}

/// A PARAM-VALUE: `"`, `\` and `]` are escaped (6.3.3). Control characters, which a receiver may take for the end of the
/// message, become spaces.
fn escaped(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '"' | '\\' | ']' => escaped.extend(['\\', character]),
            control if control.is_control() => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use postern_domain::Timestamp;

    use super::*;

    #[test]
    fn a_message_has_the_form_of_the_standard_whatever_is_in_it() {
        let data = [
            ("actor", "account anna@example.test"),
            ("App password", "a\"b]c\\d\ne"),
            ("x=]\"\u{e9}", "J\u{fc}"),
        ];
        let message = SyslogMessage {
            at: Timestamp::from_millis(1_795_356_954_321),
            kind: "app-password create".to_owned(),
            data: data.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            text: "Create app password\n<13>1 forged".to_owned(),
        };
        assert_eq!(
            String::from_utf8(format(&message, 10, "mail.example.test")).unwrap(),
            "<85>1 2026-11-22T14:15:54Z mail.example.test postern - app-passwordcreate [postern@32473 \
             actor=\"account anna@example.test\" App_password=\"a\\\"b\\]c\\\\d e\" x=\"J\u{fc}\"] \
             \u{feff}Create app password <13>1 forged"
        );
        assert!(
            String::from_utf8(format(&message, 0, " "))
                .unwrap()
                .starts_with("<5>1 2026-11-22T14:15:54Z - postern ")
        );
    }
}

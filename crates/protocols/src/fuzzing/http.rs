//! What HTTP doors read of a request, under any input.

use crate::activesync::Query;
use crate::autodiscover::{Format, Rewriter};
use crate::http_basic;

/// The value of an `Authorization` field.
pub fn http_basic(data: &[u8]) {
    let Ok(credentials) = http_basic::parse(data) else { return };
    assert!(matches!(credentials.readings().len(), 1 | 2), "one or two readings");
    for reading in credentials.readings() {
        assert!(!reading.user_name.is_empty(), "a user name is never empty");
        assert!(
            !reading.user_name.contains(|c: char| c.is_control() || c == ':'),
            "a user name can be logged"
        );
        let secret = std::str::from_utf8(reading.secret.expose()).expect("a secret is UTF-8");
        assert!(!secret.contains(|c: char| c.is_ascii_control()), "a secret has no control characters");
    }
}

/// The query of an ActiveSync URL.
pub fn activesync(data: &[u8]) {
    let Ok(query) = std::str::from_utf8(data) else { return };
    let Ok(read) = Query::read(query) else { return };
    for text in [&read.user, &read.device_id, &read.device_type].into_iter().flatten() {
        assert!(!text.contains(char::is_control), "what is read can be logged");
    }
    let doubled = format!("{query}&{query}");
    if query.contains('&') {
        assert_eq!(Query::read(&doubled).as_ref(), Ok(&read), "saying it again changes nothing");
    }
}

/// Autodiscover answers: the first octet chooses the format. What comes out has no URL of the upstream, and rewriting it
/// again changes nothing.
pub fn autodiscover(data: &[u8]) {
    let Some((choice, answer)) = data.split_first() else { return };
    let format = if choice & 1 == 0 { Format::Xml } else { Format::Json };
    let rewriter = Rewriter::new("gateway.example").with_upstream_host("a.b").with_domain("b");
    let Ok(rewritten) = rewriter.rewrite(format, answer) else { return };
    assert_eq!(
        rewriter.rewrite(format, &rewritten).as_ref(),
        Ok(&rewritten),
        "rewriting again changes nothing"
    );
}

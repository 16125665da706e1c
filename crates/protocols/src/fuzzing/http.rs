//! What HTTP doors read of a request, under any input.

use crate::activesync::Query;
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

//! What the client sends reads back as what it meant.

use proptest::prelude::*;

use super::*;
use crate::Secret;
use crate::sasl::{decode_base64, encode_base64};

fn with(method: Method, user_name: &str, secret: &[u8]) -> Authentication {
    Authentication {
        user_name: user_name.to_owned(),
        act_as: None,
        secret: Secret::new(secret.to_vec()),
        method,
        without_tls: false,
    }
}

fn bearer() -> Method {
    Method::OAuthBearer { host: "imap.example.test".to_owned(), port: 993 }
}

fn first(authentication: &Authentication) -> Result<String, Unwilling> {
    let mut exchange = Exchange::begin(authentication, |_| true)?;
    let response = exchange.initial(usize::MAX).unwrap();
    Ok(decode_base64(&response).unwrap().escape_ascii().to_string())
}

#[test]
fn the_first_messages() {
    assert_eq!(
        first(&with(
            Method::XOAuth2,
            "someuser@example.com",
            b"ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"
        ))
        .as_deref(),
        Ok(r"user=someuser@example.com\x01auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\x01\x01"),
    );
    assert_eq!(
        first(&with(bearer(), "a=b,c@example.test", b"token")).as_deref(),
        Ok(r"n,a=a=3Db=2Cc@example.test,\x01host=imap.example.test\x01port=993\x01auth=Bearer token\x01\x01"),
    );
    let master = Authentication { act_as: Some("box".to_owned()), ..with(Method::Password, "u", b"p") };
    assert_eq!(first(&master).as_deref(), Ok(r"box\x00u\x00p"));
    let of_application =
        Authentication { act_as: Some("box".to_owned()), ..with(Method::XOAuth2, "u", b"t") };
    assert_eq!(first(&of_application).as_deref(), Ok(r"user=box\x01auth=Bearer t\x01\x01"));
}

#[test]
fn a_long_token_is_whole() {
    let token = "x".repeat(12 * 1024);
    let message = first(&with(Method::XOAuth2, "u", token.as_bytes())).unwrap();
    assert_eq!(message, format!(r"user=u\x01auth=Bearer {token}\x01\x01"));
}

#[test]
fn nothing_is_ever_tried_in_place_of_what_the_settings_say() {
    let offered = |authentication: &Authentication, names: &[&str]| {
        Exchange::begin(authentication, |name| names.contains(&name)).map(|exchange| exchange.mechanism())
    };
    let password = with(Method::Password, "u", b"p");
    assert_eq!(offered(&password, &["XOAUTH2", "LOGIN", "PLAIN"]), Ok("PLAIN"));
    assert_eq!(offered(&password, &["XOAUTH2", "LOGIN"]), Ok("LOGIN"));
    assert_eq!(offered(&password, &["XOAUTH2", "OAUTHBEARER"]), Err(Unwilling::NotOffered));
    let master = Authentication { act_as: Some("box".to_owned()), ..password };
    assert_eq!(offered(&master, &["LOGIN"]), Err(Unwilling::NotOffered));
    let all_others = ["PLAIN", "LOGIN", "OAUTHBEARER"];
    assert_eq!(offered(&with(Method::XOAuth2, "u", b"t"), &all_others), Err(Unwilling::NotOffered));
    let all_others = ["PLAIN", "LOGIN", "XOAUTH2"];
    assert_eq!(offered(&with(bearer(), "u", b"t"), &all_others), Err(Unwilling::NotOffered));
}

#[test]
fn what_would_shift_the_fields_is_not_sent() {
    for (method, user_name, secret) in [
        (Method::Password, "u\0x", &b"p"[..]),
        (Method::Password, "u", b"p\0x"),
        (Method::XOAuth2, "u\x01auth=Bearer evil", b"t"),
        (Method::XOAuth2, "", b"t"),
        (Method::XOAuth2, "u", b""),
        (Method::XOAuth2, "u", b"t\x01x"),
        (Method::XOAuth2, "u", b"t\r\nx"),
        (bearer(), "u\x01", b"t"),
        (bearer(), "u", b"t t"),
        (Method::OAuthBearer { host: "h\x01".to_owned(), port: 1 }, "u", b"t"),
    ] {
        let outcome = first(&with(method, user_name, secret));
        assert_eq!(outcome, Err(Unwilling::Unencodable), "{user_name:?}");
    }
}

#[test]
fn an_explained_refusal_is_answered_once_and_its_status_kept() {
    let challenge =
        encode_base64(br#"{"status":"401","schemes":"bearer mac","scope":"https://mail.google.com/"}"#);
    for (method, farewell) in [(Method::XOAuth2, &b""[..]), (bearer(), b"AQ==")] {
        let mut exchange = Exchange::begin(&with(method, "u", b"t"), |_| true).unwrap();
        assert_eq!(exchange.initial(10), None, "too long");
        assert!(exchange.respond(b"").unwrap().len() > 10);
        assert_eq!(exchange.status(), None);
        assert_eq!(exchange.respond(challenge.as_bytes()).as_deref().map(Vec::as_slice), Some(farewell));
        assert_eq!(exchange.status(), Some("401"));
        assert_eq!(exchange.respond(challenge.as_bytes()), None, "an upstream that asks twice");
    }
    let mut password = Exchange::begin(&with(Method::Password, "u", b"p"), |_| true).unwrap();
    assert!(password.initial(usize::MAX).is_some());
    assert_eq!(password.respond(challenge.as_bytes()), None);
}

#[test]
fn a_token_is_never_printed() {
    let authentication = with(Method::XOAuth2, "u", b"needle");
    assert!(!format!("{authentication:?}").contains("needle"));
    let settings = crate::smtp::upstream::Settings {
        client_name: "door.test".to_owned(),
        tls: crate::upstream::Tls::Implicit,
        xclient: None,
        authentication: Some(authentication),
    };
    assert!(!format!("{settings:?}").contains("needle"));
    let sent = crate::upstream::Step::<()>::Send(Zeroizing::new(b"needle".to_vec()));
    assert_eq!(format!("{sent:?}"), "Send");
}

#[test]
fn what_is_read_of_a_challenge() {
    for (json, expected) in [
        (r#"{"status":"invalid_token","scope":"x"}"#, Some("invalid_token")),
        (r#"{ "scope" : "x", "status" : 400 }"#, Some("400")),
        (r#"{"status":"40\u0031\r\n"}"#, Some("40")),
        ("{\"status\":\"a b\r\n\"}", Some("a")),
        (r#"{"status":""}"#, None),
        (r#"{"status":{}}"#, None),
        (r#"{"status"}"#, None),
        ("{}", None),
        ("", None),
    ] {
        assert_eq!(status(encode_base64(json.as_bytes()).as_bytes()).as_deref(), expected, "{json}");
    }
    assert_eq!(status(b"not base64"), None);
    let long = format!(r#"{{"status":"{}"}}"#, "x".repeat(500));
    assert_eq!(status(encode_base64(long.as_bytes()).as_bytes()).unwrap().len(), MAX_STATUS_KEPT);
}

/// The limit as a reader of the log sees it.
const MAX_STATUS_KEPT: usize = 40;

proptest! {
    /// Whatever the names and the token are, the receiver finds the same fields: nothing can be added to them.
    #[test]
    fn the_fields_cannot_be_shifted(user_name in ".{0,40}", token in prop::collection::vec(any::<u8>(), 0..60)) {
        if let Ok(message) = Exchange::begin(&with(Method::XOAuth2, &user_name, &token), |_| true) {
            let sent = decode_base64(&{ message }.initial(usize::MAX).unwrap()).unwrap();
            let fields: Vec<&[u8]> = sent.split(|&octet| octet == 1).collect();
            let user = [b"user=", user_name.as_bytes()].concat();
            let auth = [b"auth=Bearer ", &token[..]].concat();
            prop_assert_eq!(fields, [user.as_slice(), auth.as_slice(), b"", b""]);
        }
        if let Ok(message) = Exchange::begin(&with(bearer(), &user_name, &token), |_| true) {
            let sent = decode_base64(&{ message }.initial(usize::MAX).unwrap()).unwrap();
            let fields: Vec<&[u8]> = sent.split(|&octet| octet == 1).collect();
            prop_assert_eq!(fields.len(), 6);
            let header = std::str::from_utf8(fields[0]).unwrap();
            let name = header.strip_prefix("n,a=").unwrap().strip_suffix(',').unwrap();
            prop_assert!(!name.contains(','));
            prop_assert_eq!(name.replace("=2C", ",").replace("=3D", "="), user_name);
        }
    }

    /// Any challenge at all leaves nothing but a short, clean status.
    #[test]
    fn a_status_is_always_clean(json in ".{0,80}", octets in prop::collection::vec(any::<u8>(), 0..80)) {
        let named = format!("{{\"status\":\"{json}");
        for challenge in [encode_base64(named.as_bytes()).as_bytes(), &octets[..]] {
            if let Some(status) = status(challenge) {
                prop_assert!((1..=MAX_STATUS_KEPT).contains(&status.len()));
                prop_assert!(status.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"_-.".contains(&octet)));
            }
        }
    }
}

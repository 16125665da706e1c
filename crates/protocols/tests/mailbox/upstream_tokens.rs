//! Signing in at the upstreams of a mailbox with an access token, and upstreams that ask for patience.

use postern_protocols::Secret;
use postern_protocols::door::upstream::{Method, Settings, Tls};

use super::upstream::{imap, pop3, settings, sieve};

/// `user=u ^A auth=Bearer t ^A ^A`
const XOAUTH2: &str = "dXNlcj11AWF1dGg9QmVhcmVyIHQBAQ==";
/// `n,a=u, ^A host=h ^A port=1 ^A auth=Bearer t ^A ^A`
const OAUTHBEARER: &str = "bixhPXUsAWhvc3Q9aAFwb3J0PTEBYXV0aD1CZWFyZXIgdAEB";
/// `{"status":"invalid_token","scope":"mail"}`
const EXPLAINED: &str = "eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIiwic2NvcGUiOiJtYWlsIn0=";

fn token(method: Method, secret: &[u8]) -> Settings {
    let mut settings = settings(Tls::Implicit);
    let authentication = settings.authentication.as_mut().unwrap();
    authentication.method = method;
    authentication.secret = Secret::new(secret.to_vec());
    settings
}

/// Each mechanism with its name, its first message, and its answer to a refusal that is explained.
fn mechanisms() -> [(Method, &'static str, &'static str, &'static str); 2] {
    let bearer = Method::OAuthBearer { host: "h".to_owned(), port: 1 };
    [(Method::XOAuth2, "XOAUTH2", XOAUTH2, ""), (bearer, "OAUTHBEARER", OAUTHBEARER, "AQ==")]
}

#[test]
fn imap_with_an_initial_response_and_without() {
    for (method, name, message, _) in mechanisms() {
        imap(
            token(method.clone(), b"t"),
            &format!(
                "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH={name}] hi
                C: P AUTHENTICATE {name} {message}
                S+ * OK not yet
                S: P OK [CAPABILITY IMAP4rev1 IDLE] in
                * ready [IMAP4rev1 IDLE] \"\""
            ),
        );
        for go_on in ["+", "+ "] {
            imap(
                token(method.clone(), b"t"),
                &format!(
                    "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH={name}] hi
                    C: P AUTHENTICATE {name}
                    S: {}
                    C: {message}
                    S: P OK [CAPABILITY IMAP4rev1 IDLE] in
                    * ready [IMAP4rev1 IDLE] \"\"",
                    go_on.trim()
                ),
            );
        }
    }
}

#[test]
fn imap_refused_tokens() {
    for (method, name, message, farewell) in mechanisms() {
        let begin = format!(
            "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH={name}] hi
             C: P AUTHENTICATE {name} {message}\n"
        );
        for explained in [format!("+ {EXPLAINED}"), format!("+{EXPLAINED}")] {
            imap(
                token(method.clone(), b"t"),
                &format!(
                    "{begin}S: {explained}\n{}
                    S+ * BYEWORD is no word that matters
                    S: P NO [AUTHENTICATIONFAILED] AUTHENTICATE failed.
                    * failed Configuration: the upstream refused Authentication: [AUTHENTICATIONFAILED] AUTHENTICATE failed. (status invalid_token)",
                    format!("C: {farewell}").trim()
                ),
            );
        }
        imap(
            token(method.clone(), b"t"),
            &format!(
                "{begin}S: + {EXPLAINED}\n{}\nS: + {EXPLAINED}
                * failed Configuration: the upstream refused Authentication: asked for more (status invalid_token)",
                format!("C: {farewell}").trim()
            ),
        );
        imap(
            token(method.clone(), b"t"),
            &format!(
                "{begin}S: +\n{}\nS: +
                * failed Protocol: the upstream broke the protocol (Authentication)",
                format!("C: {farewell}").trim()
            ),
        );
        imap(
            token(method, b"t"),
            "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=LOGIN] hi
            * failed Configuration: the upstream does not offer a way of signing in that suits the settings",
        );
    }
}

#[test]
fn imap_throttling() {
    let begin = format!(
        "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] hi\nC: P AUTHENTICATE XOAUTH2 {XOAUTH2}\n"
    );
    let throttled = "* failed UpstreamTemporary: the upstream asks for patience (Authentication):";
    for (answers, outcome) in [
        ("S: P NO [THROTTLED] later", "[THROTTLED] later"),
        (
            "S: P BAD Request is throttled. Suggested Backoff Time: 9000 milliseconds",
            "Request is throttled. Suggested Backoff Time: 9000 milliseconds",
        ),
        (
            "S+ * BAD Request is throttled. Suggested Backoff Time: 9000 milliseconds\nS: P NO AUTHENTICATE failed.",
            "Request is throttled. Suggested Backoff Time: 9000 milliseconds",
        ),
        ("S: P NO [LIMIT] Too many simultaneous connections.", "[LIMIT] Too many simultaneous connections."),
        ("S: * BYE Too many login attempts", "Too many login attempts"),
        ("S+ * NO [THROTTLED] later\nS: * BYE going", "[THROTTLED] later"),
    ] {
        imap(token(Method::XOAuth2, b"t"), &format!("{begin}{answers}\n{throttled} {outcome}"));
    }
}

#[test]
fn pop3_with_tokens() {
    for (method, name, message, farewell) in mechanisms() {
        let begin =
            format!("S: +OK hi\nC: CAPA\nS+ +OK\nS+ SASL PLAIN {name}\nS: .\nC: AUTH {name} {message}\n");
        pop3(token(method.clone(), b"t"), &format!("{begin}S: +OK in\n* ready [SASL PLAIN {name}] \"\""));
        pop3(
            token(method.clone(), b"t"),
            &format!(
                "{begin}S: + {EXPLAINED}\n{}\nS: -ERR Authentication failure: unknown user name or bad password.
                * failed Configuration: the upstream refused Authentication: Authentication failure: unknown user name or bad password. (status invalid_token)",
                format!("C: {farewell}").trim()
            ),
        );
        pop3(
            token(method.clone(), b"t"),
            &format!(
                "{begin}S: +\n{}\nS: +\n* failed Protocol: the upstream broke the protocol (Authentication)",
                format!("C: {farewell}").trim()
            ),
        );
        pop3(
            token(method.clone(), b"t"),
            &format!(
                "{begin}S: -ERR [LOGIN-DELAY] retry after 15
                * failed UpstreamTemporary: the upstream asks for patience (Authentication): [LOGIN-DELAY] retry after 15"
            ),
        );
        for offer in ["+OK\nS+ SASL PLAIN LOGIN\nS: .", "-ERR what"] {
            let mark = if offer.starts_with('+') { "S+" } else { "S:" };
            pop3(
                token(method.clone(), b"t"),
                &format!(
                    "S: +OK hi\nC: CAPA\n{mark} {offer}
                    * failed Configuration: the upstream does not offer a way of signing in that suits the settings"
                ),
            );
        }
    }
    // 255 octets with the CRLF are the most for a command; beyond, leave is awaited.
    for (length, is_split) in [(159, false), (160, true), (12 * 1_024, true)] {
        let message = base64_of_xoauth2(length);
        let sent = if is_split {
            format!("C: AUTH XOAUTH2\nS: +\nC: {message}")
        } else {
            format!("C: AUTH XOAUTH2 {message}")
        };
        pop3(
            token(Method::XOAuth2, &vec![b'x'; length]),
            &format!(
                "S: +OK hi\nC: CAPA\nS+ +OK\nS+ SASL XOAUTH2\nS: .\n{sent}\nS: +OK in\n* ready [SASL XOAUTH2] \"\""
            ),
        );
    }
}

#[test]
fn long_tokens_at_imap_and_managesieve() {
    let message = base64_of_xoauth2(12 * 1_024);
    imap(
        token(Method::XOAuth2, &[b'x'; 12 * 1_024]),
        &format!(
            "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] hi\nC: P AUTHENTICATE XOAUTH2\nS: +\nC: {message}
            S: P OK [CAPABILITY X] in\n* ready [X] \"\""
        ),
    );
    sieve(
        token(Method::XOAuth2, &[b'x'; 12 * 1_024]),
        &format!(
            "S+ \"SASL\" \"XOAUTH2\"\nS: OK\nC: AUTHENTICATE \"XOAUTH2\" {{{}+}}\nC: {message}\nS: OK\n* ready [] \"\"",
            message.len()
        ),
    );
}

#[test]
fn managesieve_with_tokens() {
    for (method, name, message, farewell) in mechanisms() {
        let begin =
            format!("S+ \"SASL\" \"PLAIN {name}\"\nS: OK\nC: AUTHENTICATE \"{name}\" \"{message}\"\n");
        sieve(token(method.clone(), b"t"), &format!("{begin}S: OK \"in\"\n* ready [] \"\""));
        for explained in
            [format!("S: \"{EXPLAINED}\""), format!("S+ {{{}}}\nS: {EXPLAINED}", EXPLAINED.len())]
        {
            sieve(
                token(method.clone(), b"t"),
                &format!(
                    "{begin}{explained}\nC: \"{farewell}\"\nS: NO \"no\"
                    * failed Configuration: the upstream refused Authentication: \"no\" (status invalid_token)"
                ),
            );
        }
        sieve(
            token(method, b"t"),
            "S+ \"SASL\" \"PLAIN LOGIN\"\nS: OK
            * failed Configuration: the upstream does not offer a way of signing in that suits the settings",
        );
    }
}

/// XOAUTH2's message for a token of so many `x`.
fn base64_of_xoauth2(length: usize) -> String {
    let message = [b"user=u\x01auth=Bearer ", &vec![b'x'; length][..], b"\x01\x01"].concat();
    postern_protocols::sasl::encode_base64(&message).to_string()
}

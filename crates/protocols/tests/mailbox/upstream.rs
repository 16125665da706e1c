//! The client role towards the upstreams. `C:` is what we send, `S:` the upstream; `S+` keeps the line for the same
//! segment as the next.

use postern_protocols::Secret;
use postern_protocols::door::upstream::{
    Authentication, ClientFacts, Dialect, Handshake, Method, Settings, Step, Tls,
};
use postern_protocols::{imap, managesieve, pop3};

pub(crate) fn settings(tls: Tls) -> Settings {
    let authentication = Authentication {
        user_name: "u".to_owned(),
        act_as: None,
        secret: Secret::new(b"p".to_vec()),
        method: Method::Password,
        without_tls: false,
    };
    Settings { tls, client: None, authentication: Some(authentication) }
}

fn master(tls: Tls) -> Settings {
    let mut settings = settings(tls);
    settings.authentication.as_mut().unwrap().act_as = Some("box".to_owned());
    settings
}

fn telling(tls: Tls, session: &str) -> Settings {
    let address = "192.0.2.7".parse().unwrap();
    let client = ClientFacts { address, port: 4711, session: session.to_owned(), hops_left: 1 };
    Settings { client: Some(client), ..settings(tls) }
}

fn run<D: Dialect>(mut handshake: Handshake<D>, script: &str) {
    let expected: Vec<&str> = script.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut log = Vec::new();
    let mut segment = Vec::new();
    for line in &expected {
        if let Some(text) = line.strip_prefix("S: ").or_else(|| line.strip_prefix("S+ ")) {
            segment.extend_from_slice(text.as_bytes());
            segment.extend_from_slice(b"\r\n");
            log.push((*line).to_owned());
            if line.starts_with("S+") {
                continue;
            }
            handshake.receive(&std::mem::take(&mut segment));
        } else if *line == "! tls" {
            log.push((*line).to_owned());
            handshake.tls_established();
        } else if *line == "! closed" {
            log.push((*line).to_owned());
            handshake.closed();
        } else {
            continue;
        }
        drain(&mut handshake, &mut log);
    }
    assert_eq!(log.join("\n"), expected.join("\n"), "\nactual:\n{}", log.join("\n"));
}

fn drain<D: Dialect>(handshake: &mut Handshake<D>, log: &mut Vec<String>) {
    loop {
        match handshake.next_step() {
            Step::NeedBytes => return,
            Step::Send(bytes) => {
                let text = String::from_utf8(bytes.to_vec()).unwrap();
                log.extend(text.split_terminator("\r\n").map(|line| format!("C: {line}").trim().to_owned()));
            }
            Step::StartTls => return log.push("* start-tls".to_owned()),
            Step::Ready(ready) => {
                let capabilities = ready.capabilities.join(" ");
                return log.push(format!("* ready [{capabilities}] \"{}\"", ready.leftover.escape_ascii()));
            }
            Step::Failed(failure) => {
                return log.push(format!("* failed {:?}: {failure}", failure.fault()));
            }
        }
    }
}

pub(crate) fn imap(settings: Settings, script: &str) {
    run(imap::upstream::Handshake::new(settings), script);
}

pub(crate) fn pop3(settings: Settings, script: &str) {
    run(pop3::upstream::Handshake::new(settings), script);
}

pub(crate) fn sieve(settings: Settings, script: &str) {
    run(managesieve::upstream::Handshake::new(settings), script);
}

#[test]
fn imap_with_starttls_forgets_what_was_offered_in_the_clear() {
    imap(
        settings(Tls::StartTls),
        "S: * OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR] hi
        C: P STARTTLS
        S: P OK go
        * start-tls
        ! tls
        C: P CAPABILITY
        S+ * CAPABILITY IMAP4rev1 AUTH=PLAIN
        S: P OK done
        C: P AUTHENTICATE PLAIN
        S: +
        C: AHUAcA==
        S: P OK [CAPABILITY IMAP4rev1 IDLE] in
        * ready [IMAP4rev1 IDLE] \"\"",
    );
}

#[test]
fn imap_without_capabilities_in_the_greeting_or_after_sign_in() {
    imap(
        master(Tls::Implicit),
        r#"S: * OK hi
        C: P CAPABILITY
        S+ * CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN
        S: P OK done
        C: P AUTHENTICATE PLAIN Ym94AHUAcA==
        S: P OK in
        C: P CAPABILITY
        S+ * CAPABILITY IMAP4rev1 IDLE
        S+ P OK done
        S: * 3 EXISTS
        * ready [IMAP4rev1 IDLE] "* 3 EXISTS\r\n""#,
    );
}

#[test]
fn imap_login_with_literals_when_plain_is_not_offered() {
    imap(
        settings(Tls::Implicit),
        "S: * OK [CAPABILITY IMAP4rev1 AUTH=NTLM] hi
        C: P LOGIN {1}
        S: + ok
        C: u {1}
        S: +
        C: p
        S+ * CAPABILITY IMAP4rev1 IDLE
        S: P OK in
        * ready [IMAP4rev1 IDLE] \"\"",
    );
    imap(
        settings(Tls::Implicit),
        "S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi
        * failed Configuration: the upstream does not offer a way of signing in that suits the settings",
    );
    imap(
        master(Tls::Implicit),
        "S: * OK [CAPABILITY IMAP4rev1] hi
        * failed Configuration: the upstream does not offer a way of signing in that suits the settings",
    );
}

#[test]
fn imap_tells_the_client_s_address_before_sign_in() {
    imap(
        telling(Tls::Implicit, "s-1"),
        "S: * OK [CAPABILITY IMAP4rev1 ID SASL-IR AUTH=PLAIN] hi
        C: P ID (\"x-originating-ip\" \"192.0.2.7\" \"x-originating-port\" \"4711\" \"x-session-id\" \"s-1\" \"x-proxy-ttl\" \"1\")
        S+ * ID (\"name\" {7}
        S+ Dovecot)
        S: P OK done
        C: P AUTHENTICATE PLAIN AHUAcA==
        S: P OK [CAPABILITY X] in
        * ready [X] \"\"",
    );
    imap(
        telling(Tls::Implicit, "s"),
        "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi
        * failed Configuration: the upstream does not offer to be told the client's address, which the settings require",
    );
    imap(
        telling(Tls::Implicit, "s\" evil"),
        "S: * OK [CAPABILITY ID AUTH=PLAIN] hi
        * failed Configuration: the upstream's user name or secret, our own or the session's name has an octet that cannot be sent",
    );
}

#[test]
fn imap_hostile_and_unwilling() {
    imap(
        settings(Tls::StartTls),
        "S: * OK [CAPABILITY STARTTLS] hi\nC: P STARTTLS\nS+ P OK go\nS: P OK evil
        * failed Protocol: octets in the clear followed the answer to STARTTLS",
    );
    imap(
        settings(Tls::StartTls),
        "S: * OK [CAPABILITY STARTTLS] hi\nC: P STARTTLS\nS: P OK go\n* start-tls\nS: * evil
        * failed Protocol: octets in the clear followed the answer to STARTTLS",
    );
    imap(
        settings(Tls::StartTls),
        "S: * OK [CAPABILITY AUTH=PLAIN] hi
        * failed Configuration: the upstream does not offer STARTTLS, which the settings require",
    );
    imap(
        settings(Tls::StartTls),
        "S: * PREAUTH [CAPABILITY STARTTLS] hi\n* failed Protocol: the upstream broke the protocol (Greeting)",
    );
    imap(
        settings(Tls::None),
        "S: * OK [CAPABILITY AUTH=PLAIN] hi\n* failed Configuration: the upstream has no TLS; allow it explicitly or use TLS",
    );
    imap(
        settings(Tls::Implicit),
        "S: * BYE busy\n* failed UpstreamTemporary: the upstream closed the connection during Greeting",
    );
    let sent = "S: * OK [CAPABILITY SASL-IR AUTH=PLAIN] hi\nC: P AUTHENTICATE PLAIN AHUAcA==\n";
    for (answer, outcome) in [
        (
            "S: P NO [AUTHENTICATIONFAILED] no",
            "Configuration: the upstream refused Authentication: [AUTHENTICATIONFAILED] no",
        ),
        (
            "S: P NO [UNAVAILABLE] db",
            "UpstreamTemporary: the upstream refused Authentication: [UNAVAILABLE] db",
        ),
        ("S: P BAD what", "Configuration: the upstream refused Authentication: what"),
        ("S: + eyJ9", "Protocol: the upstream broke the protocol (Authentication)"),
        ("S: Q OK in", "Protocol: the upstream broke the protocol (Authentication)"),
        ("S: * X {4097}", "Protocol: the upstream broke the protocol (Authentication)"),
        ("! closed", "UpstreamTemporary: the upstream closed the connection during Authentication"),
    ] {
        imap(settings(Tls::Implicit), &format!("{sent}{answer}\n* failed {outcome}"));
    }
}

#[test]
fn pop3_in_every_form() {
    pop3(
        master(Tls::StartTls),
        "S: +OK hi
        C: STLS
        S: +OK go
        * start-tls
        ! tls
        C: CAPA
        S+ +OK
        S+ UIDL
        S+ SASL LOGIN PLAIN
        S: .
        C: AUTH PLAIN Ym94AHUAcA==
        S: +OK in
        * ready [UIDL SASL LOGIN PLAIN] \"\"",
    );
    pop3(
        telling(Tls::Implicit, "s-1"),
        "S: +OK [XCLIENT] hi
        C: XCLIENT ADDR=192.0.2.7 PORT=4711 SESSION=s-1 TTL=1
        S: +OK
        C: CAPA
        S: -ERR what
        C: USER u
        S: +OK
        C: PASS p
        S+ +OK in
        S: +OK unasked
        * ready [] \"+OK unasked\\r\\n\"",
    );
    let mut long = settings(Tls::Implicit);
    long.authentication.as_mut().unwrap().secret = Secret::new(vec![0xff; 180]);
    let response = "AHUA".to_owned() + &"/".repeat(240);
    pop3(
        long,
        &format!(
            "S: +OK\nC: CAPA\nS+ +OK\nS+ SASL PLAIN\nS: .\nC: AUTH PLAIN\nS: +\nC: {response}\nS: +OK\n* ready [SASL PLAIN] \"\""
        ),
    );
}

#[test]
fn pop3_hostile_and_unwilling() {
    pop3(
        settings(Tls::StartTls),
        "S: +OK hi\nC: STLS\nS+ +OK\nS: +OK\n* failed Protocol: octets in the clear followed the answer to STARTTLS",
    );
    pop3(
        settings(Tls::StartTls),
        "S: +OK hi\nC: STLS\nS: -ERR no\n* failed UpstreamPermanent: the upstream refused StartTls: no",
    );
    pop3(
        telling(Tls::Implicit, "s"),
        "S: +OK hi
        * failed Configuration: the upstream does not offer to be told the client's address, which the settings require",
    );
    pop3(
        settings(Tls::None),
        "S: +OK\nC: CAPA\nS: -ERR\n* failed Configuration: the upstream has no TLS; allow it explicitly or use TLS",
    );
    pop3(
        master(Tls::Implicit),
        "S: +OK\nC: CAPA\nS: -ERR
        * failed Configuration: the upstream does not offer a way of signing in that suits the settings",
    );
    let sent = "S: +OK\nC: CAPA\nS: -ERR\nC: USER u\nS: +OK\nC: PASS p\n";
    for (answer, outcome) in [
        ("S: -ERR [AUTH] no", "Configuration: the upstream refused Authentication: [AUTH] no"),
        ("S: -ERR [SYS/TEMP] db", "UpstreamTemporary: the upstream refused Authentication: [SYS/TEMP] db"),
        ("S: + what", "Protocol: the upstream broke the protocol (Authentication)"),
    ] {
        pop3(settings(Tls::Implicit), &format!("{sent}{answer}\n* failed {outcome}"));
    }
    let endless = "S+ X\n".repeat(128);
    pop3(
        settings(Tls::Implicit),
        &format!(
            "S: +OK\nC: CAPA\nS+ +OK\n{endless}S: X\n* failed Protocol: the upstream broke the protocol (Capabilities)"
        ),
    );
}

#[test]
fn managesieve_with_starttls() {
    sieve(
        settings(Tls::StartTls),
        "S+ \"IMPLEMENTATION\" \"x\"
        S+ \"SASL\" \"PLAIN\"
        S+ \"STARTTLS\"
        S: OK \"hi\"
        C: STARTTLS
        S: OK
        * start-tls
        ! tls
        S+ \"SASL\" \"LOGIN PLAIN\"
        S: OK (WARNINGS) \"hi\"
        C: AUTHENTICATE \"PLAIN\" \"AHUAcA==\"
        S: OK \"in\"
        * ready [] \"\"",
    );
}

#[test]
fn managesieve_hostile_and_unwilling() {
    sieve(
        settings(Tls::StartTls),
        "S+ \"STARTTLS\"\nS: OK\nC: STARTTLS\nS+ OK\nS: OK\n* failed Protocol: octets in the clear followed the answer to STARTTLS",
    );
    sieve(
        settings(Tls::StartTls),
        "S: OK\n* failed Configuration: the upstream does not offer STARTTLS, which the settings require",
    );
    sieve(
        settings(Tls::StartTls),
        "S+ \"SASL\" \"PLAIN\"\nS+ \"STARTTLS\"\nS: OK\nC: STARTTLS\nS: OK\n* start-tls\n! tls\nS: OK
        * failed Configuration: the upstream does not offer a way of signing in that suits the settings",
    );
    sieve(
        settings(Tls::None),
        "S+ \"SASL\" \"PLAIN\"\nS: OK\n* failed Configuration: the upstream has no TLS; allow it explicitly or use TLS",
    );
    let sent = "S+ \"SASL\" \"PLAIN\"\nS: OK\nC: AUTHENTICATE \"PLAIN\" \"AHUAcA==\"\n";
    for (answer, outcome) in [
        ("S: NO \"no\"", "Configuration: the upstream refused Authentication: \"no\""),
        (
            "S: NO (TRYLATER) \"db\"",
            "UpstreamTemporary: the upstream refused Authentication: (TRYLATER) \"db\"",
        ),
        ("S: BYE \"x\"", "UpstreamTemporary: the upstream closed the connection during Authentication"),
        ("S: {3}\nS: abc", "Protocol: the upstream broke the protocol (Authentication)"),
    ] {
        sieve(settings(Tls::Implicit), &format!("{sent}{answer}\n* failed {outcome}"));
    }
}

/// Somebody only wants to know whether the upstream is there: what it says before sign-in is the outcome.
#[test]
fn without_credentials_nobody_signs_in() {
    let asking = |tls| Settings { authentication: None, ..settings(tls) };
    imap(
        asking(Tls::StartTls),
        r#"
        S: * OK [CAPABILITY IMAP4rev1 STARTTLS] ready
        C: P STARTTLS
        S: P OK
        * start-tls
        ! tls
        C: P CAPABILITY
        S+ * CAPABILITY IMAP4rev1 AUTH=PLAIN
        S: P OK
        * ready [IMAP4rev1 AUTH=PLAIN] """#,
    );
    pop3(
        asking(Tls::None),
        r#"
        S: +OK
        C: CAPA
        S+ +OK
        S+ UIDL
        S: .
        * ready [UIDL] """#,
    );
    sieve(
        asking(Tls::Implicit),
        r#"
        S+ "SIEVE" "fileinto Vacation"
        S+ "SASL" "PLAIN"
        S: OK
        * ready [fileinto Vacation] """#,
    );
}

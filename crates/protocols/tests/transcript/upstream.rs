//! The client role towards the upstream: the handshakes that succeed. `C:` is what we send here, `S:` the upstream.

use postern_protocols::Secret;
use postern_protocols::smtp::upstream::{
    Authentication, ClientFacts, Handshake, Method, Settings, Step, Tls,
};

pub(crate) fn settings(tls: Tls) -> Settings {
    Settings { client_name: "door.test".to_owned(), tls, xclient: None, authentication: None }
}

pub(crate) fn with_credentials(tls: Tls, without_tls: bool) -> Settings {
    let secret = Secret::new(b"pass".to_vec());
    let authentication = Authentication {
        user_name: "user".to_owned(),
        act_as: None,
        secret,
        method: Method::Password,
        without_tls,
    };
    Settings { authentication: Some(authentication), ..settings(tls) }
}

/// Feeds the `S:` lines (`S+` keeps the line for the same segment as the next) and `!` directives; compares the rest.
pub(crate) fn run(settings: Settings, script: &str) {
    let expected: Vec<&str> = script.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut handshake = Handshake::new(settings);
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
        loop {
            match handshake.next_step() {
                Step::NeedBytes => break,
                Step::Send(bytes) => {
                    let text = String::from_utf8(bytes.to_vec()).unwrap();
                    log.extend(
                        text.split_terminator("\r\n").map(|line| format!("C: {line}").trim().to_owned()),
                    );
                }
                Step::StartTls => {
                    log.push("* start-tls".to_owned());
                    break;
                }
                Step::Ready(ready) => {
                    let capabilities = ready.capabilities;
                    log.push(format!(
                        "* ready {:?} chunking={} leftover={}",
                        capabilities.size,
                        capabilities.chunking,
                        ready.leftover.len()
                    ));
                    break;
                }
                Step::Failed(failure) => {
                    log.push(format!("* failed {:?}: {failure}", failure.fault()));
                    break;
                }
            }
        }
    }
    assert_eq!(log.join("\n"), expected.join("\n"));
}

#[test]
fn plain_tcp_without_authentication() {
    run(
        settings(Tls::None),
        "S+ 220-smart.test hello
        S: 220 ESMTP
        C: EHLO door.test
        S+ 250-smart.test
        S+ 250-SIZE 1000
        S: 250 CHUNKING
        * ready Limit(1000) chunking=true leftover=0",
    );
}

#[test]
fn starttls_then_plain() {
    run(
        with_credentials(Tls::StartTls, false),
        "S: 220 smart.test
        C: EHLO door.test
        S+ 250-smart.test
        S+ 250-SIZE 5
        S+ 250-AUTH PLAIN
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        * start-tls
        ! tls
        C: EHLO door.test
        S+ 250-smart.test
        S: 250 AUTH LOGIN PLAIN
        C: AUTH PLAIN AHVzZXIAcGFzcw==
        S: 235 2.7.0 Ok
        * ready NotOffered chunking=false leftover=0",
    );
}

#[test]
fn login_when_plain_is_not_offered_and_the_old_form_of_the_auth_line() {
    run(
        with_credentials(Tls::Implicit, false),
        "S: 220 smart.test
        C: EHLO door.test
        S+ 250-smart.test
        S: 250 AUTH=LOGIN NTLM
        C: AUTH LOGIN
        S: 334 anything
        C: dXNlcg==
        S: 334
        C: cGFzcw==
        S: 235 Ok
        * ready NotOffered chunking=false leftover=0",
    );
}

#[test]
fn a_long_initial_response_is_split_off() {
    let mut settings = with_credentials(Tls::Implicit, false);
    settings.authentication.as_mut().unwrap().secret = Secret::new(vec![b'x'; 400]);
    let mut handshake = Handshake::new(settings);
    handshake.receive(b"220 x\r\n");
    assert!(matches!(handshake.next_step(), Step::Send(_)));
    handshake.receive(b"250-x\r\n250 AUTH PLAIN\r\n");
    let Step::Send(command) = handshake.next_step() else { panic!("AUTH was expected") };
    assert_eq!(*command, b"AUTH PLAIN\r\n");
    handshake.receive(b"334 \r\n");
    let Step::Send(response) = handshake.next_step() else { panic!("a response was expected") };
    assert!(response.starts_with(b"AHVzZXIAeHh4"));
}

#[test]
fn xclient_with_encoded_values_and_the_address_last() {
    let facts = ClientFacts {
        address: "2001:db8::1".parse().unwrap(),
        port: Some(4711),
        name: None,
        helo: Some("x y+z=".to_owned()),
        login: Some("user@ok.test NAME=evil\r\n".to_owned()),
        destination: Some("192.0.2.1:587".parse().unwrap()),
    };
    run(
        Settings { xclient: Some(facts), ..settings(Tls::None) },
        "S: 220 smart.test
        C: EHLO door.test
        S+ 250-smart.test
        S: 250 XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR
        C: XCLIENT PROTO=ESMTP HELO=x+20y+2Bz+3D LOGIN=user@ok.test+20NAME+3Devil+0D+0A DESTADDR=192.0.2.1 PORT=4711 NAME=[UNAVAILABLE] ADDR=IPV6:2001:db8::1
        S: 220 smart.test
        C: EHLO door.test
        S: 250 smart.test
        * ready NotOffered chunking=false leftover=0",
    );
}

#[test]
fn xclient_is_split_at_512_octets() {
    let facts = ClientFacts {
        address: "192.0.2.7".parse().unwrap(),
        port: None,
        name: Some("n".repeat(250)),
        helo: Some("h".repeat(250)),
        login: None,
        destination: None,
    };
    let (name, helo) = ("n".repeat(250), "h".repeat(250));
    run(
        Settings { xclient: Some(facts), ..settings(Tls::None) },
        &format!(
            "S: 220 smart.test
            C: EHLO door.test
            S+ 250-smart.test
            S: 250 XCLIENT NAME ADDR HELO
            C: XCLIENT HELO={helo}
            S: 220 smart.test
            C: XCLIENT NAME={name} ADDR=192.0.2.7
            S: 220 smart.test
            C: EHLO door.test
            S: 250 smart.test
            * ready NotOffered chunking=false leftover=0"
        ),
    );
}

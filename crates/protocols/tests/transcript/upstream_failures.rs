//! Hostile, broken and unwilling upstreams.

use postern_protocols::smtp::upstream::{ClientFacts, Settings, Tls};

use super::upstream::{run, settings, with_credentials};

#[test]
fn octets_behind_the_reply_to_starttls_are_an_attack() {
    run(
        settings(Tls::StartTls),
        "S: 220 smart.test
        C: EHLO door.test
        S+ 250-smart.test
        S: 250 STARTTLS
        C: STARTTLS
        S+ 220 go
        S: 250 AUTH PLAIN
        * failed Protocol: octets in the clear followed the answer to STARTTLS",
    );
}

#[test]
fn octets_sent_before_the_handshake_are_an_attack_too() {
    run(
        settings(Tls::StartTls),
        "S: 220 smart.test
        C: EHLO door.test
        S+ 250-smart.test
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        * start-tls
        S: 250 AUTH PLAIN
        * failed Protocol: octets in the clear followed the answer to STARTTLS",
    );
}

#[test]
fn without_starttls_there_is_no_falling_back() {
    run(
        settings(Tls::StartTls),
        "S: 220 smart.test
        C: EHLO door.test
        S: 250 smart.test
        * failed Configuration: the upstream does not offer STARTTLS, which the settings require",
    );
    run(
        settings(Tls::StartTls),
        "S: 220 smart.test
        C: EHLO door.test
        S+ 250-smart.test
        S: 250 STARTTLS
        C: STARTTLS
        S: 454 4.7.0 TLS not available
        * failed UpstreamTemporary: the upstream refused StartTls: 454 4.7.0 TLS not available",
    );
}

#[test]
fn what_was_offered_in_the_clear_is_forgotten_over_tls() {
    run(
        with_credentials(Tls::StartTls, false),
        "S: 220 smart.test
        C: EHLO door.test
        S+ 250-smart.test
        S+ 250-AUTH PLAIN LOGIN
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        * start-tls
        ! tls
        C: EHLO door.test
        S: 250 smart.test
        * failed Configuration: the upstream does not offer a way of signing in that suits the settings",
    );
}

#[test]
fn credentials_are_not_sent_in_the_clear_unless_that_is_allowed() {
    run(
        with_credentials(Tls::None, false),
        "S: 220 smart.test
        C: EHLO door.test
        S+ 250-smart.test
        S: 250 AUTH PLAIN
        * failed Configuration: the upstream has no TLS; allow it explicitly or use TLS",
    );
    run(
        with_credentials(Tls::None, true),
        "S: 220 smart.test
        C: EHLO door.test
        S+ 250-smart.test
        S: 250 AUTH PLAIN
        C: AUTH PLAIN AHVzZXIAcGFzcw==
        S: 535 5.7.8 No
        * failed Configuration: the upstream refused Authentication: 535 5.7.8 No",
    );
}

#[test]
fn refusals_say_whose_fault_they_are() {
    run(
        settings(Tls::None),
        "S: 554 go away\n* failed UpstreamPermanent: the upstream refused Greeting: 554 go away",
    );
    run(
        settings(Tls::None),
        "S: 421 busy\n* failed UpstreamTemporary: the upstream refused Greeting: 421 busy",
    );
    run(
        settings(Tls::None),
        "S: 220 smart.test\nC: EHLO door.test\nS: 502 what\n* failed UpstreamPermanent: the upstream refused Capabilities: 502 what",
    );
    run(
        with_credentials(Tls::Implicit, false),
        "S: 220 smart.test\nC: EHLO door.test\nS+ 250-x\nS: 250 AUTH PLAIN\nC: AUTH PLAIN AHVzZXIAcGFzcw==
        S: 454 4.7.0 Later\n* failed UpstreamTemporary: the upstream refused Authentication: 454 4.7.0 Later",
    );
}

#[test]
fn nonsense_is_a_fault_of_the_protocol() {
    run(
        settings(Tls::None),
        "S: SSH-2.0-OpenSSH\n* failed Protocol: the upstream's reply does not begin with a reply code (Greeting)",
    );
    run(
        settings(Tls::None),
        "S: 250 hello\n* failed Protocol: the upstream answered Greeting with the unexpected code 250",
    );
    run(
        with_credentials(Tls::Implicit, false),
        "S: 220 smart.test\nC: EHLO door.test\nS+ 250-x\nS: 250 AUTH PLAIN\nC: AUTH PLAIN AHVzZXIAcGFzcw==
        S: 334 more\n* failed Protocol: the upstream answered Authentication with the unexpected code 334",
    );
    let endless = format!(
        "{}\n* failed Protocol: the upstream's reply is too long (Greeting)",
        "S+ 220-x\n".repeat(64) + "S: 220-x"
    );
    run(settings(Tls::None), &endless);
    run(
        settings(Tls::None),
        "S: 220-x\n! closed\n* failed UpstreamTemporary: the upstream closed the connection during Greeting",
    );
}

#[test]
fn xclient_that_is_not_offered_to_us_is_a_fault_of_configuration() {
    let facts = ClientFacts {
        address: "192.0.2.7".parse().unwrap(),
        port: None,
        name: None,
        helo: None,
        login: None,
        destination: None,
    };
    let settings = Settings { xclient: Some(facts), ..settings(Tls::None) };
    run(
        settings.clone(),
        "S: 220 x\nC: EHLO door.test\nS: 250 x
        * failed Configuration: the upstream does not offer to be told the client's address, which the settings require",
    );
    run(
        settings,
        "S: 220 x\nC: EHLO door.test\nS+ 250-x\nS: 250 XCLIENT ADDR\nC: XCLIENT ADDR=192.0.2.7
        S: 550 5.7.0 insufficient authorization\n* failed UpstreamPermanent: the upstream refused ClientFacts: 550 5.7.0 insufficient authorization",
    );
}

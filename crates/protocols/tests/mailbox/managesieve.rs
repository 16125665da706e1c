//! The ManageSieve door until sign-in.

use std::sync::Arc;

use postern_protocols::door::Tls;
use postern_protocols::managesieve::{Config, Session};

use super::runner::{self, Proof};

const HEAD: &str =
    "S: \"IMPLEMENTATION\" \"Postern\"\nS: \"VERSION\" \"1.0\"\nS: \"SIEVE\" \"fileinto vacation\"\n";
const PROTECTED: &str = "S: \"SASL\" \"PLAIN\"\n";
const CLEAR: &str = "S: \"SASL\" \"\"\nS: \"STARTTLS\"\n";

fn with(tls: Tls, script: &str) {
    let config = Config { tls, extensions: "fileinto vacation".to_owned() };
    let sign_in = if tls == Tls::Implicit { PROTECTED } else { CLEAR };
    let session = Session::<Proof>::new(&Arc::new(config));
    runner::run(session, &format!("{HEAD}{sign_in}S: OK \"Postern ready\"\n{script}"));
}

#[test]
fn authenticate_in_every_form() {
    for start in [
        "C: AUTHENTICATE \"PLAIN\" \"AHUAcA==\"\n",
        "C~ Authenticate \"plain\" {8+}\\r\\nAHUAcA==\\r\\n\n",
        "C~ AUTHENTICATE {5+}\\r\\nPLAIN \"AHUAcA==\"\\r\\n\n",
        "C~ AUTHENTICATE \"PLAIN\" {8}\\r\\nAHUAcA==\\r\\n\n",
        "C: AUTHENTICATE \"PLAIN\"\nS: \"\"\nC: \"AHUAcA==\"\n",
        "C: AUTHENTICATE \"PLAIN\" \"\"\nS: \"\"\nC~ {8+}\\r\\nAHUAcA==\\r\\n\n",
    ] {
        with(
            Tls::Implicit,
            &format!(
                "{start}* verify PLAIN u p\nC: LISTSCRIPTS\n! accept\nS: OK \"Signed in\"\n* relay \"LISTSCRIPTS\\r\\n\""
            ),
        );
    }
}

#[test]
fn mistakes_of_authenticate() {
    with(
        Tls::Implicit,
        "C: AUTHENTICATE PLAIN
        S: NO \"AUTHENTICATE takes a mechanism and an initial response, as strings\"
        C: AUTHENTICATE \"LOGIN\"
        S: NO \"The mechanism is not known; use PLAIN\"
        C: AUTHENTICATE \"PLAIN\"
        S: \"\"
        C: \"*\"
        S: NO \"The exchange was cancelled\"
        C: AUTHENTICATE \"PLAIN\"
        S: \"\"
        C: AHUAcA==
        S: NO \"The response does not have the form that the mechanism prescribes\"
        C: AUTHENTICATE \"PLAIN\" \"!\"
        S: NO \"The response is not valid base64\"",
    );
}

#[test]
fn every_verdict() {
    with(
        Tls::Implicit,
        r#"C: AUTHENTICATE "PLAIN" "AHUAcA=="
        * verify PLAIN u p
        ! refuse No "such".\r\nOK
        S: NO "No \"such\".??OK"
        C: AUTHENTICATE "PLAIN" "AHUAcA=="
        * verify PLAIN u p
        ! delay Wait
        S: NO (TRYLATER) "Wait"
        C: AUTHENTICATE "PLAIN" "AHUAcA=="
        * verify PLAIN u p
        ! limit Ten
        S: NO (TRYLATER) "Ten"
        C: AUTHENTICATE "PLAIN" "AHUAcA=="
        * verify PLAIN u p
        ! upstream-refused Consent
        S: NO (TRYLATER) "Consent"
        C: AUTHENTICATE "PLAIN" "AHUAcA=="
        * verify PLAIN u p
        ! unavailable
        S: NO (TRYLATER) "Signing in is not possible at the moment; the password was not refused, try again later""#,
    );
}

#[test]
fn tls_comes_first_and_nothing_survives_it() {
    with(
        Tls::StartTls,
        &format!(
            "C: AUTHENTICATE \"PLAIN\" \"AHUAcA==\"
            S: NO (ENCRYPT-NEEDED) \"TLS is required; issue STARTTLS first\"
            C: CAPABILITY
            {HEAD}{CLEAR}S: OK \"These are before sign-in\"
            C~ STARTTLS\\r\\nAUTHENTICATE \"PLAIN\" \"AGUAZQ==\"\\r\\n
            S: OK \"Begin TLS\"
            * start-tls
            C: NOOP
            * start-tls
            ! tls
            {HEAD}{PROTECTED}S: OK \"TLS established\"
            C: STARTTLS
            S: NO \"The connection is protected by TLS already\""
        ),
    );
}

#[test]
fn everything_else() {
    with(
        Tls::Implicit,
        "C: NOOP \"a\"
        S: OK (TAG \"a\") \"Nothing done\"
        C: noop
        S: OK \"Nothing done\"
        C: LISTSCRIPTS
        S: NO \"The command is not known before sign-in\"
        C: LOGOUT x
        S: NO \"The command takes no arguments\"
        C: LOGOUT
        S: OK \"Logged out\"
        * close",
    );
    with(Tls::Implicit, "C: X {12289}\nS: BYE \"The literal is too large, or one too many\"\n* close");
    with(Tls::Implicit, "! stop\nS: BYE (TRYLATER) \"The server is stopping; try again later\"\n* close");
}

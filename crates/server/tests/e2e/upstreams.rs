//! The kinds of upstream, with a real Postfix behind.

use std::fs;

use postern_testkit::Postfix;
use postern_testkit::certificates::TestAuthority;

use super::mail::{assert_unspoilt, message};
use super::programs::{Letter, Program, Tls};
use super::server::{ACCOUNT, Answer, Place};

/// Sends one message through a server with that upstream; `CA` in it is the file of `authority`.
async fn sends(authority: &TestAuthority, upstream: &str) -> (Place, Answer, String) {
    let place = Place::new(upstream);
    fs::write(place.path("upstream-ca.pem"), authority.pem()).unwrap();
    place.add_account("enforced").await;
    let (_, secret) = place.create("Contact form", &[]).await;
    let server = place.serve().await;
    let message = message("upstream");
    let letter = Letter::to_a_visitor(&secret, &message);
    let answer = Program::Curl.send(&place, &server, Tls::Implicit, letter).await;
    assert_eq!(server.stop().await, Some(0));
    (place, answer, message)
}

async fn arrives(authority: &TestAuthority, postfix: &Postfix, upstream: &str) {
    let (place, answer, message) = sends(authority, upstream).await;
    assert_eq!(answer.code, 0, "{answer:?}\n{}", fs::read_to_string(place.path("log")).unwrap());
    assert_unspoilt(&postfix.wait_for_messages(1).await[0], &message);
    let doctor = place.run(&["doctor", "--json"]).await;
    let checks = doctor.json();
    let upstream = checks.as_array().unwrap().iter().find(|check| check["check"] == "upstream real").unwrap();
    assert_eq!(upstream["verdict"], "good", "{checks}");
}

#[tokio::test]
async fn e2e_postfix_by_starttls() {
    let authority = TestAuthority::new("upstream");
    let postfix = Postfix::start(&authority);
    let upstream =
        format!("host = \"localhost\"\nport = {}\nca_file = \"upstream-ca.pem\"\n", postfix.starttls_port);
    arrives(&authority, &postfix, &upstream).await;
}

#[tokio::test]
async fn e2e_postfix_by_implicit_tls() {
    let authority = TestAuthority::new("upstream");
    let postfix = Postfix::start(&authority);
    let upstream = format!(
        "host = \"localhost\"\nport = {}\ntls = \"implicit\"\nca_file = \"upstream-ca.pem\"\n",
        postfix.tls_port
    );
    arrives(&authority, &postfix, &upstream).await;
}

#[tokio::test]
async fn e2e_postfix_by_xclient_knows_client_and_account() {
    let authority = TestAuthority::new("upstream");
    let postfix = Postfix::start(&authority);
    let upstream = format!(
        "host = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nsign_in = \"xclient\"\n",
        postfix.starttls_port
    );
    arrives(&authority, &postfix, &upstream).await;
    let log = postfix.log();
    assert!(log.contains(&format!("sasl_username={ACCOUNT}")), "{log}");
}

/// A server that demands a sign-in: another Postern, with an app password of its own, before the real Postfix.
#[tokio::test]
async fn e2e_fixed_credentials_at_a_server_that_demands_them() {
    let postfix = Postfix::start(&TestAuthority::new("postfix"));
    let behind =
        Place::new(&format!("host = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", postfix.starttls_port));
    behind.add_account("enforced").await;
    let (id, secret) = behind.create("Server in front", &[]).await;
    let demanding = behind.serve().await;
    let upstream = format!(
        "host = \"localhost\"\nport = {}\nca_file = \"upstream-ca.pem\"\n\
         sign_in = \"fixed\"\nuser_name = \"{ACCOUNT}\"\nsecret = \"{secret}\"\n",
        demanding.starttls.port()
    );
    arrives(&behind.authority, &postfix, &upstream).await;

    // From then on the upstream refuses us: a failure of ours, the program's own app password was right.
    assert_eq!(behind.run(&["app-password", "revoke", &id]).await.code, 0);
    let (_, answer, _) = sends(&behind.authority, &upstream).await;
    assert_ne!(answer.code, 0, "{answer:?}");
    assert!(!answer.err.contains("< 535"), "{answer:?}");
    assert!(answer.err.contains("< 454 4.7.0"), "{answer:?}");
    assert_eq!(postfix.messages().len(), 1);
    assert_eq!(demanding.stop().await, Some(0));
}

#[tokio::test]
async fn e2e_an_upstream_with_a_strange_certificate_gets_nothing() {
    let postfix = Postfix::start(&TestAuthority::new("stranger"));
    let upstream =
        format!("host = \"localhost\"\nport = {}\nca_file = \"upstream-ca.pem\"\n", postfix.starttls_port);
    let (place, answer, _) = sends(&TestAuthority::new("upstream"), &upstream).await;
    assert_ne!(answer.code, 0, "{answer:?}");
    // Ours: never a wrong password, or the program would throw a good one away.
    assert!(!answer.err.contains("< 535"), "{answer:?}");
    assert!(answer.err.contains("< 454 4.7.0") || answer.err.contains("< 451 4."), "{answer:?}");
    assert_eq!(postfix.messages().len(), 0);
    let doctor = place.run(&["doctor"]).await;
    assert_eq!(doctor.code, 1);
    assert!(doctor.out.contains("TLS failed"), "{doctor:?}");
}

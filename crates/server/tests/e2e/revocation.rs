//! What another process changes ends live sessions of the running server.

use postern_testkit::smtp_client::SmtpClient;
use postern_testkit::smtp_upstream::{FakeUpstream, UpstreamBehaviour};

use super::refusals::refusal;
use super::server::{ACCOUNT, PASSWORD, Place, Server};

async fn signed_in(place: &Place, server: &Server, secret: &str) -> SmtpClient {
    let mut client = SmtpClient::connect_tls(server.tls, &place.authority).await;
    client.reply().await;
    client.command("EHLO client.example.test").await;
    let answer = client.auth_plain(ACCOUNT, secret).await;
    assert!(answer.starts_with("235 2.7.0"), "{answer}");
    client
}

/// A place with an upstream that takes everything.
async fn place() -> (Place, FakeUpstream) {
    let upstream = FakeUpstream::start(UpstreamBehaviour::default()).await;
    let address = upstream.address;
    let config = format!("host = \"{}\"\nport = {}\ntls = \"none\"\n", address.ip(), address.port());
    (Place::new(&config), upstream)
}

#[tokio::test]
async fn e2e_a_revoke_by_the_command_line_ends_the_session() {
    let (place, _upstream) = place().await;
    place.add_account("enforced").await;
    let (id, secret) = place.create("Contact form", &[]).await;
    let (_, other) = place.create("Another one", &[]).await;
    let server = place.serve().await;
    let mut client = signed_in(&place, &server, &secret).await;
    let mut bystander = signed_in(&place, &server, &other).await;

    assert_eq!(place.run(&["app-password", "revoke", &id, "--json"]).await.json()["state"], "revoked");
    let farewell = client.rest().await;
    assert!(farewell.starts_with("421 4.7.0"), "{farewell}");

    // From the moment at which the command returned, no sign-in is accepted.
    let mut late = SmtpClient::connect_tls(server.tls, &place.authority).await;
    late.reply().await;
    late.command("EHLO client.example.test").await;
    let answer = late.auth_plain(ACCOUNT, &secret).await;
    assert!(answer.starts_with("535 5.7.8"), "{answer}");
    assert_eq!(place.reason(&refusal(&answer).1).await, "revoked");
    // The other app password's session goes on.
    assert!(bystander.command("NOOP").await.starts_with("250"));
}

#[tokio::test]
async fn e2e_force_sign_out_and_a_block_end_sessions() {
    let (place, _upstream) = place().await;
    place.add_account("enforced").await;
    let (_, secret) = place.create("Contact form", &[]).await;
    let server = place.serve().await;

    let mut client = signed_in(&place, &server, &secret).await;
    assert_eq!(place.run(&["session", "end", "--all", "--account", ACCOUNT]).await.code, 0);
    assert!(client.rest().await.starts_with("421 4.7.0"));

    // Force sign-out revokes nothing.
    let mut client = signed_in(&place, &server, &secret).await;
    assert_eq!(place.run(&["account", "block", ACCOUNT]).await.code, 0);
    assert!(client.rest().await.starts_with("421 4.7.0"));
}

#[tokio::test]
async fn e2e_enforcing_mfa_ends_a_session_by_account_password() {
    let (place, _upstream) = place().await;
    place.add_account("disabled").await;
    let server = place.serve().await;
    let mut client = signed_in(&place, &server, PASSWORD).await;
    assert_eq!(place.run(&["mfa", "set", ACCOUNT, "enforced", "--json"]).await.json()["mfa"], "enforced");
    assert!(client.rest().await.starts_with("421 4.7.0"));
}

#[tokio::test]
async fn e2e_live_sessions_are_listed_and_one_is_ended_by_the_command_line() {
    let (place, _upstream) = place().await;
    place.add_account("enforced").await;
    let (id, secret) = place.create("Contact form", &[]).await;
    let server = place.serve().await;
    let mut client = signed_in(&place, &server, &secret).await;
    let mut bystander = signed_in(&place, &server, &secret).await;
    // The server reports within a second or two.
    let listed = async |arguments: &[&str]| loop {
        let list = place.run(&[&["session", "list", "--json"], arguments].concat()).await.json();
        let sessions = list["sessions"].as_array().unwrap().clone();
        if !sessions.is_empty() {
            break sessions;
        }
    };
    let sessions = listed(&["--app-password", &id]).await;
    let session = &sessions[sessions.len() - 1];
    assert_eq!(session["account"], ACCOUNT);
    assert_eq!(session["app_password"]["name"], "Contact form");
    assert_eq!((&session["door"], &session["client"]), (&"smtp".into(), &"client.example.test".into()));
    let words = place.run(&["session", "list", "--account", ACCOUNT]).await.out;
    assert!(words.contains("Contact form"), "{words}");

    let oldest = session["id"].as_str().unwrap();
    assert_eq!(place.run(&["session", "end", oldest, "--json"]).await.json()["state"], "ending");
    let farewell = tokio::select! {
        farewell = client.rest() => farewell,
        farewell = bystander.rest() => farewell,
    };
    let expected = "421 4.7.0 localhost This session was ended by its account's owner or an administrator";
    assert_eq!(farewell.trim_end(), expected);
    let unknown = place.run(&["session", "end", "00000000-0000-7000-8000-000000000000"]).await;
    assert_eq!((unknown.code, unknown.err.contains("there is no such session")), (1, true), "{unknown:?}");
    for wrong in [&["session", "end"][..], &["session", "end", "--all"], &["session", "end", oldest, "--all"]]
    {
        assert_eq!(place.run(wrong).await.code, 2, "{wrong:?}");
    }
}

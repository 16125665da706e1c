//! What is refused, with real programs: the same `535` for every cause, and the true reason for whoever looks it up.

use super::mail::message;
use super::programs::{Letter, Program, Tls};
use super::server::{ACCOUNT, PASSWORD, Place};

/// The refusal in what a program printed: `(text without the reference, reference)`.
pub(crate) fn refusal(printed: &str) -> (String, String) {
    let start = printed.find("Sign-in refused").unwrap_or_else(|| panic!("no refusal in:\n{printed}"));
    let (text, rest) = printed[start..].split_once("(ref ").expect("a reference");
    let (reference, _) = rest.split_once(')').expect("the reference's end");
    (text.trim().to_owned(), reference.to_owned())
}

async fn is_refused(program: Program) {
    // No upstream: nobody may ever be asked to relay anything here.
    let place = Place::new("");
    place.add_account("enforced").await;
    let (revoked_id, revoked) = place.create("Revoked one", &[]).await;
    let revoke = ["app-password", "revoke", &revoked_id, "--reason", "lost", "--json"];
    assert_eq!(place.run(&revoke).await.json()["state"], "revoked");
    let (_, out_of_scope) = place.create("Reads mail", &["--protocol", "imap"]).await;
    let (_, out_of_network) = place.create("One address", &["--network", "127.0.0.1"]).await;
    let (expired_id, expired) = place.create("Short lived", &["--expires", "3s"]).await;
    let show = ["app-password", "show", &expired_id, "--json"];
    place.until(&show, |answer| answer.json()["state"] == "expired").await;
    let server = place.serve().await;

    let local = "127.0.0.1";
    let cases = [
        ("9999-9999-9999", local, "wrong-secret"),
        (PASSWORD, local, "account-password-under-mfa"),
        (&revoked, local, "revoked"),
        (&expired, local, "expired"),
        (&out_of_scope, local, "out-of-scope"),
        (&out_of_network, "127.0.0.2", "out-of-network"),
    ];
    let mut texts = Vec::new();
    for (secret, from_address, reason) in cases {
        let message = message(reason);
        let letter = Letter { from_address, ..Letter::to_a_visitor(secret, &message) };
        let answer = program.send(&place, &server, Tls::Starttls, letter).await;
        assert_eq!(answer.code, program.refused_code(), "{reason}: {answer:?}");
        let printed = format!("{}{}", answer.out, answer.err);
        assert!(printed.contains("535"), "{reason}: {printed}");
        let (text, reference) = refusal(&printed);
        texts.push(text);
        assert_eq!(place.reason(&reference).await, reason);
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "a refusal says the same whatever the cause: {texts:?}");
    assert_eq!(server.stop().await, Some(0));
}

#[tokio::test]
async fn e2e_swaks_is_refused() {
    is_refused(Program::Swaks).await;
}

#[tokio::test]
async fn e2e_msmtp_is_refused() {
    is_refused(Program::Msmtp).await;
}

#[tokio::test]
async fn e2e_curl_is_refused() {
    is_refused(Program::Curl).await;
}

#[tokio::test]
async fn e2e_smtplib_is_refused() {
    is_refused(Program::Smtplib).await;
}

#[tokio::test]
async fn e2e_without_an_upstream_a_program_is_told_to_try_again_later() {
    let place = Place::new("");
    place.add_account("enforced").await;
    let (_, secret) = place.create("Contact form", &[]).await;
    let server = place.serve().await;
    let mut client =
        postern_testkit::smtp_client::SmtpClient::connect_tls(server.tls, &place.authority).await;
    client.reply().await;
    client.command("EHLO client.example.test").await;
    assert_eq!(
        client.auth_plain(ACCOUNT, &secret).await,
        "454 4.7.0 The mail server behind this door cannot be used at the moment; the password was not refused, try \
         again later"
    );
}

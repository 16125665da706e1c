//! Refused sign-ins, and failures that are not the program's.

use std::time::Duration;

use postern_domain::app_password::SenderRestriction;
use postern_domain::door::Door;
use postern_domain::mfa::MfaState;
use postern_domain::network::{Networks, parse_network};
use postern_testkit::smtp_client::SmtpClient;
use postern_testkit::smtp_upstream::{FakeUpstream, UpstreamBehaviour};
use postern_testkit::{
    ACCOUNT_PASSWORD, OPERATOR, SwitchableStore, TestClock, TestService, app_password_for,
};

use crate::harness::{ANNA, Doors, Setup, smart_host};

/// A refusal with its reference taken out.
fn without_reference(reply: &str) -> String {
    let (before, after) = reply.split_once("(ref ").expect("a refusal reference");
    let (reference, rest) = after.split_once(')').expect("its end");
    assert_eq!(reference.len(), 9, "{reply}");
    format!("{before}(ref …){rest}")
}

#[tokio::test]
async fn every_cause_is_refused_with_the_same_words_and_reaches_no_upstream() {
    let (doors, upstream) = Doors::open().await;
    let service = &doors.service;
    let secret_of =
        async |name: &str, change: &dyn Fn(&mut postern_service::app_password::CreateAppPassword)| {
            let mut new = app_password_for(ANNA, name, [Door::Smtp]);
            change(&mut new);
            let created = service.service.create_app_password(OPERATOR, new).await.unwrap();
            (created.app_password.id, created.secret.expose_canonical().to_owned())
        };
    let in_a_day = TestClock::START.plus(Duration::from_secs(86_400));
    let (_, expired) = secret_of("It expired", &|new| new.expires_at = Some(in_a_day)).await;
    let (_, elsewhere) = secret_of("Other network", &|new| {
        new.networks = Networks::new([parse_network("192.0.2.0/24").unwrap()]);
    })
    .await;
    let (_, out_of_scope) =
        secret_of("Other door", &|new| new.scope = [Door::Imap].into_iter().collect()).await;
    let (revoked_id, revoked) =
        secret_of("It was revoked", &|new| new.sender = SenderRestriction::Unrestricted).await;
    service.service.revoke_app_password(OPERATOR, revoked_id, "").await.unwrap();
    service.account("blocked@example.test", MfaState::Enforced).await;
    let blocked = service.app_password("blocked@example.test", "Of the blocked one").await;
    service.service.block_account(OPERATOR, &"blocked@example.test".parse().unwrap()).await.unwrap();
    service.clock.set(in_a_day);

    let mut replies = Vec::new();
    for (user, secret) in [
        ("nobody@example.test", doors.secret.as_str()),
        ("not even an address", "x"),
        (ANNA, "wrong"),
        (ANNA, ""),
        (ANNA, ACCOUNT_PASSWORD),
        (ANNA, &revoked),
        (ANNA, &expired),
        (ANNA, &out_of_scope),
        (ANNA, &elsewhere),
        ("blocked@example.test", blocked.secret.expose_canonical()),
    ] {
        let mut client = doors.submissions().await;
        replies.push(without_reference(&client.auth_plain(user, secret).await));
    }
    replies.dedup();
    assert_eq!(
        replies,
        ["535 5.7.8 Sign-in refused. Accounts with MFA need an app password: \
          https://portal.example.test/security-info (ref …)"]
    );
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn a_refused_client_may_try_again_on_the_same_connection() {
    let (doors, _upstream) = Doors::open().await;
    let mut client = doors.submission().await;
    assert!(client.auth_plain(ANNA, "wrong").await.starts_with("535 5.7.8"));
    assert!(client.auth_plain(ANNA, &doors.secret).await.starts_with("235"));
}

#[tokio::test]
async fn a_client_that_only_guesses_is_closed() {
    let (doors, _upstream) = Doors::open().await;
    let mut client = doors.submissions().await;
    let mut last = String::new();
    for _ in 0..20 {
        last = client.auth_plain(ANNA, "the same wrong one").await;
        if !last.starts_with("535") {
            break;
        }
    }
    assert!(last.starts_with("421 4.7.0"), "{}", client.transcript());
}

#[tokio::test]
async fn a_database_that_is_down_is_never_reported_as_a_wrong_password() {
    let upstream = FakeUpstream::start(UpstreamBehaviour::default()).await;
    let switch = SwitchableStore::open().await;
    let service = TestService::open_on(switch.clone()).await;
    let setup = Setup { service, ..Setup::with(smart_host(upstream.address)).await };
    let doors = setup.open().await;
    let mut live = doors.signed_in().await;
    let mut client = doors.submissions().await;
    switch.take_down();
    let reply = client.auth_plain(ANNA, &doors.secret).await;
    assert_eq!(
        reply,
        "454 4.7.0 Signing in is not possible at the moment; the password was not refused, try again later"
    );
    let wrong = client.auth_plain(ANNA, "wrong").await;
    assert!(wrong.starts_with("454 4.7.0"), "{wrong}");
    assert!(live.command("NOOP").await.starts_with("250"), "live sessions stay");
    switch.bring_up();
    assert!(client.auth_plain(ANNA, &doors.secret).await.starts_with("235"), "{}", client.transcript());
}

#[tokio::test]
async fn signing_in_in_the_clear_is_refused() {
    let (doors, upstream) = Doors::open().await;
    let mut client = SmtpClient::connect(doors.address("submission")).await;
    client.reply().await;
    client.command("EHLO client.example.test").await;
    assert!(client.auth_plain(ANNA, &doors.secret).await.starts_with("538"), "{}", client.transcript());
    assert!(client.command("MAIL FROM:<anna@example.test>").await.starts_with("530"));
    assert_eq!(upstream.connections(), 0);
}

//! Refused sign-ins: the same words for every cause, and how each door says them.

use std::time::Duration;

use postern_domain::app_password::SenderRestriction;
use postern_domain::door::Door;
use postern_domain::mfa::MfaState;
use postern_domain::network::{Networks, parse_network};
use postern_service::app_password::CreateAppPassword;
use postern_testkit::{ACCOUNT_PASSWORD, OPERATOR, TestClock, app_password_for};

use super::{DOORS, sign_in, tell, without_reference};
use crate::harness::{ANNA, Doors};

/// An app password of Anna's for a door.
async fn app_password(doors: &Doors, name: &str, change: impl FnOnce(&mut CreateAppPassword)) -> String {
    let mut new = app_password_for(ANNA, name, DOORS.map(|(door, _)| door));
    change(&mut new);
    let created = doors.service.service.create_app_password(OPERATOR, new).await.expect("it is created");
    created.secret.expose_canonical().to_owned()
}

/// A refusal with what differs taken out: its reference, and when to come again. Only HTTP says that, and for a secret
/// that has ended for good it is late: some programs take 401 for "slow down" and would go on for ever.
fn in_common(answer: &[String]) -> String {
    let kept: Vec<&str> =
        answer.iter().map(String::as_str).filter(|line| !line.starts_with("retry-after: ")).collect();
    let answer = kept.join("\n");
    assert!(answer.contains("(ref "), "no reference: {answer}");
    without_reference(&answer)
}

/// Everything that is refused, with its cause: who, with what.
async fn refused_sign_ins(doors: &Doors) -> Vec<(&'static str, &'static str, String)> {
    let service = &doors.service.service;
    let in_a_day = TestClock::START.plus(Duration::from_secs(86_400));
    let expired = app_password(doors, "It expired", |new| new.expires_at = Some(in_a_day)).await;
    let elsewhere = app_password(doors, "Other network", |new| {
        new.networks = Networks::new([parse_network("192.0.2.0/24").expect("a network")]);
    })
    .await;
    let out_of_scope =
        app_password(doors, "Other door", |new| new.scope = [Door::Ews].into_iter().collect()).await;
    let new = CreateAppPassword {
        sender: SenderRestriction::Unrestricted,
        ..app_password_for(ANNA, "It was revoked", DOORS.map(|(door, _)| door))
    };
    let revoked = service.create_app_password(OPERATOR, new).await.expect("it is created");
    service.revoke_app_password(OPERATOR, revoked.app_password.id, "").await.expect("it is revoked");
    doors.service.account("blocked@example.test", MfaState::Enforced).await;
    let of_blocked =
        app_password_for("blocked@example.test", "Of the blocked one", DOORS.map(|(door, _)| door));
    let blocked = service.create_app_password(OPERATOR, of_blocked).await.expect("it is created");
    service
        .block_account(OPERATOR, &"blocked@example.test".parse().expect("it is well-formed"))
        .await
        .expect("it is blocked");
    doors.service.clock.set(in_a_day);
    vec![
        ("unknown account", "nobody@example.test", doors.secret.clone()),
        ("no account name", "not even an address", "x".to_owned()),
        ("wrong secret", ANNA, "wrong".to_owned()),
        ("empty secret", ANNA, String::new()),
        ("account password, MFA enforced", ANNA, ACCOUNT_PASSWORD.to_owned()),
        ("revoked", ANNA, revoked.secret.expose_canonical().to_owned()),
        ("expired", ANNA, expired),
        ("out of scope", ANNA, out_of_scope),
        ("from another network", ANNA, elsewhere),
        ("blocked account", "blocked@example.test", blocked.secret.expose_canonical().to_owned()),
        ("master separator", "anna@example.test*master", doors.secret.clone()),
    ]
}

#[tokio::test]
async fn every_cause_is_refused_with_the_same_words_at_every_door() {
    let (doors, upstream) = Doors::open().await;
    let refused = refused_sign_ins(&doors).await;
    let mut table = String::new();
    for (door, name) in DOORS {
        let mut answers = Vec::new();
        for (cause, user, secret) in &refused {
            let answer = in_common(&sign_in(&doors, door, user, secret).await);
            answers.push(answer.clone());
            assert_eq!(answer, answers[0], "{name}: {cause}");
        }
        let lines: Vec<String> = answers[0].lines().map(str::to_owned).collect();
        tell(&mut table, name, &lines);
    }
    assert_eq!(upstream.connections(), 0);
    insta::assert_snapshot!(table, @r#"
    SMTP        535 5.7.8 Sign-in refused. Accounts with MFA need an app password: https://portal.example.test/security-info (ref …)
    IMAP        a NO [AUTHENTICATIONFAILED] Sign-in refused. Accounts with MFA need an app password: https://portal.example.test/security-info (ref …)
    POP3        -ERR [AUTH] Sign-in refused. Accounts with MFA need an app password: https://portal.example.test/security-info (ref …)
    ManageSieve NO "Sign-in refused. Accounts with MFA need an app password: https://portal.example.test/security-info (ref …)"
    HTTP        HTTP/1.1 401 Unauthorized
                content-type: text/plain; charset=utf-8
                x-content-type-options: nosniff
                cache-control: no-store
                www-authenticate: Basic realm="Postern", charset="UTF-8"
                Sign-in refused. Accounts with MFA need an app password: https://portal.example.test/security-info (ref …)
    "#);
}

//! When a provider's word counts as a second factor, and what of it is kept.

use postern_domain::account::{AccountKind, Role};
use postern_domain::audit::Operation;
use postern_domain::mfa::MfaState;
use postern_domain::notice::NoticeKind;
use postern_service::portal::Standing;
use postern_testkit::totp_code;
use serde_json::json;

use crate::harness::{ANNA, Setting, anna, how_far};

#[tokio::test]
async fn a_second_factor_elsewhere_counts_when_it_is_named_and_fresh() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Enforced).await;
    let now = setting.test.service.clock().now().as_seconds();
    let mut told = String::new();
    for (claims, about) in [
        (json!({}), "nothing said"),
        (json!({ "amr": ["mfa"] }), "without a time"),
        (json!({ "amr": ["pwd"], "auth_time": now }), "a password alone"),
        (json!({ "amr": ["MFA"], "auth_time": now }), "in capitals"),
        (json!({ "amr": "mfa", "auth_time": now }), "amr as a text"),
        (json!({ "amr": ["pwd", "mfa"], "auth_time": now }), "amr"),
        (json!({ "amr": ["mfa"], "auth_time": now - 3599 }), "within the hour"),
        (json!({ "amr": ["mfa"], "auth_time": now - 3600 }), "an hour ago"),
        (json!({ "amr": ["mfa"], "auth_time": now + 60 }), "a minute ahead"),
        (json!({ "amr": ["mfa"], "auth_time": now + 61 }), "more than a minute ahead"),
        (json!({ "amr": ["mfa"], "auth_time": i64::MIN }), "at the beginning of all times"),
        (json!({ "amr": ["mfa"], "auth_time": i64::MAX }), "at the end of all times"),
        (json!({ "acr": "gold", "auth_time": now }), "acr"),
        (json!({ "acr": "goldfish", "auth_time": now }), "another acr"),
        (json!({ "acrs": ["gold"], "auth_time": now }), "acrs"),
    ] {
        let mut all = anna();
        all.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
        let started = setting.sign_in(&all).await.unwrap();
        told.push_str(&format!("{about}: {}\n", how_far(&started.standing)));
    }
    insta::assert_snapshot!(told, @r"
    nothing said: a method must be registered
    without a time: a method must be registered
    a password alone: a method must be registered
    in capitals: a method must be registered
    amr as a text: in
    amr: in
    within the hour: in
    an hour ago: a method must be registered
    a minute ahead: in
    more than a minute ahead: a method must be registered
    at the beginning of all times: a method must be registered
    at the end of all times: a method must be registered
    acr: in
    another acr: a method must be registered
    acrs: a method must be registered
    ");
}

#[tokio::test]
async fn where_it_does_not_count_our_own_second_factor_is_asked_for() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Enforced).await;
    let service = &setting.test.service;
    let Standing::MustRegister(half) = setting.sign_in(&anna()).await.unwrap().standing else {
        panic!("half")
    };
    let enrolment = service.begin_totp_enrolment(half.session()).await.unwrap();
    let key = enrolment.secret.typed_key();
    let code = totp_code(&key, service.clock().now());
    service.finish_totp_enrolment(half.session(), &enrolment.sealed, "Phone", &code).await.unwrap();

    setting.advance(60);
    let Standing::AwaitingSecondFactor(half) = setting.sign_in(&anna()).await.unwrap().standing else {
        panic!("half")
    };
    let code = totp_code(&key, service.clock().now());
    let (_, standing) = service.verify_totp(half.session(), &code).await.unwrap();
    let full = standing.full().unwrap();
    assert_eq!(full.session().factors.to_string(), "otp outside:Staff");
    // With a method of ours the provider's second factor goes on counting.
    assert_eq!(how_far(&setting.sign_in(&setting.with_mfa(0)).await.unwrap().standing), "in");
    let accepted = "OutsideIdentity accepted";
    assert_eq!(setting.events().await, [accepted, accepted, accepted]);
}

#[tokio::test]
async fn the_audit_keeps_what_the_provider_said() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Enforced).await;
    setting.sign_in(&setting.with_mfa(90)).await.unwrap();
    let records = setting.records(Operation::SignInToPortal).await;
    let details = records[0].details.iter().filter(|(name, _)| name != "session");
    let details: Vec<_> = details.map(|(name, value)| format!("{name}: {value}")).collect();
    insta::assert_snapshot!(details.join("\n"), @r"
    address: 192.0.2.7
    factors: outside:Staff
    issuer: https://login.example.test/realms/staff
    name: anna@example.test
    said: amr pwd mfa, no acr, auth_time 2026-11-22T14:14:24Z
    second factor: theirs counts
    subject: 248289761001
    ");
}

/// Whichever way an administrator gets in, it is recorded once and the administrators are told once, when they are in.
#[tokio::test]
async fn an_administrator_who_gets_in_is_recorded_and_told_of_once() {
    let setting = Setting::open().await;
    let service = &setting.test.service;
    setting.test.add(ANNA, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await;
    setting.link(ANNA, "248289761001").await;
    let told = async || {
        let signed_in = setting.records(Operation::SignInToPortal).await.len();
        let notices = setting.test.store.snapshot().await.unwrap().notices_after(0, 100).await.unwrap();
        let of_it =
            notices.iter().filter(|(notice, _)| notice.text.kind == NoticeKind::AdministratorSignedIn);
        (signed_in, of_it.count())
    };
    assert_eq!(told().await, (0, 0));
    let theirs = setting.sign_in(&setting.with_mfa(0)).await.unwrap().standing.full().unwrap();
    assert_eq!(told().await, (1, 1));
    let enrolment = service.begin_totp_enrolment(theirs.session()).await.unwrap();
    let key = enrolment.secret.typed_key();
    let code = totp_code(&key, service.clock().now());
    service.finish_totp_enrolment(theirs.session(), &enrolment.sealed, "Phone", &code).await.unwrap();
    setting.advance(60);
    let Standing::AwaitingSecondFactor(half) = setting.sign_in(&anna()).await.unwrap().standing else {
        panic!("half")
    };
    assert_eq!(told().await, (1, 1), "not in yet");
    let code = totp_code(&key, service.clock().now());
    service.verify_totp(half.session(), &code).await.unwrap();
    assert_eq!(told().await, (2, 2));
}

//! Codes in messages: where they go, how often, and that each lets in once.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::id::MethodId;
use postern_domain::mfa::{MethodKind, MfaState};
use postern_domain::setting::SettingKey;
use tokio::task::JoinSet;

use super::{Destination, SendCodeError};
use crate::By;
use crate::messenger::Messenger;
use crate::portal::{EnrolError, FullSession, SecondFactorError};
use crate::testing::{ANNA, Fixture, OPERATOR, Post, name};

const PHONE: &str = "+49 151 23456789";

/// Anna, with both kinds of codes allowed.
async fn anna() -> (Fixture, Arc<Post>) {
    let post = Arc::new(Post::default());
    let fixture = Fixture::open_with_messenger(Arc::clone(&post) as Arc<dyn Messenger>).await;
    fixture.account(ANNA, MfaState::Enforced).await;
    for key in [SettingKey::TextMessageCodes, SettingKey::EMailCodes] {
        fixture.service.change_setting(OPERATOR, key, "true").await.unwrap();
    }
    (fixture, post)
}

fn phone() -> Destination {
    Destination::Phone(PHONE.parse().unwrap())
}

/// Registers a telephone as her first method.
async fn register(fixture: &Fixture, post: &Post) -> (FullSession, MethodId) {
    let half = fixture.half(ANNA).await;
    fixture.service.begin_message_registration(half.session(), phone()).await.unwrap();
    let (_, code) = post.code();
    let (_, session, codes) =
        fixture.service.finish_message_registration(half.session(), "My phone", &code).await.unwrap();
    assert_eq!(codes.map(|codes| codes.len()), Some(10));
    fixture.clock.advance(Duration::from_secs(60));
    let details = fixture.service.find_account(OPERATOR, &name(ANNA)).await.unwrap();
    (session, details.methods[0].id)
}

#[tokio::test]
async fn a_telephone_is_registered_by_the_code_that_came_back() {
    let (fixture, post) = anna().await;
    let half = fixture.half(ANNA).await;
    fixture.service.begin_message_registration(half.session(), phone()).await.unwrap();
    let (to, code) = post.code();
    assert_eq!(to, "+4915123456789");
    let text = post.take()[0].1.clone();
    assert!(text.ends_with(&format!("\n\n@portal.example.test #{code}")), "{text}");
    let other = fixture.half(ANNA).await;
    let finish =
        async |session, code: &str| fixture.service.finish_message_registration(session, " ", code).await;
    assert!(
        matches!(finish(other.session(), &code).await, Err(EnrolError::WrongSentCode)),
        "another session"
    );
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert!(matches!(finish(half.session(), wrong).await, Err(EnrolError::WrongSentCode)));
    finish(half.session(), &format!(" {}-{} ", &code[..3], &code[3..])).await.unwrap();
    let method = fixture.service.find_account(OPERATOR, &name(ANNA)).await.unwrap().methods.remove(0);
    assert_eq!((method.kind, method.label.as_str()), (MethodKind::TextMessage, "Text message"));
    assert_eq!(method.hint.as_deref(), Some("\u{2022}\u{2022}\u{2022} 89"));
}

#[tokio::test]
async fn a_method_of_a_kind_that_is_switched_off_is_not_the_one_that_is_left() {
    let (fixture, post) = anna().await;
    let (session, phone) = register(&fixture, &post).await;
    let service = &fixture.service;
    let begun = service.begin_totp_enrolment(session.session()).await.unwrap();
    let code = fixture.code(&begun.secret);
    let finished = service.finish_totp_enrolment(session.session(), &begun.sealed, "App", &code).await;
    let (_, session, _) = finished.unwrap();
    let methods = service.find_account(OPERATOR, &name(ANNA)).await.unwrap().methods;
    let app = methods.iter().find(|method| method.id != phone).unwrap().id;
    let allow =
        async |value| service.change_setting(OPERATOR, SettingKey::TextMessageCodes, value).await.unwrap();
    allow("false").await;
    // Whatever the state: who has a method is asked for one.
    for mfa in [MfaState::Enforced, MfaState::Disabled] {
        service.set_mfa_state(OPERATOR, &name(ANNA), mfa).await.unwrap();
        let left_alone = service.delete_method(By::Session(&session), app).await;
        assert!(matches!(left_alone, Err(EnrolError::LastUsableMethod)), "{left_alone:?}");
    }
    allow("true").await;
    service.delete_method(By::Session(&session), app).await.unwrap();
}

#[tokio::test]
async fn a_code_lets_in_once_within_ten_minutes_and_five_tries() {
    let (fixture, post) = anna().await;
    let (_, method) = register(&fixture, &post).await;
    let half = fixture.half(ANNA).await;
    let (_, used) = post.code();
    let verify = async |code: &str| fixture.service.verify_sent_code(half.session(), method, code).await;
    assert!(matches!(verify(&used).await, Err(SecondFactorError::WrongCode)), "none was sent for this");
    fixture.service.send_code(half.session(), method).await.unwrap();
    let (_, first) = post.code();
    fixture.clock.advance(Duration::from_secs(30));
    fixture.service.send_code(half.session(), method).await.unwrap();
    let (_, second) = post.code();
    assert!(matches!(verify(&first).await, Err(SecondFactorError::WrongCode)), "the one before is void");
    verify(&second).await.unwrap();
    let half = fixture.half(ANNA).await;
    let again = fixture.service.verify_sent_code(half.session(), method, &second).await;
    assert!(matches!(again, Err(SecondFactorError::WrongCode)));

    fixture.clock.advance(Duration::from_secs(3600));
    let half = fixture.half(ANNA).await;
    fixture.service.send_code(half.session(), method).await.unwrap();
    let (_, late) = post.code();
    fixture.clock.advance(Duration::from_secs(600));
    let late = fixture.service.verify_sent_code(half.session(), method, &late).await;
    assert!(matches!(late, Err(SecondFactorError::WrongCode)));
}

#[tokio::test]
async fn after_five_wrong_tries_the_right_code_is_wrong() {
    let (fixture, post) = anna().await;
    let half = fixture.half(ANNA).await;
    fixture.service.begin_message_registration(half.session(), phone()).await.unwrap();
    let (_, code) = post.code();
    for _ in 0..5 {
        let wrong = fixture.service.finish_message_registration(half.session(), "", "not a code").await;
        assert!(matches!(wrong, Err(EnrolError::WrongSentCode)));
    }
    let right = fixture.service.finish_message_registration(half.session(), "", &code).await;
    assert!(matches!(right, Err(EnrolError::WrongSentCode)));
    fixture.clock.advance(Duration::from_secs(30));
    fixture.service.begin_message_registration(half.session(), phone()).await.unwrap();
    fixture.service.finish_message_registration(half.session(), "", &post.code().1).await.unwrap();
}

#[tokio::test]
async fn codes_are_sent_seldom_and_a_failure_of_ours_does_not_count() {
    let (fixture, post) = anna().await;
    let (_, method) = register(&fixture, &post).await;
    let half = fixture.half(ANNA).await;
    let send = async || fixture.service.send_code(half.session(), method).await;
    post.fail(true);
    assert!(matches!(send().await, Err(SendCodeError::Undelivered)));
    post.fail(false);
    send().await.expect("the one that failed did not count");
    assert!(matches!(send().await, Err(SendCodeError::TooSoon)));
    for _ in 0..3 {
        fixture.clock.advance(Duration::from_secs(30));
        send().await.unwrap();
    }
    fixture.clock.advance(Duration::from_secs(30));
    assert!(
        matches!(send().await, Err(SendCodeError::TooMany)),
        "with that of the registration it is the sixth"
    );
    // The next session may not either: it is the account that is counted.
    let other = fixture.half(ANNA).await;
    let elsewhere = fixture.service.send_code(other.session(), method).await;
    assert!(matches!(elsewhere, Err(SendCodeError::TooMany)));
    fixture.clock.advance(Duration::from_secs(3600));
    let half = fixture.half(ANNA).await;
    fixture.service.send_code(half.session(), method).await.unwrap();
}

/// A gateway may have sent, and will bill, what it does not say that it sent; and whoever has a password must not be able to
/// use up what the organization may ask of it.
#[tokio::test]
async fn a_gateway_that_fails_is_not_asked_without_end() {
    let (fixture, post) = anna().await;
    let half = fixture.half(ANNA).await;
    let number = |last: usize| Destination::Phone(format!("+49 151 234567{last:02}").parse().unwrap());
    post.fail(true);
    for last in 0..20 {
        let failed = fixture.service.begin_message_registration(half.session(), number(last)).await;
        assert!(matches!(failed, Err(SendCodeError::Undelivered)), "{failed:?}");
    }
    assert_eq!(post.asked(), 15);
    post.fail(false);
    let held = fixture.service.begin_message_registration(half.session(), phone()).await;
    assert!(matches!(held, Err(SendCodeError::Undelivered)), "{held:?}");
    // Nobody else is held up by it.
    let other = name("bo@example.test");
    fixture.account(other.as_str(), MfaState::Enforced).await;
    let others = fixture.half(other.as_str()).await;
    fixture.service.begin_message_registration(others.session(), phone()).await.unwrap();
    // The twelfth part of the hour that is going on counts as a whole.
    fixture.clock.advance(Duration::from_secs(65 * 60));
    let half = fixture.half(ANNA).await;
    fixture.service.begin_message_registration(half.session(), phone()).await.unwrap();
}

#[tokio::test]
async fn mail_goes_to_another_mailbox_than_the_accounts_own() {
    let (fixture, post) = anna().await;
    let half = fixture.half(ANNA).await;
    let own = Destination::Mailbox(name(ANNA));
    let begun = fixture.service.begin_message_registration(half.session(), own).await;
    assert!(matches!(begun, Err(SendCodeError::OwnMailbox)));
    let other = Destination::Mailbox(name("anna@home.example"));
    assert_eq!(format!("{other:?}"), "Destination(EmailCode)");
    fixture.service.begin_message_registration(half.session(), other).await.unwrap();
    let (to, code) = post.code();
    assert_eq!(to, "anna@home.example");
    fixture.service.finish_message_registration(half.session(), "", &code).await.unwrap();
    let method = fixture.service.find_account(OPERATOR, &name(ANNA)).await.unwrap().methods.remove(0);
    assert_eq!(method.hint.as_deref(), Some("a\u{2022}\u{2022}\u{2022}@home.example"));
}

#[tokio::test]
async fn what_is_switched_off_is_neither_registered_nor_used() {
    let (fixture, post) = anna().await;
    let (session, method) = register(&fixture, &post).await;
    let account = session.account().clone();
    assert!(fixture.service.offers_method(MethodKind::TextMessage, &account));
    let half = fixture.half(ANNA).await;
    fixture.service.send_code(half.session(), method).await.unwrap();
    let (_, code) = post.code();
    fixture.service.change_setting(OPERATOR, SettingKey::TextMessageCodes, "false").await.unwrap();
    assert!(!fixture.service.offers_method(MethodKind::TextMessage, &account));
    let factors = fixture.service.second_factors_of(half.session()).await.unwrap();
    assert!(factors.methods.is_empty() && factors.recovery_codes_left == 10);
    let used = fixture.service.verify_sent_code(half.session(), method, &code).await;
    assert!(matches!(used, Err(SecondFactorError::WrongCode)));
    fixture.clock.advance(Duration::from_secs(60));
    let sent = fixture.service.send_code(half.session(), method).await;
    assert!(matches!(sent, Err(SendCodeError::NotOffered)));
}

#[tokio::test]
async fn of_sixty_four_at_once_one_gets_in() {
    let (fixture, post) = anna().await;
    let (_, method) = register(&fixture, &post).await;
    let half = fixture.half(ANNA).await;
    fixture.service.send_code(half.session(), method).await.unwrap();
    let (_, code) = post.code();
    let attempts: JoinSet<bool> = (0..64)
        .map(|_| {
            let (service, code) = (Arc::clone(&fixture.service), code.clone());
            let session = half.session().clone();
            async move { service.verify_sent_code(&session, method, &code).await.is_ok() }
        })
        .collect();
    assert_eq!(attempts.join_all().await.into_iter().filter(|got_in| *got_in).count(), 1);
}

//! Passkeys, with an authenticator made of software that misbehaves in every way that must be noticed.

mod copies;
mod races;
mod sign_in;
mod vectors;

use std::time::Duration;

use postern_domain::mfa::recovery_code::RecoveryCode;
use postern_domain::mfa::{MethodKind, MfaState};
use postern_testkit::SoftAuthenticator;

use crate::portal::{EnrolError, FullSession, SecondFactorError, Standing};
use crate::testing::{ANNA, Fixture, OPERATOR, name};

const ORIGIN: &str = "https://portal.example.test";
const BO: &str = "bo@example.test";

/// A passkey for Anna as her first method.
async fn first_passkey(
    fixture: &Fixture,
    authenticator: &mut SoftAuthenticator,
) -> (FullSession, Vec<RecoveryCode>) {
    let half = fixture.half(ANNA).await;
    let begun = fixture.service.begin_passkey_registration(half.session(), "Postern").await.unwrap();
    let answer = authenticator.create(&begun.options);
    let finished =
        fixture.service.finish_passkey_registration(half.session(), &begun.id, "Laptop", &answer).await;
    let (_, session, codes) = finished.unwrap();
    (session, codes.unwrap())
}

/// Anna with a passkey, and the authenticator that has it.
async fn anna() -> (Fixture, SoftAuthenticator) {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let mut authenticator = SoftAuthenticator::new(ORIGIN);
    first_passkey(&fixture, &mut authenticator).await;
    (fixture, authenticator)
}

/// Her second factor, given by an authenticator after her password.
async fn second_factor(
    fixture: &Fixture,
    authenticator: &mut SoftAuthenticator,
) -> Result<Standing, SecondFactorError> {
    let half = fixture.half(ANNA).await;
    let begun = fixture.service.begin_passkey_check(half.session()).await?.expect("she has one");
    let answer = authenticator.get(&begun.options);
    let finished = fixture.service.finish_passkey_check(half.session(), &begun.id, &answer).await;
    finished.map(|(_, standing)| standing)
}

#[tokio::test]
async fn a_first_passkey_ends_the_registration_and_is_a_second_factor() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enabled).await;
    let mut authenticator = SoftAuthenticator::new(ORIGIN);
    let (session, codes) = first_passkey(&fixture, &mut authenticator).await;
    assert_eq!((codes.len(), session.account().mfa), (10, MfaState::Enforced));
    assert_eq!(session.session().factors.to_string(), "pwd pop");
    assert!(fixture.service.second_factor_is_fresh(&session));
    let details = fixture.service.find_account(OPERATOR, &name(ANNA)).await.unwrap();
    let method = &details.methods[0];
    assert_eq!((method.label.as_str(), method.kind), ("Laptop", MethodKind::Passkey { discoverable: true }));

    let standing = second_factor(&fixture, &mut authenticator).await.unwrap();
    assert_eq!(standing.full().unwrap().session().factors.to_string(), "pwd pop");
    let events = fixture.events().await;
    assert!(
        events
            .iter()
            .all(|event| event.credential == postern_domain::sign_in::CredentialUsed::AccountPassword)
    );
    fixture.service.verify_audit().await.unwrap();
}

#[tokio::test]
async fn a_further_passkey_needs_a_step_up_and_the_same_one_is_not_taken_twice() {
    let (fixture, mut authenticator) = anna().await;
    fixture.clock.advance(Duration::from_secs(1));
    let half = fixture.half(ANNA).await;
    let begun = fixture.service.begin_passkey_registration(half.session(), "Postern").await;
    assert!(matches!(begun, Err(EnrolError::StepUpNeeded)), "the password alone adds none");
    let session = second_factor(&fixture, &mut authenticator).await.unwrap().full().unwrap();
    let begun = fixture.service.begin_passkey_registration(session.session(), "Postern").await.unwrap();
    assert!(begun.options.contains("\"residentKey\":\"preferred\""), "{}", begun.options);
    assert!(begun.options.contains("\"rp\":{\"name\":\"Postern\",\"id\":\"portal.example.test\"}"));
    let mut key = SoftAuthenticator { keeps: false, verifies: false, ..SoftAuthenticator::new(ORIGIN) };
    let answer = key.create(&begun.options);
    let finish = async |id: &str, answer: &str| {
        fixture.service.finish_passkey_registration(session.session(), id, "", answer).await
    };
    finish(&begun.id, &answer).await.unwrap();
    let details = fixture.service.find_account(OPERATOR, &name(ANNA)).await.unwrap();
    let kinds: Vec<_> =
        details.methods.iter().map(|method| (method.kind.name(), method.label.as_str())).collect();
    assert_eq!(kinds, [("passkey", "Laptop"), ("security-key", "Security key")]);
    second_factor(&fixture, &mut key).await.unwrap();
}

#[tokio::test]
async fn a_ceremony_is_bound_to_its_session_its_five_minutes_and_one_answer() {
    let (fixture, mut authenticator) = anna().await;
    let (half, other) = (fixture.half(ANNA).await, fixture.half(ANNA).await);
    let begun = fixture.service.begin_passkey_check(half.session()).await.unwrap().unwrap();
    let answer = authenticator.get(&begun.options);
    let elsewhere = fixture.service.finish_passkey_check(other.session(), &begun.id, &answer).await;
    assert!(matches!(elsewhere, Err(SecondFactorError::RunOut)), "another browser");
    let node = fixture.another_node().await;
    node.service
        .finish_passkey_check(half.session(), &begun.id, &answer)
        .await
        .expect("another node finishes it");

    let half = fixture.half(ANNA).await;
    let replayed = fixture.service.finish_passkey_check(half.session(), &begun.id, &answer).await;
    assert!(matches!(replayed, Err(SecondFactorError::RunOut)), "an answer that was given before");
    let begun = fixture.service.begin_passkey_check(half.session()).await.unwrap().unwrap();
    let old = fixture.service.finish_passkey_check(half.session(), &begun.id, &answer).await;
    assert!(matches!(old, Err(SecondFactorError::WrongPasskey)), "an answer to another challenge");
    let fresh = authenticator.get(&begun.options);
    let used_up = fixture.service.finish_passkey_check(half.session(), &begun.id, &fresh).await;
    assert!(matches!(used_up, Err(SecondFactorError::RunOut)), "a wrong answer uses the ceremony up");

    let begun = fixture.service.begin_passkey_check(half.session()).await.unwrap().unwrap();
    fixture.clock.advance(Duration::from_secs(5 * 60));
    let answer = authenticator.get(&begun.options);
    let late = fixture.service.finish_passkey_check(half.session(), &begun.id, &answer).await;
    assert!(matches!(late, Err(SecondFactorError::RunOut)));
}

#[tokio::test]
async fn no_answer_is_taken_that_was_made_for_something_else() {
    let (fixture, mut authenticator) = anna().await;
    fixture.account(BO, MfaState::Enforced).await;
    let bo = fixture.half(BO).await;
    let begun = fixture.service.begin_passkey_registration(bo.session(), "Postern").await.unwrap();
    let mut bos = SoftAuthenticator::new(ORIGIN);
    let answer = bos.create(&begun.options);
    fixture.service.finish_passkey_registration(bo.session(), &begun.id, "Key", &answer).await.unwrap();
    // Bo's passkey for Anna's password: signed for her challenge, by a key that is registered for him.
    let half = fixture.half(ANNA).await;
    let begun = fixture.service.begin_passkey_check(half.session()).await.unwrap().unwrap();
    let answer = bos.get_with(0, &begun.options);
    let others = fixture.service.finish_passkey_check(half.session(), &begun.id, &answer).await;
    assert!(matches!(others, Err(SecondFactorError::WrongPasskey)));

    type Fault = fn(&mut SoftAuthenticator);
    let faults: [(&str, Fault); 9] = [
        ("another origin", |a| a.origin = "https://portal.example.test.evil.example".to_owned()),
        ("another port", |a| a.origin = "https://portal.example.test:8443".to_owned()),
        ("another relying party", |a| a.other_party = Some("example.test".to_owned())),
        ("no user verification, which it did when it was registered", |a| a.verifies = false),
        ("nobody touched it", |a| a.is_touched = false),
        ("another challenge", |a| a.other_challenge = Some("AAAA".to_owned())),
        ("another user handle", |a| a.other_handle = Some(vec![7; 16])),
        ("a registration", |a| a.other_type = Some("webauthn.create".to_owned())),
        ("a wrong signature", |a| a.signs_wrongly = true),
    ];
    for (what, misbehave) in faults {
        let mut wrong = SoftAuthenticator::new(ORIGIN);
        wrong.credentials.push(authenticator.credentials[0].copy());
        misbehave(&mut wrong);
        let answered = second_factor(&fixture, &mut wrong).await;
        assert!(matches!(answered, Err(SecondFactorError::WrongPasskey)), "{what}: {answered:?}");
    }
    second_factor(&fixture, &mut authenticator).await.expect("none of them locked her out");
    for nonsense in ["", "{}", "null", "[]", &"x".repeat(40_000)] {
        let half = fixture.half(ANNA).await;
        let begun = fixture.service.begin_passkey_check(half.session()).await.unwrap().unwrap();
        let answered = fixture.service.finish_passkey_check(half.session(), &begun.id, nonsense).await;
        assert!(matches!(answered, Err(SecondFactorError::WrongPasskey)));
    }
}

#[tokio::test]
async fn nothing_is_registered_from_a_wrong_answer() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    type Fault = fn(&mut SoftAuthenticator);
    let faults: [(&str, Fault); 6] = [
        ("another origin", |a| a.origin = "https://evil.example".to_owned()),
        ("another relying party", |a| a.other_party = Some("evil.example".to_owned())),
        ("another challenge", |a| a.other_challenge = Some("AAAA".to_owned())),
        ("an assertion", |a| a.other_type = Some("webauthn.get".to_owned())),
        ("in a frame of another site", |a| a.is_framed = true),
        ("nobody touched it", |a| a.is_touched = false),
    ];
    for (what, misbehave) in faults {
        let half = fixture.half(ANNA).await;
        let begun = fixture.service.begin_passkey_registration(half.session(), "Postern").await.unwrap();
        let mut authenticator = SoftAuthenticator::new(ORIGIN);
        misbehave(&mut authenticator);
        let answer = authenticator.create(&begun.options);
        let finish = async |answer: &str| {
            fixture.service.finish_passkey_registration(half.session(), &begun.id, "", answer).await
        };
        assert!(matches!(finish(&answer).await, Err(EnrolError::PasskeyRefused)), "{what}");
        let right = SoftAuthenticator::new(ORIGIN).create(&begun.options);
        assert!(matches!(finish(&right).await, Err(EnrolError::RunOut)), "{what} used the ceremony up");
    }
    assert!(fixture.service.find_account(OPERATOR, &name(ANNA)).await.unwrap().methods.is_empty());
}

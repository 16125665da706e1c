//! Getting into the portal, and what keeps others out.

mod methods;
mod own_methods;
mod sessions;

use std::sync::Arc;
use std::time::Duration;

use postern_domain::mfa::MfaState;
use postern_domain::sign_in::{Outcome, Place};
use tokio::task::JoinSet;

use super::{HalfSession, SecondFactorError, Standing, StartPortalSessionError};
use crate::Service;
use crate::testing::{ACCOUNT_PASSWORD, ANNA, Fixture, OPERATOR, name};

async fn refusal(fixture: &Fixture, who: &str, password: &str) -> &'static str {
    match fixture.start(who, password).await {
        Err(StartPortalSessionError::Refused { reference }) => fixture.reason(reference).await,
        Err(StartPortalSessionError::TryLater) => "try later",
        Err(StartPortalSessionError::Failure(error)) => panic!("{error}"),
        Ok(_) => "let in",
    }
}

#[tokio::test]
async fn only_the_account_password_opens_the_portal() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    let created = fixture.app_password(ANNA, "Contact form").await;
    let app_password = created.secret.expose_grouped();
    assert_eq!(refusal(&fixture, ANNA, ACCOUNT_PASSWORD).await, "let in");
    assert_eq!(refusal(&fixture, ANNA, &app_password).await, "app-password-at-portal");
    assert_eq!(refusal(&fixture, "bo@example.test", &app_password).await, "app-password-at-portal");
    assert_eq!(refusal(&fixture, ANNA, "wrong").await, "wrong-secret");
    assert_eq!(refusal(&fixture, "nobody@example.test", "wrong").await, "unknown-account");
    assert_eq!(refusal(&fixture, "anna", ACCOUNT_PASSWORD).await, "unknown-account");
    fixture.service.block_account(OPERATOR, &name(ANNA)).await.unwrap();
    assert_eq!(refusal(&fixture, ANNA, ACCOUNT_PASSWORD).await, "account-blocked");
}

#[tokio::test]
async fn guesses_at_the_password_are_held_up() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    for guess in 0..6 {
        refusal(&fixture, ANNA, &format!("guess {guess}")).await;
    }
    assert_eq!(refusal(&fixture, ANNA, ACCOUNT_PASSWORD).await, "try later");
    fixture.clock.advance(Duration::from_secs(3600));
    assert_eq!(refusal(&fixture, ANNA, ACCOUNT_PASSWORD).await, "let in");
}

#[tokio::test]
async fn how_far_one_gets_is_decided_by_mfa_and_methods() {
    let fixture = Fixture::open().await;
    for (state, without_method) in [
        (MfaState::Disabled, "full"),
        (MfaState::Enabled, "must register"),
        (MfaState::Enforced, "must register"),
    ] {
        let who = format!("{state}@example.test");
        fixture.account(&who, state).await;
        let far = async || match fixture.start(&who, ACCOUNT_PASSWORD).await.unwrap().standing {
            Standing::Full(_) => "full",
            Standing::MustRegister(_) => "must register",
            Standing::AwaitingSecondFactor(_) => "second factor",
        };
        assert_eq!(far().await, without_method, "{state}");
        if state != MfaState::Disabled {
            let (session, ..) = fixture.enrol(&who).await;
            assert_eq!(session.account().mfa, MfaState::Enforced, "Enabled becomes Enforced by itself");
            fixture.service.set_mfa_state(OPERATOR, &name(&who), state).await.unwrap();
            assert_eq!(far().await, "second factor", "{state}");
        }
    }
    // MFA that is disabled again still asks for the method that is there.
    fixture
        .service
        .set_mfa_state(OPERATOR, &name("enforced@example.test"), MfaState::Disabled)
        .await
        .unwrap();
    let half = fixture.half("enforced@example.test").await;
    assert_eq!(half.session().second_factor_at, None);
}

/// Anna's second factor in sixty-four sessions at once, on two nodes: how many got in.
async fn sixty_four_at_once<V: Future<Output = bool> + Send + 'static>(
    fixture: &Fixture,
    verify: impl Fn(Arc<Service>, HalfSession) -> V,
) -> usize {
    let other = fixture.another_node().await;
    let mut sessions = Vec::new();
    for _ in 0..64 {
        sessions.push(fixture.half(ANNA).await);
    }
    let nodes = [&fixture.service, &other.service].into_iter().cycle();
    let attempts: JoinSet<bool> =
        sessions.into_iter().zip(nodes).map(|(half, node)| verify(Arc::clone(node), half)).collect();
    attempts.join_all().await.into_iter().filter(|got_in| *got_in).count()
}

#[tokio::test]
async fn a_code_lets_in_once() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let (_, secret, _) = fixture.enrol(ANNA).await;
    fixture.clock.advance(Duration::from_secs(30));
    let code = fixture.code(&secret);
    let let_in = sixty_four_at_once(&fixture, |service, half| {
        let code = code.clone();
        async move { service.verify_totp(half.session(), &code).await.is_ok() }
    });
    assert_eq!(let_in.await, 1);
    fixture.clock.advance(Duration::from_secs(30));
    fixture.clock.set(crate::testing::TestClock::START);
    let half = fixture.half(ANNA).await;
    let again = fixture.service.verify_totp(half.session(), &code).await;
    assert!(again.is_err(), "a clock that was set back makes no code good again");
}

#[tokio::test]
async fn a_recovery_code_lets_in_once() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let (_, _, codes) = fixture.enrol(ANNA).await;
    let code = codes[3].expose_grouped().to_uppercase();
    let let_in = sixty_four_at_once(&fixture, |service, half| {
        let code = code.clone();
        async move { service.use_recovery_code(half.session(), &code).await.is_ok() }
    });
    assert_eq!(let_in.await, 1);
    let details = fixture.service.find_account(OPERATOR, &name(ANNA)).await.unwrap();
    assert_eq!(details.recovery_codes_left, 9);
}

/// Neither new sessions nor the same code again give another guess.
#[tokio::test]
async fn guesses_at_codes_are_few_whatever_session_they_come_from() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let (_, secret, codes) = fixture.enrol(ANNA).await;
    fixture.clock.advance(Duration::from_secs(30));
    let mut wrong = 0;
    for number in 0..100 {
        let half = fixture.half(ANNA).await;
        let guess = match number % 3 {
            0 => fixture.service.verify_totp(half.session(), "000000").await,
            1 => fixture.service.use_recovery_code(half.session(), "abcd-efgh-jkpq-rstu").await,
            _ => fixture.service.verify_totp(half.session(), "not a code").await,
        };
        match guess {
            Err(SecondFactorError::WrongCode) => wrong += 1,
            Err(SecondFactorError::TryLater) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!((5..=6).contains(&wrong), "{wrong} guesses were looked at");
    let half = fixture.half(ANNA).await;
    let right = fixture.service.verify_totp(half.session(), &fixture.code(&secret)).await;
    assert!(matches!(right, Err(SecondFactorError::TryLater)));
    let right = fixture.service.use_recovery_code(half.session(), codes[0].expose_canonical()).await;
    assert!(matches!(right, Err(SecondFactorError::TryLater)));
    fixture.clock.advance(Duration::from_secs(3600));
    let half = fixture.half(ANNA).await;
    fixture.service.verify_totp(half.session(), &fixture.code(&secret)).await.unwrap();
}

#[tokio::test]
async fn a_sign_in_is_recorded_where_it_ends() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let (_, secret, _) = fixture.enrol(ANNA).await;
    fixture.clock.advance(Duration::from_secs(60));
    let half = fixture.half(ANNA).await;
    fixture.service.verify_totp(half.session(), "000000").await.unwrap_err();
    fixture.clock.advance(Duration::from_secs(1));
    fixture.service.verify_totp(half.session(), &fixture.code(&secret)).await.unwrap();
    let events = fixture.events().await;
    let told: Vec<_> = events
        .iter()
        .map(|event| match event.outcome {
            Outcome::Accepted { .. } => "accepted",
            Outcome::Refused { reason, .. } => reason.name(),
        })
        .collect();
    assert_eq!(told, ["accepted", "wrong-second-factor", "accepted"]);
    assert!(events.iter().all(|event| event.place == Place::Portal));
}

//! Wrong secrets: who is held up, and who never is.

use std::time::Duration;

use postern_domain::mfa::MfaState;

use crate::testing::{ACCOUNT_PASSWORD, ANNA, Fixture, OPERATOR, attempt, name};

#[tokio::test]
async fn distinct_wrong_secrets_are_held_up_and_a_valid_app_password_is_not() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    let created = fixture.app_password(ANNA, "Contact form").await;
    let mut outcomes = Vec::new();
    for guess in 0..8 {
        outcomes.push(fixture.outcome(attempt(ANNA, &format!("guess number {guess}"))).await);
    }
    assert_eq!(outcomes[0], "wrong-secret");
    assert_eq!(outcomes[7], "try later");
    assert_eq!(fixture.outcome(attempt(ANNA, ACCOUNT_PASSWORD)).await, "try later");
    for _ in 0..20 {
        assert_eq!(fixture.outcome(attempt(ANNA, &created.secret.expose_grouped())).await, "accepted");
    }
    // An unknown account behaves alike.
    let mut unknown = Vec::new();
    for guess in 0..8 {
        let attempt = attempt("nobody@example.test", &format!("guess number {guess}"));
        unknown.push(fixture.outcome(attempt).await.replace("unknown-account", "wrong-secret"));
    }
    assert_eq!(unknown, outcomes);

    fixture.clock.advance(Duration::from_secs(3600));
    assert_eq!(fixture.outcome(attempt(ANNA, ACCOUNT_PASSWORD)).await, "accepted");
}

#[tokio::test]
async fn the_same_wrong_secret_again_and_again_holds_nobody_up() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    for _ in 0..50 {
        assert_eq!(fixture.outcome(attempt(ANNA, "the old password")).await, "wrong-secret");
    }
    assert_eq!(fixture.outcome(attempt(ANNA, ACCOUNT_PASSWORD)).await, "accepted");
}

#[tokio::test]
async fn a_retired_app_password_and_garbage_of_its_form_are_no_guesses() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    let created = fixture.app_password(ANNA, "Contact form").await;
    fixture.service.revoke_app_password(OPERATOR, created.app_password.id, "").await.unwrap();
    for _ in 0..30 {
        assert_eq!(fixture.outcome(attempt(ANNA, &created.secret.expose_grouped())).await, "revoked");
        let garbage = postern_domain::app_password::AppPasswordSecret::generate(
            postern_domain::app_password::Profile::Standard,
            &*fixture.random,
        );
        let garbage = garbage.expose_grouped();
        assert_eq!(fixture.outcome(attempt(ANNA, &garbage)).await, "wrong-secret");
        let last = if garbage.ends_with('7') { "8" } else { "7" };
        let mistyped = [&garbage[..garbage.len() - 1], last].concat();
        assert_eq!(fixture.outcome(attempt(ANNA, &mistyped)).await, "mistyped-app-password");
    }
    assert_eq!(fixture.outcome(attempt(ANNA, ACCOUNT_PASSWORD)).await, "accepted");
}

#[tokio::test]
async fn guesses_sent_all_at_once_are_counted_one_by_one() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    let guesses: Vec<_> = (0..60)
        .map(|guess| {
            let service = std::sync::Arc::clone(&fixture.service);
            tokio::spawn(
                async move { service.sign_in_at_door(attempt(ANNA, &format!("guess {guess:03}"))).await },
            )
        })
        .collect();
    for guess in guesses {
        guess.await.unwrap().unwrap();
    }
    let events = fixture.events().await;
    let checked = events.iter().filter(|event| {
        matches!(event.outcome, postern_domain::sign_in::Outcome::Refused { reason, .. }
            if reason == postern_domain::sign_in::RefusalReason::WrongSecret)
    });
    // Five are free, the sixth is the first that costs, and another was hashed beside it.
    assert!(checked.count() <= 7, "more guesses were checked than the lockout lets through");
}

/// A password that was wrong becomes right: the memory of it must not refuse its owner, on this node or another.
#[tokio::test]
async fn a_remembered_wrong_secret_is_forgotten_when_the_password_changes() {
    let fixture = Fixture::open().await;
    let other = fixture.another_node().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    let new = "a wholly different phrase";
    assert_eq!(fixture.outcome(attempt(ANNA, new)).await, "wrong-secret");
    assert_eq!(other.outcome(attempt(ANNA, new)).await, "wrong-secret");
    let password = postern_domain::account::password::AccountPassword::typed(new);
    let mut changes = other.service.changes();
    fixture.service.set_account_password(OPERATOR, &name(ANNA), password, false).await.unwrap();
    assert_eq!(fixture.outcome(attempt(ANNA, new)).await, "accepted");
    changes.recv().await.unwrap();
    while other.outcome(attempt(ANNA, new)).await != "accepted" {
        tokio::task::yield_now().await;
    }
}

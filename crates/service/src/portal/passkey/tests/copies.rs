//! A passkey of which there is a copy, and one that is used many times at once.

use std::sync::Arc;

use postern_domain::sign_in::Outcome;
use postern_testkit::SoftAuthenticator;
use tokio::task::JoinSet;

use super::{ANNA, ORIGIN, anna, second_factor};
use crate::portal::SecondFactorError;
use crate::testing::{Fixture, OPERATOR, name};

/// The operations that were recorded, newest first.
async fn records(fixture: &Fixture) -> Vec<String> {
    let filter = postern_storage::AuditFilter { limit: 100, ..postern_storage::AuditFilter::default() };
    let records = fixture.service.list_audit_records(&filter).await.unwrap();
    records.iter().map(|record| record.operation.name().to_owned()).collect()
}

#[tokio::test]
async fn a_copy_that_is_behind_is_refused_recorded_and_told() {
    let (fixture, mut authenticator) = anna().await;
    let mut thief = SoftAuthenticator::new(ORIGIN);
    thief.credentials.push(authenticator.credentials[0].copy());
    second_factor(&fixture, &mut authenticator).await.unwrap();
    second_factor(&fixture, &mut authenticator).await.unwrap();
    let refused = second_factor(&fixture, &mut thief).await;
    assert!(matches!(refused, Err(SecondFactorError::ClonedPasskey)), "{refused:?}");
    assert!(records(&fixture).await.contains(&"Refused cloned passkey".to_owned()));
    let anna = fixture.service.find_account(OPERATOR, &name(ANNA)).await.unwrap().account.id;
    assert_eq!(fixture.told(anna).await[0], "passkey.copied");
    let events = fixture.events().await;
    let told = events.iter().find_map(|event| match event.outcome {
        Outcome::Refused { reason, .. } => Some(reason.name()),
        Outcome::Accepted { .. } => None,
    });
    assert_eq!(told, Some("cloned-passkey"));
    // The counter that was refused is not written: the owner's own device goes on.
    second_factor(&fixture, &mut authenticator).await.unwrap();
}

#[tokio::test]
async fn one_that_never_counts_is_taken_and_one_that_stops_counting_is_not() {
    let (fixture, authenticator) = anna().await;
    let mut silent = SoftAuthenticator { counts: false, ..SoftAuthenticator::new(ORIGIN) };
    silent.credentials.push(authenticator.credentials[0].copy());
    for _ in 0..3 {
        second_factor(&fixture, &mut silent).await.unwrap();
    }
    let mut counting = authenticator;
    second_factor(&fixture, &mut counting).await.unwrap();
    let refused = second_factor(&fixture, &mut silent).await;
    assert!(matches!(refused, Err(SecondFactorError::ClonedPasskey)));
}

#[tokio::test]
async fn of_sixty_four_answers_at_once_on_two_nodes_one_lets_in() {
    let (fixture, mut authenticator) = anna().await;
    let other = fixture.another_node().await;
    let half = fixture.half(ANNA).await;
    let begun = fixture.service.begin_passkey_check(half.session()).await.unwrap().unwrap();
    let answer = authenticator.get(&begun.options);
    let attempts: JoinSet<bool> = (0..64)
        .map(|number| {
            let service = Arc::clone(if number % 2 == 0 { &fixture.service } else { &other.service });
            let (session, id, answer) = (half.session().clone(), begun.id.clone(), answer.clone());
            async move { service.finish_passkey_check(&session, &id, &answer).await.is_ok() }
        })
        .collect();
    assert_eq!(attempts.join_all().await.into_iter().filter(|got_in| *got_in).count(), 1);
}

/// The same counter in as many ceremonies: all but the first look like copies.
#[tokio::test]
async fn of_many_ceremonies_with_one_counter_one_lets_in() {
    let (fixture, authenticator) = anna().await;
    let mut attempts = JoinSet::new();
    for _ in 0..16 {
        let half = fixture.half(ANNA).await;
        let begun = fixture.service.begin_passkey_check(half.session()).await.unwrap().unwrap();
        let mut copy = SoftAuthenticator::new(ORIGIN);
        copy.credentials.push(authenticator.credentials[0].copy());
        let answer = copy.get(&begun.options);
        let service = Arc::clone(&fixture.service);
        attempts.spawn(async move {
            service.finish_passkey_check(half.session(), &begun.id, &answer).await.is_ok()
        });
    }
    assert_eq!(attempts.join_all().await.into_iter().filter(|got_in| *got_in).count(), 1);
}

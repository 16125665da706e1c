//! The log verifies after everything that was done, and does not after what should not have been.

use postern_domain::audit::{ChainBreak, Operation};
use postern_domain::mfa::MfaState;
use postern_storage::AuditFilter;

use super::{Record, Verification, Verified, VerifyAuditError};
use crate::testing::{ANNA, Fixture, OPERATOR};

async fn fixture_with_events() -> (Fixture, Verified) {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let created = fixture.app_password(ANNA, "Contact form").await;
    for _ in 0..3 {
        fixture.sign_in(ANNA, &created.secret.expose_grouped()).await;
        fixture.sign_in(ANNA, "wrong").await;
        fixture.service.recorder.flush().await.unwrap();
    }
    let verified = fixture.service.verify_audit().await.unwrap();
    assert_eq!(verified.sealed_events, 6);
    (fixture, verified)
}

/// Seals of several nodes cover their own events, however their ids interleave.
#[tokio::test]
async fn seals_of_two_nodes_hold_beside_each_other() {
    let fixture = Fixture::open().await;
    let other = fixture.another_node().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let created = fixture.app_password(ANNA, "Contact form").await;
    for round in 0..20 {
        for node in [&fixture, &other, &fixture, &other] {
            node.sign_in(ANNA, &created.secret.expose_grouped()).await;
        }
        let (first, second) = if round % 2 == 0 { (&fixture, &other) } else { (&other, &fixture) };
        first.service.recorder.flush().await.unwrap();
        second.service.recorder.flush().await.unwrap();
    }
    assert_eq!(fixture.service.verify_audit().await.unwrap().sealed_events, 80);
    let shown = fixture.service.show_app_password(OPERATOR, created.app_password.id).await;
    assert_eq!(shown.unwrap().0.use_count, 80);
}

#[tokio::test]
async fn an_event_put_under_a_seal_afterwards_is_found() {
    let (fixture, verified) = fixture_with_events().await;
    let mut forged = fixture.events().await[0].clone();
    forged.id = postern_domain::id::SignInEventId::generate(&*fixture.clock, &*fixture.random);
    let mut transaction = fixture.store.begin().await.unwrap();
    transaction.insert_sign_in_events(&[forged], verified.end.sequence).await.unwrap();
    transaction.commit().await.unwrap();
    let broken = fixture.service.verify_audit().await;
    let Err(VerifyAuditError::Broken(ChainBreak::EventsChanged { sequence })) = broken else {
        panic!("{broken:?}")
    };
    assert_eq!(sequence, verified.end.sequence);
}

#[tokio::test]
async fn an_event_without_a_seal_is_found() {
    let (fixture, verified) = fixture_with_events().await;
    for seal in [1, verified.end.sequence + 1_000] {
        let mut forged = fixture.events().await[0].clone();
        forged.id = postern_domain::id::SignInEventId::generate(&*fixture.clock, &*fixture.random);
        let mut transaction = fixture.store.begin().await.unwrap();
        transaction.insert_sign_in_events(&[forged], seal).await.unwrap();
        transaction.commit().await.unwrap();
        let broken = fixture.service.verify_audit().await;
        assert!(
            matches!(broken, Err(VerifyAuditError::Broken(ChainBreak::EventsChanged { .. }))),
            "{broken:?}"
        );
    }
}

#[tokio::test]
async fn records_come_in_order_for_export_and_newest_first_in_lists() {
    let (fixture, verified) = fixture_with_events().await;
    let exported = fixture.service.audit_records_after(1, 2).await.unwrap();
    assert_eq!(exported.iter().map(|record| record.sequence).collect::<Vec<_>>(), [2, 3]);
    let filter = AuditFilter { limit: 1, ..AuditFilter::default() };
    let newest = fixture.service.list_audit_records(&filter).await.unwrap();
    assert_eq!(newest[0].sequence, verified.end.sequence);
}

/// A log of 20,000 records is verified in portions, and between two of them others are answered. What was found is in the
/// log afterwards, with who asked.
#[tokio::test]
async fn a_verification_lets_others_have_their_turn_and_is_recorded() {
    let (fixture, _) = fixture_with_events().await;
    let record = |number: u32| {
        let record = Record::of(Operation::ChangeSetting).detail("number", number);
        record.by(OPERATOR.actor(), fixture.service.now())
    };
    let mut transaction = fixture.store.begin().await.unwrap();
    transaction.append_audit_records((0..20_000).map(record).collect()).await.unwrap();
    transaction.commit().await.unwrap();
    fixture.service.start_audit_verification(OPERATOR).await.unwrap();
    let mut answered_meanwhile = 0;
    let result = loop {
        match fixture.service.audit_verification(OPERATOR).await.unwrap() {
            Verification::Running { done, of, .. } => {
                assert!(done <= of);
                fixture.service.find_account(OPERATOR, &crate::testing::name(ANNA)).await.unwrap();
                answered_meanwhile += u32::from(done > 0);
                tokio::task::yield_now().await;
            }
            Verification::Ended { result, .. } => break result,
            Verification::Never => panic!("one was asked for"),
        }
    };
    assert!(answered_meanwhile > 10, "{answered_meanwhile}");
    let verified = result.unwrap();
    let filter =
        AuditFilter { operation: Some(Operation::VerifyAuditLog), limit: 10, ..AuditFilter::default() };
    let records = fixture.service.list_audit_records(&filter).await.unwrap();
    let found: Vec<_> =
        records.iter().map(|record| (record.actor.as_str(), record.details.clone())).collect();
    let details = [
        ("records".to_owned(), verified.end.sequence.to_string()),
        ("result".to_owned(), "holds".to_owned()),
        ("sealed sign-in events".to_owned(), verified.sealed_events.to_string()),
    ];
    assert_eq!(found, [(OPERATOR.actor().to_string().as_str(), details.to_vec())]);
}

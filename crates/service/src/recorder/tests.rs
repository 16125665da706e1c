//! What happens to events when the database cannot be written, or not reached at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use postern_domain::Clock as _;
use postern_domain::mfa::MfaState;
use postern_domain::sign_in::SignInEvent;
use postern_storage::{Candidate, Change, Result, SecretLookup, Snapshot, StorageError, Store, Transaction};
use tokio::sync::broadcast;

use super::{MOST_HELD, Recorder};
use crate::keys::KeyRing;
use crate::testing::{ACCOUNT_PASSWORD, ANNA, Fixture, TestClock, TestRandom, attempt, parts};
use crate::{Failure, Service};

/// The real database, with a switch for each way in which it can fail.
struct Failing {
    store: Arc<dyn Store>,
    unreachable: AtomicBool,
    unwritable: AtomicBool,
}

fn out_of_order(
    switch: &AtomicBool,
    error: fn(Box<dyn std::error::Error + Send + Sync>) -> StorageError,
) -> Result<()> {
    if switch.load(Ordering::SeqCst) { Err(error("switched off by the test".into())) } else { Ok(()) }
}

#[async_trait]
impl Store for Failing {
    async fn snapshot(&self) -> Result<Box<dyn Snapshot>> {
        out_of_order(&self.unreachable, StorageError::Unavailable)?;
        self.store.snapshot().await
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>> {
        out_of_order(&self.unreachable, StorageError::Unavailable)?;
        out_of_order(&self.unwritable, StorageError::Unwritable)?;
        self.store.begin().await
    }

    async fn find_candidates(&self, lookup: &SecretLookup<'_>) -> Result<Vec<Candidate>> {
        out_of_order(&self.unreachable, StorageError::Unavailable)?;
        self.store.find_candidates(lookup).await
    }

    fn changes(&self) -> broadcast::Receiver<Change> {
        self.store.changes()
    }
}

async fn failing() -> (Arc<Failing>, Fixture) {
    let store = postern_storage_sql::open(&postern_storage_sql::Location::SqliteInMemory).await.unwrap();
    let failing =
        Arc::new(Failing { store, unreachable: AtomicBool::new(false), unwritable: AtomicBool::new(false) });
    let store = Arc::clone(&failing) as Arc<dyn Store>;
    let (clock, random) = (Arc::new(TestClock::default()), Arc::new(TestRandom::seeded(1)));
    let keys = KeyRing::ephemeral(&TestRandom::seeded(0));
    let service = Service::open(parts(&store, &clock, &random, keys)).await.unwrap();
    (failing, Fixture { service, store, clock, random })
}

#[tokio::test]
async fn a_full_disk_refuses_changes_and_lets_sign_ins_through() {
    let (failing, fixture) = failing().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let created = fixture.app_password(ANNA, "Contact form").await;
    failing.unwritable.store(true, Ordering::SeqCst);
    for _ in 0..5 {
        fixture.accepted(ANNA, &created.secret.expose_grouped()).await;
    }
    assert!(fixture.service.recorder.flush().await.is_err());
    assert_eq!(fixture.service.recorder.held().await, 5, "the batch in hand is held too");
    let blocked = fixture.service.block_account(crate::testing::OPERATOR, &crate::testing::name(ANNA)).await;
    assert!(matches!(
        blocked,
        Err(crate::account::AccountError::Failure(Failure::Storage(StorageError::Unwritable(_))))
    ));
    failing.unwritable.store(false, Ordering::SeqCst);
    assert_eq!(fixture.events().await.len(), 5, "no event was lost");
    assert_eq!(fixture.service.verify_audit().await.unwrap().sealed_events, 5);
}

#[tokio::test]
async fn a_database_that_is_down_is_never_a_wrong_password() {
    let (failing, fixture) = failing().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    let created = fixture.app_password(ANNA, "Contact form").await;
    failing.unreachable.store(true, Ordering::SeqCst);
    for secret in [created.secret.expose_grouped().as_str(), ACCOUNT_PASSWORD, "wrong"] {
        let answer = fixture.service.sign_in_at_door(attempt(ANNA, secret)).await;
        assert!(matches!(answer, Err(Failure::Storage(StorageError::Unavailable(_)))), "{answer:?}");
    }
    failing.unreachable.store(false, Ordering::SeqCst);
    fixture.accepted(ANNA, &created.secret.expose_grouped()).await;
}

/// A flush that is given up half-way loses nothing and writes nothing twice.
#[tokio::test]
async fn a_flush_that_is_given_up_is_finished_by_the_next() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    for round in 0..20 {
        fixture.sign_in(ANNA, "wrong").await;
        let mut flush = Box::pin(fixture.service.recorder.flush());
        // Polled a few times and dropped, each time a little later.
        for _ in 0..round {
            if poll_once(&mut flush).is_ready() {
                break;
            }
        }
    }
    assert_eq!(fixture.events().await.len(), 20);
    assert_eq!(fixture.service.verify_audit().await.unwrap().sealed_events, 20);
}

fn poll_once<F: Future + Unpin>(future: &mut F) -> std::task::Poll<F::Output> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    std::pin::Pin::new(future).poll(&mut context)
}

/// Room is bounded, and the seal says what did not fit.
#[tokio::test]
async fn what_does_not_fit_is_let_go_and_counted() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    fixture.sign_in(ANNA, "wrong").await;
    let event = fixture.events().await.remove(0);
    let recorder = Recorder::new(Arc::clone(&fixture.store), Arc::clone(&fixture.clock) as _);
    for _ in 0..MOST_HELD + 3 {
        recorder.record(fresh(&event, &fixture), None);
    }
    let batch = recorder.buffer().take_batch().unwrap();
    let seal = batch.seal(TestClock::START);
    assert!(seal.details.contains(&("let go".to_owned(), "3".to_owned())), "{:?}", seal.details);
}

fn fresh(event: &SignInEvent, fixture: &Fixture) -> SignInEvent {
    let id = postern_domain::id::SignInEventId::generate(&*fixture.clock, &*fixture.random);
    SignInEvent { id, ..event.clone() }
}

#[tokio::test]
async fn events_are_added_up_by_day_and_by_source() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let created = fixture.app_password(ANNA, "Contact form").await;
    let (id, secret) = (created.app_password.id, created.secret.expose_grouped());
    let first_day = fixture.clock.now().day();
    for _ in 0..3 {
        fixture.sign_in(ANNA, &secret).await;
        fixture.clock.advance(std::time::Duration::from_secs(5));
    }
    let last_at = fixture.clock.now().minus(std::time::Duration::from_secs(5));
    fixture.service.recorder.flush().await.unwrap();
    fixture.clock.advance(std::time::Duration::from_secs(2 * 86_400));
    fixture.service.suspend_app_password(crate::testing::OPERATOR, id).await.unwrap();
    fixture.sign_in(ANNA, &secret).await;
    fixture.sign_in(ANNA, ACCOUNT_PASSWORD).await;
    fixture.service.recorder.flush().await.unwrap();

    let mut snapshot = fixture.store.snapshot().await.unwrap();
    let days = snapshot.app_password_days(id, 0).await.unwrap();
    let days: Vec<_> = days.iter().map(|each| (each.day - first_day, each.accepted, each.refused)).collect();
    assert_eq!(days, [(0, 3, 0), (2, 0, 1)]);
    let sources = snapshot.app_password_sources(id).await.unwrap();
    assert_eq!(sources.len(), 1, "a refusal is no source: {sources:?}");
    assert_eq!((sources[0].count, sources[0].last_at), (3, last_at));
}

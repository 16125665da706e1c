//! An app password with two secrets, and keys that are rotated.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::audit::Operation;
use postern_domain::mfa::MfaState;
use postern_domain::sign_in::RefusalReason;
use postern_storage::AuditFilter;

use crate::Service;
use crate::door::{DoorAnswer, Ending, Judgement};
use crate::keys::KeyRing;
use crate::testing::{ANNA, Fixture, OPERATOR, TestRandom, attempt, parts};

const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test]
async fn the_old_secret_works_until_the_new_one_is_used() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let old = fixture.app_password(ANNA, "Contact form").await;
    let id = old.app_password.id;
    let new = fixture.service.rotate_app_password(OPERATOR, id, DAY).await.unwrap();
    let (old, new) = (old.secret.expose_grouped(), new.secret.expose_grouped());
    assert_eq!(fixture.outcome(attempt(ANNA, &old)).await, "accepted");
    assert_eq!(fixture.outcome(attempt(ANNA, &old)).await, "accepted");
    assert_eq!(fixture.outcome(attempt(ANNA, &new)).await, "accepted");
    assert_eq!(fixture.outcome(attempt(ANNA, &old)).await, "rotated-away");
    assert_eq!(fixture.outcome(attempt(ANNA, &new)).await, "accepted");

    let ended = AuditFilter { operation: Some(Operation::EndOldSecret), limit: 10, ..AuditFilter::default() };
    let ended = fixture.service.list_audit_records(&ended).await.unwrap();
    assert_eq!(ended.len(), 1);
    assert_eq!((ended[0].actor.as_str(), ended[0].app_password), ("system", Some(id)));
    let shown = fixture.service.show_app_password(OPERATOR, id).await.unwrap().0;
    assert_eq!(shown.overlap_until, None);
}

#[tokio::test]
async fn the_overlap_ends_by_itself() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let old = fixture.app_password(ANNA, "Contact form").await;
    let new = fixture.service.rotate_app_password(OPERATOR, old.app_password.id, DAY).await.unwrap();
    fixture.clock.advance(DAY);
    assert_eq!(fixture.outcome(attempt(ANNA, &old.secret.expose_grouped())).await, "rotated-away");
    assert_eq!(fixture.outcome(attempt(ANNA, &new.secret.expose_grouped())).await, "accepted");
}

#[tokio::test]
async fn a_session_of_a_secret_that_was_rotated_at_once_ends() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let old = fixture.app_password(ANNA, "Contact form").await;
    let session = fixture.accepted(ANNA, &old.secret.expose_grouped()).await;
    let id = old.app_password.id;
    let new = fixture.service.rotate_app_password(OPERATOR, id, Duration::ZERO).await.unwrap();
    let judgement = fixture.service.judge_session(&session).await.unwrap();
    assert_eq!(judgement, Judgement::Ends(Ending::Refused(RefusalReason::RotatedAway)));
    let session = fixture.accepted(ANNA, &new.secret.expose_grouped()).await;
    assert_eq!(fixture.service.judge_session(&session).await.unwrap(), Judgement::GoesOn);
}

#[tokio::test]
async fn a_secret_under_an_old_key_works_and_moves_to_the_newest() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let random = TestRandom::seeded(5);
    let load = || KeyRing::load_or_create(&path, true, &random).unwrap();
    let store = postern_storage_sql::open(&postern_storage_sql::Location::SqliteInMemory).await.unwrap();
    let clock = Arc::default();
    let open = |seed, keys| Service::open(parts(&store, &clock, &Arc::new(TestRandom::seeded(seed)), keys));

    let service = open(1, load()).await.unwrap();
    let fixture =
        Fixture { service, store: Arc::clone(&store), clock: Arc::clone(&clock), random: Arc::default() };
    fixture.account(ANNA, MfaState::Enforced).await;
    let secret = fixture.app_password(ANNA, "Contact form").await.secret;
    let unused = fixture.app_password(ANNA, "Never used before").await.secret;
    KeyRing::rotate(&path, &random).unwrap();

    let service = open(2, load()).await.unwrap();
    let sign_in = async |service: &Service, secret: &str| {
        matches!(service.sign_in_at_door(attempt(ANNA, secret)).await.unwrap(), DoorAnswer::Accepted(_))
    };
    assert!(sign_in(&service, &secret.expose_grouped()).await);
    assert!(sign_in(&service, &secret.expose_grouped()).await);

    // Without the old key, what was used since the rotation works still, and what was not does not.
    let text = std::fs::read_to_string(&path).unwrap();
    let newest: String = text.lines().filter(|line| line.starts_with('2')).collect();
    std::fs::write(&path, newest).unwrap();
    assert!(matches!(open(3, load()).await, Err(crate::Failure::MissingKey { version: 1 })));
    let newest = load();
    let locators =
        [newest.new_locator(secret.expose_canonical()), newest.new_locator(unused.expose_canonical())];
    for (locator, moved) in locators.iter().zip([true, false]) {
        let name = crate::testing::name(ANNA);
        let lookup = postern_storage::SecretLookup { locators: &[*locator], name: &name };
        assert_eq!(!store.find_candidates(&lookup).await.unwrap().is_empty(), moved);
    }
}

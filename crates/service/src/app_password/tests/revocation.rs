//! No sign-in that starts after a revoke has returned is accepted, on any node (R2), and none is refused as revoked that
//! ended before the revoke began.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use postern_domain::id::AppPasswordId;
use postern_domain::mfa::MfaState;

use crate::Service;
use crate::door::DoorAnswer;
use crate::testing::{ANNA, Fixture, OPERATOR, attempt};

/// Sign-ins in all, over all app passwords.
const SIGN_INS: u64 = 12_000;
const APP_PASSWORDS: usize = 40;
const TASKS: u64 = 8;

/// One step of an order in which all starts and ends stand.
fn tick(order: &AtomicU64) -> u64 {
    order.fetch_add(1, Ordering::SeqCst)
}

struct SignedIn {
    which: usize,
    started: u64,
    ended: u64,
    accepted: bool,
}

async fn sign_in_again_and_again(
    service: Arc<Service>,
    secrets: Arc<Vec<String>>,
    order: Arc<AtomicU64>,
    task: u64,
) -> Vec<SignedIn> {
    let mut history = Vec::new();
    for number in 0..SIGN_INS / TASKS {
        let which = usize::try_from(number * 7 + task * 5).unwrap() % APP_PASSWORDS;
        let started = tick(&order);
        let answer = service.sign_in_at_door(attempt(ANNA, &secrets[which])).await.unwrap();
        let accepted = matches!(answer, DoorAnswer::Accepted(_));
        history.push(SignedIn { which, started, ended: tick(&order), accepted });
        tokio::task::yield_now().await;
    }
    history
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn is_linearizable_over_two_nodes() {
    let fixture = Fixture::open().await;
    let other = fixture.another_node().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let (mut secrets, mut ids) = (Vec::new(), Vec::<AppPasswordId>::new());
    for number in 0..APP_PASSWORDS {
        let created = fixture.app_password(ANNA, &format!("Machine {number:02}")).await;
        secrets.push(created.secret.expose_canonical().to_owned());
        ids.push(created.app_password.id);
    }
    let (secrets, order) = (Arc::new(secrets), Arc::new(AtomicU64::new(0)));
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let service = Arc::clone(if task % 2 == 0 { &fixture.service } else { &other.service });
            tokio::spawn(sign_in_again_and_again(service, Arc::clone(&secrets), Arc::clone(&order), task))
        })
        .collect();
    let mut revocations = Vec::new();
    for id in ids {
        // Spread over the sign-ins: each waits until its share of the history has passed.
        let share = 2 * SIGN_INS / (APP_PASSWORDS as u64 + 1) * (revocations.len() as u64 + 1);
        while order.load(Ordering::SeqCst) < share {
            tokio::task::yield_now().await;
        }
        let started = tick(&order);
        fixture.service.revoke_app_password(OPERATOR, id, "").await.unwrap();
        revocations.push((started, tick(&order)));
    }
    let (mut accepted, mut refused) = (0, 0);
    for task in tasks {
        for sign_in in task.await.unwrap() {
            let (revoke_started, revoke_ended) = revocations[sign_in.which];
            if sign_in.accepted {
                accepted += 1;
                assert!(sign_in.started < revoke_ended, "accepted after the revoke had returned");
            } else {
                refused += 1;
                assert!(sign_in.ended > revoke_started, "refused before the revoke began");
            }
        }
    }
    assert_eq!(accepted + refused, SIGN_INS);
    assert!(
        accepted > 1_000 && refused > 1_000,
        "{accepted} accepted, {refused} refused: too lopsided to tell"
    );
    fixture.service.close().await;
    other.service.close().await;
    let verified = fixture.service.verify_audit().await.unwrap();
    assert_eq!(verified.sealed_events, SIGN_INS);
}

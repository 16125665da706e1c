//! Changes to many accounts.

use postern_domain::account::{AccountKind, BulkChange, Role};
use postern_domain::audit::Operation;
use postern_domain::mfa::MfaState;
use postern_storage::{AccountFilter, AuditFilter, BulkChoice, BulkJob};

use super::{BulkError, NotDone};
use crate::By;
use crate::testing::{ANNA, Fixture, OPERATOR, name};

const ROOT: &str = "root@example.test";

async fn root(fixture: &Fixture) -> crate::portal::FullSession {
    fixture.add(ROOT, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await;
    fixture.enrol(ROOT).await.0
}

fn everybody() -> BulkChoice {
    BulkChoice::Matching(Box::default())
}

/// Waits until nothing is to come.
async fn ended(fixture: &Fixture, job: &BulkJob) -> (BulkJob, Vec<NotDone>) {
    loop {
        let shown = fixture.service.show_bulk_change(OPERATOR, job.id, None, 100).await.unwrap();
        if shown.0.finished_at.is_some() {
            return shown;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn each_account_is_changed_by_its_own_deed_and_what_was_not_is_said() {
    let fixture = Fixture::open().await;
    let root = root(&fixture).await;
    for number in 0..120 {
        fixture.bare_account(&format!("user{number:03}@example.test"), MfaState::Disabled).await;
    }
    let change = BulkChange::Block;
    let begun = fixture.service.start_bulk_change(By::Session(&root), change, &everybody(), "all").await;
    let begun = begun.unwrap();
    assert_eq!(begun.total, 121);
    let (job, not_done) = ended(&fixture, &begun).await;
    assert_eq!((job.done, job.not_done), (120, 1));
    assert_eq!(not_done[0].1, name(ROOT));
    assert_eq!(not_done[0].2, "this would sign you out: do it on the account's own page");
    let blocked = AccountFilter { blocked: Some(true), limit: 1000, ..AccountFilter::default() };
    assert_eq!(fixture.service.count_accounts(OPERATOR, &blocked).await.unwrap(), 120);
    let filter =
        AuditFilter { operation: Some(Operation::BlockAccount), limit: 1000, ..AuditFilter::default() };
    let records = fixture.store.snapshot().await.unwrap().audit_records(&filter).await.unwrap();
    assert_eq!(records.len(), 120);
    assert!(records.iter().all(|record| record.actor == format!("account {ROOT}")));
}

#[tokio::test]
async fn only_a_person_whose_role_allows_it_begins_one_with_a_fresh_second_factor() {
    let fixture = Fixture::open().await;
    let root = root(&fixture).await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let (anna, ..) = fixture.enrol(ANNA).await;
    let nobody = BulkChoice::Listed(Vec::new());
    let begin = |by| fixture.service.start_bulk_change(by, BulkChange::EndSessions, &nobody, "all");
    assert!(matches!(begin(By::Session(&anna)).await, Err(BulkError::NotAllowed)));
    assert!(matches!(begin(OPERATOR).await, Err(BulkError::InNobodysName)));
    assert_eq!(begin(By::Session(&root)).await.unwrap().total, 0);
    fixture.clock.advance(std::time::Duration::from_secs(601));
    assert!(matches!(begin(By::Session(&root)).await, Err(BulkError::StepUpNeeded)));
    let shown = fixture.service.list_bulk_changes(By::Session(&anna), None, 10).await;
    assert!(matches!(shown, Err(BulkError::NotAllowed)));
}

#[tokio::test]
async fn a_role_that_is_taken_meanwhile_stops_what_is_to_come() {
    let fixture = Fixture::open().await;
    let root = root(&fixture).await;
    fixture.add("two@example.test", MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await;
    fixture.account(ANNA, MfaState::Disabled).await;
    let anna = fixture.service.find_account(OPERATOR, &name(ANNA)).await.unwrap().account;
    let choice = BulkChoice::Listed(vec![anna.id]);
    let change = BulkChange::SetMfaState(MfaState::Enforced);
    let begun = fixture.service.start_bulk_change(By::Session(&root), change, &choice, "Anna").await.unwrap();
    // On a runtime of one thread nothing ran yet.
    fixture.service.set_role(OPERATOR, &name(ROOT), Role::Auditor).await.unwrap();
    let (job, not_done) = ended(&fixture, &begun).await;
    assert_eq!((job.done, job.not_done), (0, 1));
    assert_eq!(not_done[0].2, "your role does not allow that");
}

/// What nobody does to themselves there is not said to be done on another page, where it is refused too.
#[tokio::test]
async fn a_registration_of_one_s_own_is_sent_to_security_info() {
    let fixture = Fixture::open().await;
    let root = root(&fixture).await;
    let own = BulkChoice::Listed(vec![root.account().id]);
    let change = BulkChange::RequireRegistration(false);
    let begun = fixture.service.start_bulk_change(By::Session(&root), change, &own, "oneself").await.unwrap();
    let (_, not_done) = ended(&fixture, &begun).await;
    assert_eq!(
        not_done[0].2,
        "this is your own account: change your password and your methods at Security info"
    );
}

//! Who may do what with accounts.

use std::sync::Arc;

use postern_domain::account::password::AccountPassword;
use postern_domain::account::{AccountKind, Role};
use postern_domain::audit::Operation;
use postern_domain::mfa::MfaState;
use postern_storage::{AuditFilter, ChangeKind};

use super::{AccountError, AddAccount, AddAccountError};
use crate::By;
use crate::testing::{ACCOUNT_PASSWORD, ANNA, Fixture, OPERATOR, attempt, name};

fn new_account(who: &str) -> AddAccount {
    AddAccount {
        name: name(who),
        aliases: vec![name("alias@example.test"), name("alias@example.test"), name(who)],
        kind: AccountKind::Person,
        role: Role::Member,
        mfa: None,
        password: Some(AccountPassword::typed(ACCOUNT_PASSWORD)),
    }
}

#[tokio::test]
async fn an_account_starts_enforced_and_its_addresses_are_its_own() {
    let fixture = Fixture::open().await;
    let added = fixture.service.add_account(OPERATOR, new_account(ANNA)).await.unwrap();
    assert_eq!((added.mfa, added.aliases), (MfaState::Enforced, vec![name("alias@example.test")]));
    let taken = fixture.service.add_account(OPERATOR, new_account("bo@example.test")).await;
    assert!(matches!(taken, Err(AddAccountError::AddressTaken)));
    let weak =
        AddAccount { password: Some(AccountPassword::typed("password1")), ..new_account("anna@x.test") };
    let weak = fixture.service.add_account(OPERATOR, weak).await;
    assert!(matches!(weak, Err(AddAccountError::UnfitPassword(_))));
    let aliases = (0..65).map(|number| name(&format!("alias{number}@example.test"))).collect();
    let many = AddAccount { aliases, ..new_account("bo@example.test") };
    let many = fixture.service.add_account(OPERATOR, many).await;
    assert!(matches!(many, Err(AddAccountError::TooManyAliases { most: 64 })));
    fixture.service.delete_account(OPERATOR, &name(ANNA)).await.unwrap();
    fixture.service.add_account(OPERATOR, new_account("bo@example.test")).await.unwrap();
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let fixture = Fixture::open().await;
    let administrator = async |who| {
        fixture.add(who, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await
    };
    administrator(ANNA).await;
    let last =
        |result: Result<(), AccountError>| assert!(matches!(result, Err(AccountError::LastAdministrator)));
    last(fixture.service.block_account(OPERATOR, &name(ANNA)).await);
    last(fixture.service.delete_account(OPERATOR, &name(ANNA)).await.map(drop));
    administrator("bo@example.test").await;
    // Both at once: one of them stays.
    let tasks = [ANNA, "bo@example.test"].map(|who| {
        let service = Arc::clone(&fixture.service);
        tokio::spawn(async move { service.block_account(OPERATOR, &name(who)).await.is_ok() })
    });
    let mut blocked = 0;
    for task in tasks {
        blocked += u32::from(task.await.unwrap());
    }
    assert_eq!(blocked, 1);
}

#[tokio::test]
async fn members_administer_nobody_and_administrators_step_up() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    fixture.account("bo@example.test", MfaState::Enforced).await;
    fixture
        .add("root@example.test", MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person)
        .await;
    let (anna, ..) = fixture.enrol(ANNA).await;
    let (root, secret, _) = fixture.enrol("root@example.test").await;
    let (by, bo) = (By::Session(&anna), name("bo@example.test"));
    let not_allowed =
        |result: Result<(), AccountError>| assert!(matches!(result, Err(AccountError::NotAllowed)));
    not_allowed(fixture.service.block_account(by, &bo).await);
    not_allowed(fixture.service.delete_account(by, &bo).await.map(drop));
    not_allowed(fixture.service.set_mfa_state(by, &name(ANNA), MfaState::Disabled).await.map(drop));
    not_allowed(fixture.service.end_sessions(by, &bo).await);
    not_allowed(fixture.service.end_sessions(by, &name("nobody@example.test")).await);
    let added = fixture.service.add_account(by, new_account("new@example.test")).await;
    assert!(matches!(added, Err(AddAccountError::NotAllowed)));

    fixture.clock.advance(std::time::Duration::from_secs(600));
    let by = By::Session(&root);
    fixture.service.block_account(by, &bo).await.unwrap();
    let stepped =
        |result: Result<(), AccountError>| assert!(matches!(result, Err(AccountError::StepUpNeeded)));
    stepped(fixture.service.unblock_account(by, &bo).await);
    stepped(fixture.service.delete_account(by, &bo).await.map(drop));
    stepped(fixture.service.set_mfa_state(by, &bo, MfaState::Disabled).await.map(drop));
    let code = fixture.code(&secret);
    let root = fixture.service.verify_totp(root.session(), &code).await.unwrap().1.full().unwrap();
    fixture.service.unblock_account(By::Session(&root), &bo).await.unwrap();
    fixture.service.end_sessions(By::Session(&root), &name(ANNA)).await.unwrap();
    fixture.service.end_sessions(By::Session(&root), &name("root@example.test")).await.unwrap();
    not_allowed(fixture.service.block_account(By::Session(&root), &bo).await);
}

#[tokio::test]
async fn re_enabling_an_account_with_a_method_opens_no_hole() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    fixture.enrol(ANNA).await;
    let became = fixture.service.set_mfa_state(OPERATOR, &name(ANNA), MfaState::Enabled).await.unwrap();
    assert_eq!(became, MfaState::Enforced);
    assert_eq!(fixture.outcome(attempt(ANNA, ACCOUNT_PASSWORD)).await, "account-password-under-mfa");
}

#[tokio::test]
async fn a_block_and_a_deletion_tell_every_server_and_leave_their_records() {
    let fixture = Fixture::open().await;
    let anna = fixture.account(ANNA, MfaState::Enforced).await;
    fixture.app_password(ANNA, "Contact form").await;
    fixture.app_password(ANNA, "Scanner 2nd floor").await;
    let mut changes = fixture.service.changes();
    fixture.service.block_account(OPERATOR, &name(ANNA)).await.unwrap();
    fixture.service.block_account(OPERATOR, &name(ANNA)).await.unwrap();
    assert_eq!(changes.recv().await.unwrap().kind, ChangeKind::Account(anna.id));
    assert_eq!(changes.recv().await.unwrap().kind, ChangeKind::EndSessions(anna.id));
    assert_eq!(fixture.service.delete_account(OPERATOR, &name(ANNA)).await.unwrap(), 2);
    assert!(matches!(
        fixture.service.find_account(OPERATOR, &name(ANNA)).await,
        Err(AccountError::NoSuchAccount)
    ));
    let filter = AuditFilter { account: Some(anna.id), limit: 100, ..AuditFilter::default() };
    let records = fixture.service.list_audit_records(&filter).await.unwrap();
    let operations: Vec<_> = records.iter().rev().map(|record| record.operation).collect();
    assert_eq!(
        operations,
        [
            Operation::AddAccount,
            Operation::CreateAppPassword,
            Operation::CreateAppPassword,
            Operation::BlockAccount,
            Operation::RevokeAppPassword,
            Operation::RevokeAppPassword,
            Operation::DeleteAccount,
        ]
    );
    assert_eq!(records[0].actor, "operator test");
    fixture.service.verify_audit().await.unwrap();
}

#[tokio::test]
async fn a_weak_hash_is_made_anew_at_the_next_sign_in() {
    use postern_domain::account::password::{SlowHash, SlowHashCost};
    let fixture = Fixture::open().await;
    let anna = fixture.account(ANNA, MfaState::Disabled).await;
    let cheap = SlowHashCost { memory_kib: 64, passes: 1, lanes: 1 };
    let hash = SlowHash::make(ACCOUNT_PASSWORD, cheap, &*fixture.random);
    let mut transaction = fixture.store.begin().await.unwrap();
    let changed_at = transaction.account_password(anna.id).await.unwrap().unwrap().changed_at;
    let weak = postern_storage::AccountPasswordRecord { hash, changed_at };
    transaction.set_account_password(anna.id, &weak).await.unwrap();
    transaction.commit().await.unwrap();
    fixture.accepted(ANNA, ACCOUNT_PASSWORD).await;
    let mut snapshot = fixture.store.snapshot().await.unwrap();
    let stored = snapshot.account_password(anna.id).await.unwrap().unwrap();
    assert!(!stored.hash.is_weaker_than(SlowHashCost::STANDARD));
    assert_eq!(stored.changed_at, changed_at);
    fixture.accepted(ANNA, ACCOUNT_PASSWORD).await;
}

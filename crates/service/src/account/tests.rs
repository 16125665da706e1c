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
    let added = fixture.service.add_account(by, new_account("new@example.test")).await;
    assert!(matches!(added, Err(AddAccountError::StepUpNeeded)), "{added:?}");
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
    assert_eq!(changes.recv().await.unwrap().kind, ChangeKind::EndSessions(anna.id));
    assert_eq!(changes.recv().await.unwrap().kind, ChangeKind::Account(anna.id));
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

#[tokio::test]
async fn of_two_administrators_who_demote_each_other_on_two_servers_one_remains() {
    for _ in 0..8 {
        let fixture = Fixture::open().await;
        let other = fixture.another_node().await;
        let mut tasks = Vec::new();
        for (service, who, whom) in [
            (Arc::clone(&fixture.service), ANNA, "bo@example.test"),
            (Arc::clone(&other.service), "bo@example.test", ANNA),
        ] {
            fixture.add(who, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await;
            let (session, ..) = fixture.enrol(who).await;
            tasks.push(async move {
                service.set_role(By::Session(&session), &name(whom), Role::Member).await.is_ok()
            });
        }
        let mut demoted = 0;
        for task in tasks.into_iter().map(tokio::spawn).collect::<Vec<_>>() {
            demoted += u32::from(task.await.unwrap());
        }
        assert_eq!(demoted, 1);
        assert_eq!(fixture.store.snapshot().await.unwrap().administrator_count().await.unwrap(), 1);
    }
}

#[tokio::test]
async fn roles_are_given_by_global_administrators_and_act_on_those_below() {
    let fixture = Fixture::open().await;
    for (who, role) in [
        (ANNA, Role::HelpDesk),
        ("auditor@example.test", Role::Auditor),
        ("root@example.test", Role::GlobalAdministrator),
    ] {
        fixture.add(who, MfaState::Enforced, role, AccountKind::Person).await;
    }
    fixture.account("bo@example.test", MfaState::Enforced).await;
    let (anna, ..) = fixture.enrol(ANNA).await;
    let (root, ..) = fixture.enrol("root@example.test").await;
    let (bo, auditor) = (name("bo@example.test"), name("auditor@example.test"));
    let by = By::Session(&anna);
    let refused = fixture.service.set_role(by, &bo, Role::HelpDesk).await;
    assert!(matches!(refused, Err(AccountError::NotAllowed)));
    fixture.service.end_sessions(by, &bo).await.unwrap();
    let refused = fixture.service.end_sessions(by, &auditor).await;
    assert!(matches!(refused, Err(AccountError::HasMoreRights)));
    fixture.service.find_account(by, &auditor).await.unwrap();
    let changed = fixture.service.set_role(By::Session(&root), &bo, Role::HelpDesk).await.unwrap();
    assert_eq!(changed.role, Role::HelpDesk);
    let refused = fixture.service.end_sessions(by, &bo).await;
    assert!(matches!(refused, Err(AccountError::HasMoreRights)));
    let last = fixture.service.set_role(By::Session(&root), &name("root@example.test"), Role::Member).await;
    assert!(matches!(last, Err(AccountError::LastAdministrator)));
}

#[tokio::test]
async fn accounts_are_read_by_their_owners_and_by_roles_only() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    fixture.account("bo@example.test", MfaState::Enforced).await;
    let (anna, ..) = fixture.enrol(ANNA).await;
    let by = By::Session(&anna);
    let own = fixture.service.find_account(by, &name(ANNA)).await.unwrap();
    assert_eq!(own.methods.len(), 1);
    for other in ["bo@example.test", "nobody@example.test"] {
        let refused = fixture.service.find_account(by, &name(other)).await;
        assert!(matches!(refused, Err(AccountError::NotAllowed)), "{other}");
    }
    let filter = postern_storage::AccountFilter { limit: 10, ..Default::default() };
    assert!(matches!(fixture.service.list_accounts(by, &filter).await, Err(AccountError::NotAllowed)));
    assert!(matches!(fixture.service.list_groups(by, None, 10).await, Err(AccountError::NotAllowed)));
}

#[tokio::test]
async fn a_renamed_account_signs_in_by_its_new_name_and_its_aliases() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    fixture.account("bo@example.test", MfaState::Disabled).await;
    let taken =
        fixture.service.change_addresses(OPERATOR, &name(ANNA), name("bo@example.test"), Vec::new()).await;
    assert!(matches!(taken, Err(AccountError::AddressTaken)));
    let berg = name("anna.berg@example.test");
    let (old, aliases) = (name(ANNA), vec![name(ANNA), berg.clone()]);
    let renamed = fixture.service.change_addresses(OPERATOR, &old, berg.clone(), aliases).await.unwrap();
    assert_eq!((renamed.name, renamed.aliases), (berg, vec![name(ANNA)]));
    fixture.accepted("anna.berg@example.test", ACCOUNT_PASSWORD).await;
    fixture.accepted(ANNA, ACCOUNT_PASSWORD).await;
}

#[tokio::test]
async fn programs_with_the_account_password_are_known_before_and_after_it_stops() {
    use postern_storage::{AccountFilter, ProgramFilter};
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Disabled).await;
    fixture.accepted(ANNA, ACCOUNT_PASSWORD).await;
    fixture.accepted(ANNA, ACCOUNT_PASSWORD).await;
    let filter = ProgramFilter {
        accounts: AccountFilter::default(),
        listed: None,
        enforced: Some(false),
        since: postern_domain::Clock::now(&*fixture.clock),
        limit: 10,
        after: None,
    };
    let (programs, totals) = fixture.service.list_programs(OPERATOR, &filter).await.unwrap();
    assert_eq!((totals.programs, totals.accounts, programs[0].count), (1, 1, 2));
    assert_eq!(programs[0].client.as_deref(), Some("client.example.test"));
    fixture.service.set_mfa_state(OPERATOR, &name(ANNA), MfaState::Enforced).await.unwrap();
    assert_eq!(fixture.outcome(attempt(ANNA, ACCOUNT_PASSWORD)).await, "account-password-under-mfa");
    assert_eq!(fixture.service.list_programs(OPERATOR, &filter).await.unwrap().0, []);
    let enforced = ProgramFilter { enforced: Some(true), ..filter };
    let created = fixture.app_password(ANNA, "Contact form").await;
    let (programs, _) = fixture.service.list_programs(OPERATOR, &enforced).await.unwrap();
    assert_eq!((programs[0].count, programs[0].refused_count, programs[0].app_passwords), (2, 1, 1));
    assert!(programs[0].refused.is_some() && programs[0].app_password_used_at.is_none());
    fixture.accepted(ANNA, &created.secret.expose_ungrouped()).await;
    let (programs, _) = fixture.service.list_programs(OPERATOR, &enforced).await.unwrap();
    assert!(programs[0].app_password_used_at.is_some());
}

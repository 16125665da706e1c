//! What roles may not, tried: whoever reads changes nothing, whoever helps reads no settings, nobody gets above those above
//! them, and nobody gives themselves a role.

use std::fmt::Display;

use postern_domain::account::password::AccountPassword;
use postern_domain::account::{AccountKind, AccountStatus, Role};
use postern_domain::id::MethodId;
use postern_domain::mfa::MfaState;
use postern_domain::network::Networks;
use postern_domain::setting::SettingKey;

use crate::By;
use crate::account::AddAccount;
use crate::api::AddServicePrincipal;
use crate::testing::{ANNA, Fixture, OPERATOR, name, new_app_password};

const ROOT: &str = "root@example.test";
const CRM: &str = "crm@example.test";

async fn fixture() -> Fixture {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    fixture.add(ROOT, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await;
    fixture.add(CRM, MfaState::Enforced, Role::Member, AccountKind::ServiceAccount).await;
    fixture
}

fn somebody(role: Role) -> AddAccount {
    AddAccount {
        name: name("new@example.test"),
        aliases: Vec::new(),
        kind: AccountKind::Person,
        role,
        mfa: None,
        password: None,
    }
}

/// What an answer says: nothing when it was done.
fn said<T, E: Display>(answer: Result<T, E>) -> Option<String> {
    answer.err().map(|error| error.to_string())
}

/// Every deed that changes something of an account, done to `target`: its name and what was answered.
async fn deeds_on(fixture: &Fixture, by: By<'_>, target: &str) -> Vec<(&'static str, Option<String>)> {
    let (service, target) = (&fixture.service, name(target));
    let password = AccountPassword::typed("Only a trial of 26 letters");
    vec![
        (
            "delete_method_of",
            said(service.delete_method_of(by, &target, MethodId::from_bytes([9; 16])).await),
        ),
        ("require_registration", said(service.require_registration(by, &target, true).await)),
        ("set_account_password", said(service.set_account_password(by, &target, password, true).await)),
        ("set_mfa_state", said(service.set_mfa_state(by, &target, MfaState::Disabled).await)),
        ("end_sessions", said(service.end_sessions(by, &target).await)),
        ("revoke_all_app_passwords", said(service.revoke_all_app_passwords(by, &target, "").await)),
        ("set_sid", said(service.set_sid(by, &target, None).await)),
        ("set_role", said(service.set_role(by, &target, Role::HelpDesk).await)),
        ("add_to_group", said(service.add_to_group(by, &target, "sales".parse().unwrap()).await)),
        ("block_account", said(service.block_account(by, &target).await)),
        ("delete_account", said(service.delete_account(by, &target).await)),
    ]
}

/// Deeds that change something of everybody.
async fn deeds_on_all(fixture: &Fixture, by: By<'_>) -> Vec<(&'static str, Option<String>)> {
    let service = &fixture.service;
    let group = "sales".parse().unwrap();
    let key = SettingKey::StepUpAge;
    let principal = AddServicePrincipal {
        name: "CRM".parse().unwrap(),
        scopes: "accounts.read".parse().unwrap(),
        networks: Networks::any(),
        secret_expires_at: None,
    };
    vec![
        ("change_setting", said(service.change_setting(by, key, "5m").await)),
        ("unset_setting", said(service.unset_setting(by, key).await)),
        ("set_override", said(service.set_override(by, &group, key, "5m").await)),
        ("unset_override", said(service.unset_override(by, &group, key).await)),
        ("forbid_app_passwords", said(service.forbid_app_passwords(by, None).await)),
        ("add_account", said(service.add_account(by, somebody(Role::Member)).await)),
        ("add_service_principal", said(service.add_service_principal(by, principal).await)),
        (
            "create_app_password",
            said(service.create_app_password(by, new_app_password(CRM, "Scanner 1")).await),
        ),
    ]
}

#[tokio::test]
async fn an_auditor_reads_and_changes_nothing() {
    let fixture = fixture().await;
    fixture.add("auditor@example.test", MfaState::Enforced, Role::Auditor, AccountKind::Person).await;
    let (session, ..) = fixture.enrol("auditor@example.test").await;
    let by = By::Session(&session);
    let head = async || fixture.store.snapshot().await.unwrap().audit_head().await.unwrap().sequence;
    fixture.service.recorder.flush().await.unwrap();
    let before = head().await;
    for target in [ANNA, ROOT, CRM] {
        for (deed, answer) in deeds_on(&fixture, by, target).await {
            assert!(answer.is_some(), "{deed} was done to {target}");
        }
    }
    for (deed, answer) in deeds_on_all(&fixture, by).await {
        assert!(answer.is_some(), "{deed} was done");
    }
    assert_eq!(head().await, before, "something was recorded, so it was done");
    assert!(fixture.service.read_policy(by).await.is_ok(), "and reads the settings");
}

#[tokio::test]
async fn the_help_desk_reads_no_settings() {
    let fixture = fixture().await;
    fixture.add("desk@example.test", MfaState::Enforced, Role::HelpDesk, AccountKind::Person).await;
    let (session, ..) = fixture.enrol("desk@example.test").await;
    let (service, by) = (&fixture.service, By::Session(&session));
    let key = SettingKey::StepUpAge;
    assert!(said(service.read_policy(by).await).is_some());
    assert!(said(service.effective_settings(by, &name(ANNA)).await).is_some());
    assert!(said(service.preview_setting(by, None, key, Some("5m")).await).is_some());
    assert!(said(service.search_audit(by, &crate::audit::AuditSearch::default()).await).is_some());
    assert!(said(service.count_inventory(by).await).is_some());
    for (deed, answer) in deeds_on_all(&fixture, by).await {
        assert!(answer.is_some(), "{deed} was done");
    }
    // What it is there for.
    assert_eq!(said(service.end_sessions(by, &name(ANNA)).await), None);
    assert_eq!(said(service.require_registration(by, &name(ANNA), true).await), None);
}

#[tokio::test]
async fn nobody_touches_those_above_them() {
    for role in [Role::HelpDesk, Role::AuthenticationAdministrator] {
        let fixture = fixture().await;
        let equal = "equal@example.test";
        fixture.add(equal, MfaState::Enforced, role, AccountKind::Person).await;
        fixture.add("me@example.test", MfaState::Enforced, role, AccountKind::Person).await;
        let (session, ..) = fixture.enrol("me@example.test").await;
        for target in [ROOT, equal] {
            let before = fixture.service.find_account(OPERATOR, &name(target)).await.unwrap().account;
            for (deed, answer) in deeds_on(&fixture, By::Session(&session), target).await {
                assert!(answer.is_some(), "{deed} was done to {target} as {}", role.name());
            }
            let after = fixture.service.find_account(OPERATOR, &name(target)).await.unwrap().account;
            assert_eq!(after, before, "{target} as {}", role.name());
        }
    }
}

#[tokio::test]
async fn nobody_raises_their_own_role() {
    for role in Role::ALL.iter().copied().filter(|role| *role != Role::GlobalAdministrator) {
        let fixture = fixture().await;
        let me = "me@example.test";
        fixture.add(me, MfaState::Enforced, role, AccountKind::Person).await;
        let (session, ..) = fixture.enrol(me).await;
        let by = By::Session(&session);
        for wanted in Role::ALL {
            let answer = said(fixture.service.set_role(by, &name(me), *wanted).await);
            assert!(answer.is_some(), "{} became {}", role.name(), wanted.name());
            let answer = said(fixture.service.add_account(by, somebody(*wanted)).await);
            assert!(answer.is_some(), "{} added {}", role.name(), wanted.name());
        }
        let account = fixture.service.find_account(OPERATOR, &name(me)).await.unwrap().account;
        assert_eq!((account.role, account.status), (role, AccountStatus::Active));
    }
}

//! What roles may and may not, tried: every deed here is done by somebody in each role, to somebody in each role, with
//! what is really there (an account, a method, an app password, a group), so that nothing but the permission can be why it
//! is refused; and each is done by whoever may.

use std::fmt::Debug;

use postern_domain::account::password::AccountPassword;
use postern_domain::account::{AccountKind, AccountName, AccountStatus, Role};
use postern_domain::id::{AppPasswordId, MethodId};
use postern_domain::mfa::MfaState;
use postern_domain::network::Networks;
use postern_domain::setting::SettingKey;

use crate::By;
use crate::account::AddAccount;
use crate::api::AddServicePrincipal;
use crate::audit::AuditSearch;
use crate::portal::FullSession;
use crate::testing::{Fixture, OPERATOR, name, new_app_password};

const ME: &str = "me@example.test";
const CRM: &str = "crm@example.test";

/// A service, with somebody in a role in its portal.
async fn setting(role: Role) -> (Fixture, FullSession) {
    let fixture = Fixture::open().await;
    fixture.add(CRM, MfaState::Enforced, Role::Member, AccountKind::ServiceAccount).await;
    fixture.add(ME, MfaState::Enforced, role, AccountKind::Person).await;
    let (session, ..) = fixture.enrol(ME).await;
    (fixture, session)
}

/// Somebody in a role, with one of each thing that a deed may be done to.
struct Target {
    name: AccountName,
    method: MethodId,
    app_password: AppPasswordId,
}

impl Target {
    async fn add(fixture: &Fixture, role: Role) -> Self {
        let address = format!("{}@example.test", role.name());
        fixture.add(&address, MfaState::Enforced, role, AccountKind::Person).await;
        fixture.enrol(&address).await;
        let app_password = fixture.app_password(&address, "Scanner 1").await.app_password.id;
        let name = name(&address);
        let method = fixture.service.find_account(OPERATOR, &name).await.unwrap().methods[0].id;
        Self { name, method, app_password }
    }

    /// All that is known of it.
    async fn standing(&self, fixture: &Fixture) -> String {
        let details = fixture.service.find_account(OPERATOR, &self.name).await.unwrap();
        let app_password = fixture.service.show_app_password(OPERATOR, self.app_password).await.unwrap();
        format!("{:?} {:?} {:?}", details.account, details.methods, app_password)
    }
}

fn new_account(role: Role) -> AddAccount {
    AddAccount {
        name: name(&format!("new-{}@example.test", role.name())),
        aliases: Vec::new(),
        kind: AccountKind::Person,
        role,
        mfa: None,
        password: None,
    }
}

/// What came of a deed, as the tables show it: `x` done, `-` refused for the role, `^` refused because the other one has
/// more rights, `?` refused as if it were not there. Whatever else is wrong stands there in its own words.
fn mark<T, E: Debug>(answer: Result<T, E>) -> String {
    let Err(error) = answer else { return "x".to_owned() };
    match format!("{error:?}").as_str() {
        "NotAllowed" | "Account(NotAllowed)" => "-".to_owned(),
        "HasMoreRights" | "Account(HasMoreRights)" => "^".to_owned(),
        "NoSuchAppPassword" => "?".to_owned(),
        other => format!("[{other}]"),
    }
}

/// Every deed that changes something of an account, one after the other.
async fn deeds_on(fixture: &Fixture, by: By<'_>, target: &Target) -> Vec<(&'static str, String)> {
    let (service, Target { name, method, app_password }) = (&fixture.service, target);
    let password = AccountPassword::typed("Only a trial of 26 letters");
    let sales = "sales".parse().unwrap();
    vec![
        ("delete_method_of", mark(service.delete_method_of(by, name, *method).await)),
        ("require_registration", mark(service.require_registration(by, name, true).await)),
        ("set_account_password", mark(service.set_account_password(by, name, password, false).await)),
        ("set_mfa_state", mark(service.set_mfa_state(by, name, MfaState::Disabled).await)),
        ("end_sessions", mark(service.end_sessions(by, name).await)),
        ("suspend_app_password", mark(service.suspend_app_password(by, *app_password).await)),
        ("resume_app_password", mark(service.resume_app_password(by, *app_password).await)),
        ("revoke_app_password", mark(service.revoke_app_password(by, *app_password, "").await)),
        ("revoke_all_app_passwords", mark(service.revoke_all_app_passwords(by, name, "").await)),
        ("set_sid", mark(service.set_sid(by, name, Some("S-1-5-21-1-2-3-4".parse().unwrap())).await)),
        ("set_role", mark(service.set_role(by, name, Role::HelpDesk).await)),
        ("add_to_group", mark(service.add_to_group(by, name, "sales".parse().unwrap()).await)),
        ("remove_from_group", mark(service.remove_from_group(by, name, &sales).await)),
        ("block_account", mark(service.block_account(by, name).await)),
        ("unblock_account", mark(service.unblock_account(by, name).await)),
        ("delete_account", mark(service.delete_account(by, name).await)),
    ]
}

/// Deeds that concern everybody, and what is read of everybody.
async fn deeds_on_all(fixture: &Fixture, by: By<'_>) -> Vec<(&'static str, String)> {
    let service = &fixture.service;
    let (sales, key) = ("sales".parse().unwrap(), SettingKey::StepUpAge);
    let principal = AddServicePrincipal {
        name: "CRM".parse().unwrap(),
        scopes: "accounts.read".parse().unwrap(),
        networks: Networks::any(),
        secret_expires_at: None,
    };
    let app_password = new_app_password(CRM, "Scanner 1");
    vec![
        ("read_policy", mark(service.read_policy(by).await)),
        ("effective_settings", mark(service.effective_settings(by, &name(CRM)).await)),
        ("preview_setting", mark(service.preview_setting(by, None, key, Some("5m")).await)),
        ("search_audit", mark(service.search_audit(by, &AuditSearch::default()).await)),
        ("count_inventory", mark(service.count_inventory(by).await)),
        ("change_setting", mark(service.change_setting(by, key, "5m").await)),
        ("unset_setting", mark(service.unset_setting(by, key).await)),
        ("set_override", mark(service.set_override(by, &sales, key, "5m").await)),
        ("unset_override", mark(service.unset_override(by, &sales, key).await)),
        ("add_account", mark(service.add_account(by, new_account(Role::Member)).await)),
        ("add_service_principal", mark(service.add_service_principal(by, principal).await)),
        ("create_app_password", mark(service.create_app_password(by, app_password).await)),
        ("forbid_app_passwords", mark(service.forbid_app_passwords(by, None).await)),
    ]
}

/// A column of answers put beside those that are there.
fn put(table: &mut Vec<String>, column: Vec<(&'static str, String)>, between: &str) {
    if table.is_empty() {
        table.extend(column.iter().map(|(deed, _)| format!("{deed:24}")));
    }
    for (row, (deed, mark)) in table.iter_mut().zip(column) {
        assert!(row.starts_with(deed));
        row.push_str(between);
        row.push_str(&mark);
    }
}

async fn head(fixture: &Fixture) -> u64 {
    fixture.service.recorder.flush().await.unwrap();
    fixture.store.snapshot().await.unwrap().audit_head().await.unwrap().sequence
}

/// For somebody in each role a block, with a letter for each role that the other one has: member, help desk, auditor,
/// authentication administrator, global administrator.
#[tokio::test]
async fn who_does_what_to_whom() {
    let mut table = Vec::new();
    for role in Role::ALL {
        let (fixture, session) = setting(*role).await;
        for (at, other) in Role::ALL.iter().enumerate() {
            let target = Target::add(&fixture, *other).await;
            let before = (head(&fixture).await, target.standing(&fixture).await);
            let answers = deeds_on(&fixture, By::Session(&session), &target).await;
            if answers.iter().all(|(_, mark)| mark != "x") {
                let after = (head(&fixture).await, target.standing(&fixture).await);
                assert_eq!(after, before, "refused to {} and done to {}", role.name(), other.name());
            }
            put(&mut table, answers, if at == 0 { " " } else { "" });
        }
    }
    insta::assert_snapshot!(table.join("\n"), @r"
    delete_method_of         ----- x^^^^ ----- xxx^^ xxxxx
    require_registration     ----- x^^^^ ----- xxx^^ xxxxx
    set_account_password     ----- x^^^^ ----- xxx^^ xxxxx
    set_mfa_state            ----- ----- ----- xxx^^ xxxxx
    end_sessions             ----- x^^^^ ----- xxx^^ xxxxx
    suspend_app_password     ????? ----- ----- xxx-- xxxxx
    resume_app_password      ????? ----- ----- xxx-- xxxxx
    revoke_app_password      ????? ----- ----- xxx-- xxxxx
    revoke_all_app_passwords ----- ----- ----- xxx-- xxxxx
    set_sid                  ----- ----- ----- ----- xxxxx
    set_role                 ----- ----- ----- ----- xxxxx
    add_to_group             ----- ----- ----- ----- xxxxx
    remove_from_group        ----- ----- ----- ----- xxxxx
    block_account            ----- ----- ----- xxx^^ xxxxx
    unblock_account          ----- ----- ----- xxx^^ xxxxx
    delete_account           ----- ----- ----- ----- xxxxx
    ");
}

/// A column for each role: member, help desk, auditor, authentication administrator, global administrator.
#[tokio::test]
async fn who_does_what_to_everybody() {
    let mut table = Vec::new();
    for role in Role::ALL {
        let (fixture, session) = setting(*role).await;
        put(&mut table, deeds_on_all(&fixture, By::Session(&session)).await, " ");
    }
    insta::assert_snapshot!(table.join("\n"), @r"
    read_policy              - - x x x
    effective_settings       - - x x x
    preview_setting          - - - - x
    search_audit             - - x x x
    count_inventory          - - x x x
    change_setting           - - - - x
    unset_setting            - - - - x
    set_override             - - - - x
    unset_override           - - - - x
    add_account              - - - - x
    add_service_principal    - - - - x
    create_app_password      - - - x x
    forbid_app_passwords     - - - - x
    ");
}

#[tokio::test]
async fn nobody_but_a_global_administrator_raises_a_role() {
    for role in Role::ALL {
        let (fixture, session) = setting(*role).await;
        let (service, by) = (&fixture.service, By::Session(&session));
        let expected = if *role == Role::GlobalAdministrator { "x" } else { "-" };
        for wanted in Role::ALL.iter().rev() {
            let added = mark(service.add_account(by, new_account(*wanted)).await);
            assert_eq!(added, expected, "{} adds {}", role.name(), wanted.name());
        }
        // The operator keeps the portal from losing its last administrator.
        fixture
            .add("root@example.test", MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person)
            .await;
        for wanted in Role::ALL.iter().rev().filter(|wanted| *wanted != role) {
            let before = service.find_account(OPERATOR, &name(ME)).await.unwrap().account;
            let became = mark(service.set_role(by, &name(ME), *wanted).await);
            assert_eq!(became, expected, "{} becomes {}", role.name(), wanted.name());
            if expected == "x" {
                // Whose role that was has none of its rights any more.
                break;
            }
            let after = service.find_account(OPERATOR, &name(ME)).await.unwrap().account;
            assert_eq!(after, before);
            assert_eq!((after.role, after.status), (*role, AccountStatus::Active));
        }
    }
}

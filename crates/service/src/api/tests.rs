//! Who may make and use tokens, and what ends them.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use postern_domain::Clock as _;
use postern_domain::account::password::AccountPassword;
use postern_domain::account::{AccountKind, Role};
use postern_domain::api_token::{BearerKind, BearerText, TokenUse};
use postern_domain::audit::Operation;
use postern_domain::mfa::MfaState;
use postern_domain::network::{Networks, parse_network};
use postern_domain::notice::NoticeKind;
use postern_storage::{AuditFilter, Store};

use super::{AddServicePrincipal, ApiCaller, ApiTokenQuery, CreateApiToken};
use crate::By;
use crate::app_password::AppPasswordError;
use crate::testing::{ANNA, Fixture, Gate, OPERATOR, attempt, name, new_app_password};

const ROOT: &str = "root@example.test";
const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));

fn new(fixture: &Fixture, owner: &str, scopes: &str) -> CreateApiToken {
    CreateApiToken {
        account: name(owner),
        name: "Backup job".parse().unwrap(),
        scopes: scopes.parse().unwrap(),
        networks: Networks::any(),
        expires_at: fixture.clock.now().plus(Duration::from_secs(3600)),
    }
}

async fn made(fixture: &Fixture, by: By<'_>, new: CreateApiToken) -> String {
    match fixture.service.create_api_token(by, new).await {
        Ok(created) => format!("created {}", created.token.scopes),
        Err(error) => error.to_string(),
    }
}

async fn fixture() -> Fixture {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    fixture.add(ROOT, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await;
    fixture.add("crm@example.test", MfaState::Enforced, Role::Member, AccountKind::ServiceAccount).await;
    fixture
}

async fn caller(fixture: &Fixture, owner: &str, scopes: &str) -> ApiCaller {
    let created = fixture.service.create_api_token(OPERATOR, new(fixture, owner, scopes)).await.unwrap();
    fixture.service.identify_api_caller(created.text.expose(), HERE).await.unwrap()
}

#[tokio::test]
async fn a_token_is_made_by_its_owner_with_a_fresh_second_factor() {
    let fixture = fixture().await;
    let (anna, ..) = fixture.enrol(ANNA).await;
    let (root, ..) = fixture.enrol(ROOT).await;
    let (year, second) = (Duration::from_secs(366 * 24 * 3600), Duration::from_secs(1));
    let until = |expires_at| CreateApiToken { expires_at, ..new(&fixture, ANNA, "account.own") };
    let now = fixture.clock.now();
    let many = Networks::new((0..33).map(|last| IpAddr::from([192, 0, 2, last]).into()));
    let narrow = CreateApiToken { networks: many, ..new(&fixture, ANNA, "account.own") };
    for (by, new, told) in [
        (By::Session(&anna), new(&fixture, ANNA, "account.own"), "created account.own"),
        (
            By::Session(&anna),
            new(&fixture, ANNA, ""),
            "choose at least one thing that the token may be used for",
        ),
        (By::Session(&anna), new(&fixture, ANNA, "mfa.write"), "the owner's role does not allow `mfa.write`"),
        (By::Session(&anna), new(&fixture, ROOT, "account.own"), "your role does not allow that"),
        (By::Session(&root), new(&fixture, ANNA, "account.own"), "your role does not allow that"),
        (By::Session(&root), new(&fixture, ROOT, "mfa.write"), "created mfa.write"),
        (OPERATOR, new(&fixture, "nobody@example.test", "account.own"), "there is no account with that name"),
        (
            OPERATOR,
            new(&fixture, "crm@example.test", "account.own"),
            "a service account has no API tokens: add a service principal for a program of its own",
        ),
        (OPERATOR, until(now), "the expiry is in the past: choose a later date"),
        (OPERATOR, until(now.plus(year)), "created account.own"),
        (
            OPERATOR,
            until(now.plus(year + second)),
            "the expiry is too far ahead: a token is good for a year at most",
        ),
        (OPERATOR, narrow, "too many networks: a token has at most 32"),
    ] {
        assert_eq!(made(&fixture, by, new).await, told);
    }
    fixture.clock.advance(Duration::from_secs(601));
    assert_eq!(
        made(&fixture, By::Session(&anna), new(&fixture, ANNA, "account.own")).await,
        "confirm with your second factor first"
    );
}

#[tokio::test]
async fn no_token_makes_a_token() {
    let fixture = fixture().await;
    let root = caller(&fixture, ROOT, "account.own tokens.write accounts.read roles.write").await.for_own();
    let told = "no token makes a token";
    assert!(made(&fixture, By::Token(&root), new(&fixture, ROOT, "account.own")).await.starts_with(told));
    let principal = AddServicePrincipal {
        name: "CRM".parse().unwrap(),
        scopes: "accounts.read".parse().unwrap(),
        networks: Networks::any(),
        secret_expires_at: None,
    };
    let added = fixture.service.add_service_principal(By::Token(&root), principal).await;
    assert!(added.unwrap_err().to_string().starts_with(told));
}

#[tokio::test]
async fn what_is_ones_own_takes_a_request_for_ones_own() {
    let fixture = fixture().await;
    let anna = caller(&fixture, ANNA, "app-passwords.own").await;
    let create = async |caller: &ApiCaller, form: &str| {
        fixture.service.create_app_password(By::Token(caller), new_app_password(ANNA, form)).await
    };
    assert!(matches!(create(&anna, "Contact form").await, Err(AppPasswordError::NotAllowed)));
    let anna = anna.for_own();
    let created = create(&anna, "Contact form").await.unwrap();
    assert_eq!(created.app_password.created.by, format!("API token Backup job of {ANNA}"));
    // What has ended ends for a caller that was let in before, too.
    fixture.service.block_account(OPERATOR, &name(ANNA)).await.unwrap();
    assert!(matches!(create(&anna, "Another form").await, Err(AppPasswordError::NotAllowed)));
    fixture.service.unblock_account(OPERATOR, &name(ANNA)).await.unwrap();
    assert!(create(&anna, "Another form").await.is_ok());
    fixture.service.revoke_api_token(OPERATOR, anna.token_id().unwrap()).await.unwrap();
    assert!(matches!(create(&anna, "A third form").await, Err(AppPasswordError::NotAllowed)));
}

/// What opens the portal to somebody. A token that could set it aside would make itself a session that outlives it.
#[tokio::test]
async fn no_token_resets_its_owner_nor_without_roles_a_global_administrator() {
    let fixture = fixture().await;
    let other = "other@example.test";
    fixture.add(other, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await;
    fixture.enrol(ROOT).await;
    let resets = "methods.reset passwords.reset accounts.write mfa.write account.own methods.own";
    let weak = caller(&fixture, ROOT, resets).await;
    let strong = caller(&fixture, ROOT, &format!("{resets} roles.write")).await;
    let service = &fixture.service;
    let tried = async |caller: &ApiCaller, whom: &str| {
        let by = By::Token(caller);
        let password = AccountPassword::typed("taken over by token 77");
        let sid = None;
        [
            service.require_registration(by, &name(whom), true).await.map(drop).err().map(|e| e.to_string()),
            service.set_account_password(by, &name(whom), password, false).await.err().map(|e| e.to_string()),
            service.set_mfa_state(by, &name(whom), MfaState::Disabled).await.err().map(|e| e.to_string()),
            service.set_sid(by, &name(whom), sid).await.err().map(|e| e.to_string()),
        ]
        .map(|refused| refused.unwrap_or_else(|| "done".to_owned()))
    };
    let own = "no token does that to its owner's account: its owner does it in the portal, or another administrator does";
    let more = "your role does not allow that for an account with this role: ask a global administrator";
    for caller in [&weak, &strong, &strong.clone().for_own()] {
        assert_eq!(tried(caller, ROOT).await, [own; 4]);
    }
    assert_eq!(tried(&weak, other).await, [more; 4]);
    assert_eq!(tried(&strong, other).await, ["done"; 4]);
    assert_eq!(tried(&weak, ANNA).await, ["done"; 4]);
}

#[tokio::test]
async fn an_administrator_resets_nothing_of_their_own() {
    let fixture = fixture().await;
    let (root, ..) = fixture.enrol(ROOT).await;
    let (by, service) = (By::Session(&root), &fixture.service);
    let told = "this is your own account: change your password and your methods at Security info";
    let password = AccountPassword::typed("without the old one 77");
    let reset = service.set_account_password(by, &name(ROOT), password, false).await;
    assert_eq!(reset.unwrap_err().to_string(), told);
    let registration = service.require_registration(by, &name(ROOT), true).await;
    assert_eq!(registration.unwrap_err().to_string(), told);
    let method = service.find_account(OPERATOR, &name(ROOT)).await.unwrap().methods[0].id;
    let deleted = service.delete_method_of(by, &name(ROOT), method).await;
    assert_eq!(deleted.unwrap_err().to_string(), told);
    let password = AccountPassword::typed("told by an administrator");
    service.set_account_password(by, &name(ANNA), password, false).await.unwrap();
}

#[tokio::test]
async fn a_token_is_good_from_its_networks_on_every_node_and_under_old_keys() {
    let fixture = fixture().await;
    let narrow = Networks::new(parse_network("192.0.2.0/24"));
    let new = CreateApiToken { networks: narrow, ..new(&fixture, ANNA, "account.own") };
    let text = fixture.service.create_api_token(OPERATOR, new).await.unwrap().text;
    let other = fixture.another_node().await;
    assert!(other.service.identify_api_caller(text.expose(), HERE).await.is_ok());
    let elsewhere = other.service.identify_api_caller(text.expose(), [10, 0, 0, 1].into()).await;
    assert_eq!(
        elsewhere.unwrap_err().to_string(),
        "the token is not good from the address 10.0.0.1: use it from its networks, or create another one"
    );
    other.service.recorder.flush().await.unwrap();
    let query = ApiTokenQuery { limit: 10, ..ApiTokenQuery::default() };
    let listed = fixture.service.list_api_tokens(OPERATOR, &query).await.unwrap();
    let last = listed[0].token.last_use.unwrap();
    assert_eq!((last.at, last.address), (fixture.clock.now(), HERE));
    let unknown = BearerText::generate(BearerKind::ApiToken, &*fixture.random);
    let unknown = fixture.service.identify_api_caller(unknown.expose(), HERE).await.unwrap_err();
    assert_eq!(unknown.to_string(), "the token is unknown: it was never issued here, or it has ended");
}

/// A program that reads waits for nobody who writes: with the writer busy this would not end.
#[tokio::test]
async fn the_last_use_of_a_token_is_written_behind() {
    let fixture = fixture().await;
    let text =
        fixture.service.create_api_token(OPERATOR, new(&fixture, ANNA, "account.own")).await.unwrap().text;
    let gate = Gate::before(&fixture.store);
    let node = fixture.node_through(Arc::clone(&gate) as Arc<dyn Store>).await;
    gate.close();
    for minute in 0..2 {
        assert!(node.service.identify_api_caller(text.expose(), HERE).await.is_ok(), "minute {minute}");
        fixture.clock.advance(Duration::from_secs(60));
    }
    let last_use = async || {
        let query = ApiTokenQuery { limit: 10, ..ApiTokenQuery::default() };
        node.service.list_api_tokens(OPERATOR, &query).await.unwrap()[0].token.last_use
    };
    assert_eq!(last_use().await, None);
    gate.open();
    node.service.recorder.flush().await.unwrap();
    let at = fixture.clock.now().minus(Duration::from_secs(60));
    assert_eq!(last_use().await, Some(TokenUse { at, address: HERE }));
}

#[tokio::test]
async fn every_deed_leaves_its_record_and_none_says_the_text() {
    let fixture = fixture().await;
    let created =
        fixture.service.create_api_token(OPERATOR, new(&fixture, ANNA, "account.own")).await.unwrap();
    fixture.service.revoke_api_token(OPERATOR, created.token.id).await.unwrap();
    fixture.service.revoke_api_token(OPERATOR, created.token.id).await.unwrap();
    let principal = AddServicePrincipal {
        name: "CRM".parse().unwrap(),
        scopes: "accounts.read".parse().unwrap(),
        networks: Networks::any(),
        secret_expires_at: None,
    };
    let added = fixture.service.add_service_principal(OPERATOR, principal).await.unwrap();
    let rotated = fixture.service.rotate_client_secret(OPERATOR, added.principal.id, None).await.unwrap();
    fixture.service.revoke_service_principal(OPERATOR, added.principal.id).await.unwrap();
    let filter = AuditFilter { limit: 5, ..AuditFilter::default() };
    let records = fixture.store.snapshot().await.unwrap().audit_records(&filter).await.unwrap();
    let operations: Vec<_> = records.iter().rev().map(|record| record.operation).collect();
    assert_eq!(
        operations,
        [
            Operation::CreateApiToken,
            Operation::RevokeApiToken,
            Operation::AddServicePrincipal,
            Operation::RotateClientSecret,
            Operation::RevokeServicePrincipal,
        ]
    );
    let printed = format!("{records:?} {created:?} {added:?} {rotated:?}");
    for text in [&created.text, &added.secret, &rotated.secret] {
        assert!(!printed.contains(&text.expose()[15..40]), "a secret shows");
    }
}

#[tokio::test]
async fn a_password_that_is_reset_takes_app_passwords_and_tokens_with_it() {
    let fixture = fixture().await;
    let text = async |owner: &str| {
        let new = new(&fixture, owner, "app-passwords.own");
        fixture.service.create_api_token(OPERATOR, new).await.unwrap().text
    };
    let (first, second, of_root) = (text(ANNA).await, text(ANNA).await, text(ROOT).await);
    let works =
        async |text: &BearerText| fixture.service.identify_api_caller(text.expose(), HERE).await.is_ok();
    let reset = async |revoke| {
        let password = AccountPassword::typed("a-password-that-nobody-guesses");
        fixture.service.set_account_password(OPERATOR, &name(ANNA), password, revoke).await.unwrap()
    };
    reset(false).await;
    assert!(works(&first).await && works(&second).await);
    reset(true).await;
    assert!(!works(&first).await && !works(&second).await && works(&of_root).await);
    let filter = AuditFilter { limit: 3, ..AuditFilter::default() };
    let records = fixture.store.snapshot().await.unwrap().audit_records(&filter).await.unwrap();
    let operations: Vec<_> = records.iter().map(|record| record.operation).collect();
    assert_eq!(
        operations,
        [Operation::ChangeAccountPassword, Operation::RevokeApiToken, Operation::RevokeApiToken]
    );
}

/// As docs/admin/mfa-rollout.md tells it, and the pages before the deed.
#[tokio::test]
async fn what_ends_sessions_leaves_tokens_and_app_passwords_and_a_block_stops_them() {
    let fixture = fixture().await;
    let (session, ..) = fixture.enrol(ANNA).await;
    let created =
        fixture.service.create_api_token(OPERATOR, new(&fixture, ANNA, "account.own")).await.unwrap();
    let app_password = fixture.app_password(ANNA, "Contact form").await.secret.expose_grouped();
    let opens = async || {
        let token = fixture.service.identify_api_caller(created.text.expose(), HERE).await;
        let door = fixture.outcome(attempt(ANNA, &app_password)).await;
        let token = token.map_or_else(|error| error.to_string(), |_| "opens".to_owned());
        format!("token {token}; app password {door}")
    };
    let service = &fixture.service;
    let mut told = vec![format!("at first: {}", opens().await)];
    service.end_sessions(OPERATOR, &name(ANNA)).await.unwrap();
    told.push(format!("forced sign-out: {}", opens().await));
    assert!(service.begin_totp_enrolment(session.session()).await.is_err(), "the session is over");
    service.require_registration(OPERATOR, &name(ANNA), true).await.unwrap();
    told.push(format!("registration demanded: {}", opens().await));
    service.block_account(OPERATOR, &name(ANNA)).await.unwrap();
    told.push(format!("blocked: {}", opens().await));
    service.unblock_account(OPERATOR, &name(ANNA)).await.unwrap();
    told.push(format!("unblocked: {}", opens().await));
    insta::assert_snapshot!(told.join("\n"), @r"
    at first: token opens; app password accepted
    forced sign-out: token opens; app password accepted
    registration demanded: token opens; app password accepted
    blocked: token the token's owner is blocked or deleted: ask an administrator; app password account-blocked
    unblocked: token opens; app password accepted
    ");
}

#[tokio::test]
async fn the_tokens_of_a_deleted_account_are_revoked() {
    let fixture = fixture().await;
    let created =
        fixture.service.create_api_token(OPERATOR, new(&fixture, ANNA, "account.own")).await.unwrap();
    fixture.service.delete_account(OPERATOR, &name(ANNA)).await.unwrap();
    let token = fixture.store.snapshot().await.unwrap().api_token(created.token.id).await.unwrap();
    assert!(token.unwrap().revoked.is_some());
}

#[tokio::test]
async fn an_owner_is_told_of_a_new_token() {
    let fixture = fixture().await;
    let (anna, ..) = fixture.enrol(ANNA).await;
    let by = By::Session(&anna);
    fixture.service.create_api_token(by, new(&fixture, ANNA, "app-passwords.own")).await.unwrap();
    let told = fixture.service.own_notices(by, None, 1).await.unwrap();
    assert_eq!(told[0].text.kind, NoticeKind::ApiTokenCreated);
    assert_eq!(told[0].text.subject, "API token \u{201c}Backup job\u{201d} created");
}

//! Which account somebody at a provider opens.

use postern_domain::account::{AccountKind, Role};
use postern_domain::audit::Operation;
use postern_domain::mfa::MfaState;
use postern_service::outside::{AddressClaim, LinkRule};
use postern_testkit::{OPERATOR, account_name};
use serde_json::json;

use crate::harness::{ANNA, Setting, anna, how_far};

#[tokio::test]
async fn a_stranger_opens_nothing_and_is_told_the_reference() {
    let setting = Setting::open().await;
    setting.test.account(ANNA, MfaState::Disabled).await;
    let error = setting.sign_in(&anna()).await.unwrap_err().to_string();
    assert!(
        error.starts_with("no account here is linked to anna@example.test at Staff Login (ref "),
        "{error}"
    );
    assert_eq!(setting.records(Operation::RefuseOutsideIdentity).await.len(), 1);
    assert_eq!(setting.events().await, ["OutsideIdentity unknown-outside-identity"]);
}

#[tokio::test]
async fn a_verified_address_links_once_and_never_moves_the_link() {
    let setting = Setting::welcoming().await;
    let account = setting.test.account(ANNA, MfaState::Disabled).await;
    let started = setting.sign_in(&anna()).await.unwrap();
    assert_eq!(started.standing.full().unwrap().account().id, account.id);
    // Anna marries, and somebody else gets her address, at the provider and here.
    let mut married = anna();
    married["email"] = "anna.berg@example.test".into();
    let started = setting.sign_in(&married).await.unwrap();
    assert_eq!(started.standing.full().unwrap().account().id, account.id, "the subject decides");
    let mut newcomer = anna();
    newcomer["sub"] = "2".into();
    assert!(setting.refused(&newcomer).await.starts_with("no account here is linked to anna@example.test"));
    let both = setting.test.service.outside_identities_of(OPERATOR, &account_name(ANNA)).await.unwrap();
    let subjects: Vec<_> = both.iter().map(|linked| linked.identity.subject.as_str()).collect();
    assert_eq!(subjects, ["248289761001"]);
    assert_eq!(setting.records(Operation::LinkOutsideIdentity).await.len(), 1);
}

#[tokio::test]
async fn an_address_that_is_not_verified_links_and_adds_nothing() {
    let setting = Setting::welcoming().await;
    setting.test.account(ANNA, MfaState::Disabled).await;
    for verified in [json!(false), json!("false"), json!(null), json!(0), json!("yes"), json!([true])] {
        let mut claims = anna();
        claims["email_verified"] = verified.clone();
        let refused = setting.refused(&claims).await;
        assert_eq!(refused, "no account here is linked to anna@example.test at Staff Login", "{verified}");
    }
    let mut claims = json!({ "sub": "1", "preferred_username": ANNA, "email_verified": true });
    assert!(setting.sign_in(&claims).await.is_err(), "a name is no address");
    claims["email"] = "no address".into();
    assert!(setting.sign_in(&claims).await.is_err());
    assert_eq!(setting.records(Operation::LinkOutsideIdentity).await.len(), 0);
}

#[tokio::test]
async fn an_administrators_account_is_not_linked_by_an_address() {
    let setting = Setting::welcoming().await;
    for (number, role) in [Role::GlobalAdministrator, Role::HelpDesk].into_iter().enumerate() {
        let name = format!("admin{number}@example.test");
        setting.test.add(&name, MfaState::Enforced, role, AccountKind::Person).await;
        let claims = json!({ "sub": name, "email": name, "email_verified": true });
        assert!(setting.refused(&claims).await.starts_with("no account here is linked"));
    }
    // Linked by hand it signs in as everybody does.
    setting.link("admin0@example.test", "248289761001").await;
    let started = setting.sign_in(&setting.with_mfa(0)).await.unwrap();
    assert_eq!(started.standing.full().unwrap().account().role, Role::GlobalAdministrator);
}

#[tokio::test]
async fn somebody_new_gets_an_account_without_a_password_where_the_rule_says_so() {
    let setting = Setting::welcoming().await;
    let started = setting.sign_in(&setting.with_mfa(0)).await.unwrap();
    let full = started.standing.full().unwrap();
    let details = setting.test.service.find_account(OPERATOR, &account_name(ANNA)).await.unwrap();
    assert_eq!((details.account.id, details.has_password), (full.account().id, false));
    assert_eq!((details.account.role, details.account.kind), (Role::Member, AccountKind::Person));
    let again = setting.sign_in(&anna()).await.unwrap();
    assert_eq!(how_far(&again.standing), "a method must be registered");
    assert_eq!(setting.records(Operation::AddAccount).await.len(), 1);

    let by_invitation = Setting::with(|provider| provider.create = true).await;
    by_invitation.test.account(ANNA, MfaState::Disabled).await;
    assert!(by_invitation.refused(&anna()).await.starts_with("no account here"), "the address is taken");
    let closed = Setting::with(|provider| provider.link = LinkRule::ByVerifiedEmail).await;
    assert!(closed.refused(&anna()).await.starts_with("no account here"), "there is none, and none is added");
}

#[tokio::test]
async fn entras_user_name_counts_only_where_it_is_allowed() {
    let claims = json!({ "sub": "1", "preferred_username": ANNA, "email": "boss@example.test" });
    let setting = Setting::with(|provider| {
        provider.address = AddressClaim::UserName;
        provider.link = LinkRule::ByVerifiedEmail;
    })
    .await;
    setting.test.account("boss@example.test", MfaState::Disabled).await;
    let anna = setting.test.account(ANNA, MfaState::Disabled).await;
    let started = setting.sign_in(&claims).await.unwrap();
    assert_eq!(started.standing.full().unwrap().account().id, anna.id);

    let setting = Setting::with(|provider| {
        provider.address = AddressClaim::Email { proof: "xms_edov" };
        provider.link = LinkRule::ByVerifiedEmail;
    })
    .await;
    let boss = setting.test.account("boss@example.test", MfaState::Disabled).await;
    let mut claims = claims;
    claims["email_verified"] = true.into();
    assert!(setting.sign_in(&claims).await.is_err());
    claims["xms_edov"] = "1".into();
    let started = setting.sign_in(&claims).await.unwrap();
    assert_eq!(started.standing.full().unwrap().account().id, boss.id);
}

#[tokio::test]
async fn a_hosted_domain_keeps_everybody_else_out() {
    let setting = Setting::with(|provider| {
        provider.hosted_domain = Some("example.test".to_owned());
        provider.link = LinkRule::ByVerifiedEmail;
        provider.create = true;
    })
    .await;
    let mut claims = anna();
    let words = "the answer of Staff Login does not hold: its identity token is about somebody of another domain than the one that may sign in here";
    assert_eq!(setting.refused(&claims).await, words);
    claims["hd"] = "example.test.evil.example".into();
    assert_eq!(setting.refused(&claims).await, words);
    claims["hd"] = "example.test".into();
    setting.sign_in(&claims).await.unwrap();
}

#[tokio::test]
async fn blocked_deleted_and_service_accounts_stay_outside() {
    let setting = Setting::welcoming().await;
    setting.linked(MfaState::Disabled).await;
    let service = &setting.test.service;
    service.block_account(OPERATOR, &account_name(ANNA)).await.unwrap();
    let blocked = "the account of anna@example.test may not sign in here: ask your administrator";
    assert_eq!(setting.refused(&anna()).await, blocked);
    service.unblock_account(OPERATOR, &account_name(ANNA)).await.unwrap();
    setting.sign_in(&anna()).await.unwrap();
    let before = service.find_account(OPERATOR, &account_name(ANNA)).await.unwrap().account.id;
    service.delete_account(OPERATOR, &account_name(ANNA)).await.unwrap();
    // The link went with the account; whoever comes now is somebody new.
    let started = setting.sign_in(&setting.with_mfa(0)).await.unwrap();
    assert_ne!(started.standing.full().unwrap().account().id, before);

    let setting = Setting::welcoming().await;
    setting.test.add("crm@example.test", MfaState::Enforced, Role::Member, AccountKind::ServiceAccount).await;
    let claims = json!({ "sub": "9", "email": "crm@example.test", "email_verified": true });
    assert!(setting.refused(&claims).await.starts_with("the account of crm@example.test may not sign in"));
}

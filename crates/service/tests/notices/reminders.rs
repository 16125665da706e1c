//! What ends by itself is told ahead, once.

#![expect(clippy::unwrap_used, reason = "the helpers of a test are a part of it")]

use std::time::Duration;

use postern_domain::Clock as _;
use postern_domain::account::Permission;
use postern_domain::api_token::{OwnScope, Scope};
use postern_domain::door::Door;
use postern_domain::id::{ApiTokenId, ServicePrincipalId};
use postern_domain::mfa::MfaState;
use postern_domain::network::Networks;
use postern_domain::setting::SettingKey;
use postern_service::api::{AddServicePrincipal, CreateApiToken};
use postern_service::app_password::{ChangeAppPassword, CreatedAppPassword};
use postern_service::door::DoorAnswer;
use postern_testkit::{OPERATOR, TestService, account_name, app_password_for};

use super::{ANNA, told, with_anna};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Looks at what ends, and gives what was told: `address: subject`, and so many as it says.
async fn reminded(test: &TestService) -> Vec<String> {
    let count = test.service.tell_of_expiries().await.unwrap();
    test.service.deliver_notices().await.unwrap();
    let told = told(test);
    assert_eq!(told.len(), count, "{told:?}");
    told
}

/// An app password of Anna's that ends in so many days, or when it is unused for so many, and whose notice was taken out.
async fn ending(test: &TestService, name: &str, days: Option<u32>, idle: Option<u32>) -> CreatedAppPassword {
    let mut new = app_password_for(ANNA, name, [Door::Smtp]);
    new.expires_at = days.map(|days| test.clock.now().plus(DAY * days));
    new.idle_expiry = idle.map(|days| DAY * days);
    let created = test.service.create_app_password(OPERATOR, new).await.unwrap();
    test.service.deliver_notices().await.unwrap();
    let _ = told(test);
    created
}

/// Uses it; whether the first use is told is another test's.
async fn is_used(test: &TestService, app_password: &CreatedAppPassword) {
    let answer = test.sign_in(ANNA, &app_password.secret.expose_grouped()).await;
    assert!(matches!(answer, DoorAnswer::Accepted(_)), "{answer:?}");
    // So that the use is written down.
    test.service.describe_app_password(OPERATOR, app_password.app_password.id).await.unwrap();
    test.service.deliver_notices().await.unwrap();
    let _ = told(test);
}

#[tokio::test]
async fn an_expiry_is_told_once_and_not_too_early() {
    let (test, _) = with_anna().await;
    let created = ending(&test, "Contact form", Some(20), None).await;
    assert_eq!(reminded(&test).await, [""; 0], "20 days ahead is early");
    test.clock.advance(DAY * 7);
    let soon = ["anna@example.test: App password \u{201c}Contact form\u{201d} expires soon"];
    assert_eq!(reminded(&test).await, soon);
    assert_eq!(reminded(&test).await, [""; 0]);

    // With another expiry there is something to tell again.
    let later = Some(Some(test.clock.now().plus(DAY * 30)));
    let change = ChangeAppPassword { expires_at: later, ..ChangeAppPassword::default() };
    test.service.change_app_password(OPERATOR, created.app_password.id, change).await.unwrap();
    test.service.deliver_notices().await.unwrap();
    let _ = told(&test);
    assert_eq!(reminded(&test).await, [""; 0]);
    test.clock.advance(DAY * 17);
    assert_eq!(reminded(&test).await, soon);
}

#[tokio::test]
async fn the_setting_says_how_far_ahead() {
    let (test, _) = with_anna().await;
    let _ = ending(&test, "Contact form", Some(40), None).await;
    let _ = ending(&test, "Yearly report", None, Some(365)).await;
    test.service.change_setting(OPERATOR, SettingKey::ExpiryNotice, "30d").await.unwrap();
    test.clock.advance(DAY * 9);
    assert_eq!(reminded(&test).await, [""; 0]);
    test.clock.advance(DAY * 2);
    assert_eq!(reminded(&test).await.len(), 1);
    test.clock.advance(DAY * 325);
    assert_eq!(
        reminded(&test).await,
        ["anna@example.test: App password \u{201c}Yearly report\u{201d} will end because nothing uses it"]
    );
}

/// A nightly program that stops, is mended, and stops again.
#[tokio::test]
async fn what_lies_idle_is_told_once_each_time_it_comes_near_its_end() {
    let (test, _) = with_anna().await;
    let backup = ending(&test, "Nightly backup", None, Some(90)).await;
    let soon =
        ["anna@example.test: App password \u{201c}Nightly backup\u{201d} will end because nothing uses it"];
    for _ in 0..3 {
        is_used(&test, &backup).await;
        test.clock.advance(DAY);
        assert_eq!(reminded(&test).await, [""; 0], "it runs");
    }
    // Two days after the last use it is the third: 73 on it is the 75th, 15 before the end.
    test.clock.advance(DAY * 74);
    assert_eq!(reminded(&test).await, [""; 0]);
    test.clock.advance(DAY);
    assert_eq!(reminded(&test).await, soon);
    test.clock.advance(DAY * 10);
    assert_eq!(reminded(&test).await, [""; 0], "once");

    // A use that this server has not written down yet counts.
    assert!(matches!(test.sign_in(ANNA, &backup.secret.expose_grouped()).await, DoorAnswer::Accepted(_)));
    assert_eq!(reminded(&test).await, [""; 0]);
    test.clock.advance(DAY * 75);
    assert_eq!(reminded(&test).await, [""; 0]);
    test.clock.advance(DAY);
    assert_eq!(reminded(&test).await, soon, "once more, of the new end");
    assert_eq!(reminded(&test).await, [""; 0]);
    test.clock.advance(DAY * 20);
    assert_eq!(reminded(&test).await, [""; 0], "it has ended");
}

/// What is used weekly and may lie idle for ten days would be told of after each use.
#[tokio::test]
async fn a_short_idle_expiry_is_told_when_half_of_it_is_over() {
    let (test, _) = with_anna().await;
    let weekly = ending(&test, "Weekly report", None, Some(10)).await;
    is_used(&test, &weekly).await;
    test.clock.advance(DAY * 4);
    assert_eq!(reminded(&test).await, [""; 0]);
    test.clock.advance(DAY);
    assert_eq!(reminded(&test).await.len(), 1);
    assert_eq!(reminded(&test).await, [""; 0]);
}

#[tokio::test]
async fn what_cannot_be_used_any_more_is_not_told_of() {
    let (test, anna) = with_anna().await;
    let service = &test.service;
    let mut ids = Vec::new();
    for (name, days, idle) in [
        ("Revoked one", Some(20), None),
        ("Suspended one", Some(19), None),
        ("Revoked idle one", None, Some(20)),
        ("Suspended idle one", None, Some(20)),
    ] {
        ids.push(ending(&test, name, days, idle).await.app_password.id);
    }
    for id in [ids[0], ids[2]] {
        service.revoke_app_password(OPERATOR, id, "").await.unwrap();
    }
    for id in [ids[1], ids[3]] {
        service.suspend_app_password(OPERATOR, id).await.unwrap();
    }
    let token = create_token(&test, "Revoked token", 20).await;
    service.revoke_api_token(OPERATOR, token).await.unwrap();
    let principal = add_principal(&test, 20).await;
    service.revoke_service_principal(OPERATOR, principal).await.unwrap();
    let _ = ending(&test, "Expiring one", Some(20), None).await;
    let _ = ending(&test, "Idle one", None, Some(20)).await;
    let _ = create_token(&test, "Live token", 20).await;
    service.block_account(OPERATOR, &anna.name).await.unwrap();
    service.deliver_notices().await.unwrap();
    let _ = told(&test);

    test.clock.advance(DAY * 15);
    assert_eq!(reminded(&test).await, [""; 0], "nothing of it works");
    // Those of the account work again, and are told of; what was resumed as well.
    service.unblock_account(OPERATOR, &anna.name).await.unwrap();
    service.resume_app_password(OPERATOR, ids[1]).await.unwrap();
    service.deliver_notices().await.unwrap();
    let _ = told(&test);
    assert_eq!(
        reminded(&test).await,
        [
            "anna@example.test: App password \u{201c}Suspended one\u{201d} expires soon",
            "anna@example.test: App password \u{201c}Expiring one\u{201d} expires soon",
            "anna@example.test: App password \u{201c}Idle one\u{201d} will end because nothing uses it",
            "anna@example.test: API token \u{201c}Live token\u{201d} expires soon",
        ]
    );
}

async fn create_token(test: &TestService, name: &str, days: u32) -> ApiTokenId {
    let new = CreateApiToken {
        account: account_name(ANNA),
        name: name.parse().unwrap(),
        scopes: [Scope::Own(OwnScope::Read)].into_iter().collect(),
        networks: Networks::any(),
        expires_at: test.clock.now().plus(DAY * days),
    };
    let id = test.service.create_api_token(OPERATOR, new).await.unwrap().token.id;
    test.service.deliver_notices().await.unwrap();
    let _ = told(test);
    id
}

async fn add_principal(test: &TestService, days: u32) -> ServicePrincipalId {
    let new = AddServicePrincipal {
        name: "Directory".parse().unwrap(),
        scopes: [Scope::For(Permission::ProvisionDirectory)].into_iter().collect(),
        networks: Networks::any(),
        secret_expires_at: Some(test.clock.now().plus(DAY * days)),
    };
    let id = test.service.add_service_principal(OPERATOR, new).await.unwrap().principal.id;
    test.service.deliver_notices().await.unwrap();
    let _ = told(test);
    id
}

#[tokio::test]
async fn the_end_of_a_token_is_told_to_its_owner_once() {
    let (test, _) = with_anna().await;
    let _ = create_token(&test, "Backup", 90).await;
    let _ = create_token(&test, "Build", 1).await;
    assert_eq!(reminded(&test).await, [""; 0], "one was made for a day, the other ends late");
    test.clock.advance(DAY / 2);
    assert_eq!(reminded(&test).await, ["anna@example.test: API token \u{201c}Build\u{201d} expires soon"]);
    test.clock.advance(DAY * 76);
    assert_eq!(reminded(&test).await, ["anna@example.test: API token \u{201c}Backup\u{201d} expires soon"]);
    test.clock.advance(DAY * 5);
    assert_eq!(reminded(&test).await, [""; 0]);
}

#[tokio::test]
async fn the_end_of_a_client_secret_is_told_to_the_administrators() {
    let (test, _) = with_anna().await;
    test.administrator("bea@example.test").await;
    let id = add_principal(&test, 30).await;
    assert_eq!(reminded(&test).await, [""; 0]);
    test.clock.advance(DAY * 17);
    let soon = ["bea@example.test: The client secret of \u{201c}Directory\u{201d} expires soon"];
    assert_eq!(reminded(&test).await, soon);
    assert_eq!(reminded(&test).await, [""; 0]);

    // A new secret has an end of its own.
    let later = Some(test.clock.now().plus(DAY * 30));
    test.service.rotate_client_secret(OPERATOR, id, later).await.unwrap();
    test.service.deliver_notices().await.unwrap();
    let _ = told(&test);
    assert_eq!(reminded(&test).await, [""; 0]);
    test.clock.advance(DAY * 17);
    assert_eq!(reminded(&test).await, soon);
}

/// More than are told at once, behind those of an account that is blocked.
#[tokio::test]
async fn all_of_many_are_told() {
    let (test, _) = with_anna().await;
    test.service.change_setting(OPERATOR, SettingKey::AppPasswordsPerAccount, "300").await.unwrap();
    let bo = test.account("bo@example.test", MfaState::Enforced).await;
    let soon = test.clock.now().plus(DAY * 20);
    for number in 0..150 {
        for (owner, sooner) in [("bo@example.test", Duration::from_secs(1)), (ANNA, Duration::ZERO)] {
            let mut new = app_password_for(owner, &format!("Expiring {number}"), [Door::Smtp]);
            new.expires_at = Some(soon.minus(sooner));
            test.service.create_app_password(OPERATOR, new).await.unwrap();
            let mut new = app_password_for(owner, &format!("Lying idle {number}"), [Door::Smtp]);
            new.idle_expiry = Some(DAY * 20 - sooner);
            test.service.create_app_password(OPERATOR, new).await.unwrap();
        }
    }
    test.service.block_account(OPERATOR, &bo.name).await.unwrap();
    test.clock.advance(DAY * 15);
    assert_eq!(test.service.tell_of_expiries().await.unwrap(), 300, "all of Anna's");
    assert_eq!(test.service.tell_of_expiries().await.unwrap(), 0);
    test.service.unblock_account(OPERATOR, &bo.name).await.unwrap();
    assert_eq!(test.service.tell_of_expiries().await.unwrap(), 300, "all of Bo's");
}

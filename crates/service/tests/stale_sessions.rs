//! A session whose second factor is eleven minutes old does nothing that gives more, whoever's it is. What an owner does with
//! app passwords and methods, and what concerns accounts and settings, is held beside those deeds; here is the rest.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use postern_domain::Clock as _;
use postern_domain::account::password::AccountPassword;
use postern_domain::account::{AccountKind, Role};
use postern_domain::limits::Limits;
use postern_domain::mfa::MfaState;
use postern_domain::network::Networks;
use postern_service::By;
use postern_service::api::{AddServicePrincipal, ServicePrincipalError};
use postern_service::app_password::{AppPasswordError, ChangeAppPassword};
use postern_service::directory::{Import, ImportError};
use postern_service::portal::{FullSession, PortalSignIn, Standing};
use postern_testkit::{ACCOUNT_PASSWORD, OPERATOR, TestService, totp_code};

const ROOT: &str = "root@example.test";
const BACKUP: &str = "backup@example.test";

/// The administrator, in with both factors.
async fn root(test: &TestService) -> FullSession {
    let sign_in = PortalSignIn {
        name: ROOT.to_owned(),
        password: AccountPassword::typed(ACCOUNT_PASSWORD),
        remembered: None,
        replaces: None,
        address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)),
        user_agent: "Browser/1.0".to_owned(),
    };
    let started = test.service.start_portal_session(sign_in).await.expect("the service answers");
    let Standing::MustRegister(half) = started.standing else { panic!("a method was to be registered") };
    let enrolment = test.service.begin_totp_enrolment(half.session()).await.expect("the service answers");
    let code = totp_code(&enrolment.secret.typed_key(), test.clock.now());
    let finished =
        test.service.finish_totp_enrolment(half.session(), &enrolment.sealed, "Phone", &code).await;
    finished.expect("the code is right").1
}

/// What each deed says, in this order.
async fn asked(test: &TestService, by: By<'_>) -> Vec<String> {
    let service = &test.service;
    let backup = test.app_password(BACKUP, &format!("Nightly {}", test.clock.now())).await.app_password.id;
    let said = |words: &str, asks: bool, done: bool| {
        format!(
            "{words}: {}",
            if done {
                "done"
            } else if asks {
                "asks"
            } else {
                "refused"
            }
        )
    };
    let mut told = Vec::new();
    let result = service
        .change_app_password(
            by,
            backup,
            ChangeAppPassword {
                limits: Some(Limits { sessions: Some("60".parse().expect("a number")), ..Limits::default() }),
                ..ChangeAppPassword::default()
            },
        )
        .await;
    told.push(said("limits", matches!(result, Err(AppPasswordError::StepUpNeeded)), result.is_ok()));
    let result = service.narrow_impersonation(by, backup, None).await;
    told.push(said("impersonation", matches!(result, Err(AppPasswordError::StepUpNeeded)), result.is_ok()));
    let new = |name: &str| AddServicePrincipal {
        name: name.parse().expect("a name"),
        scopes: "accounts.read".parse().expect("a scope"),
        networks: Networks::any(),
        secret_expires_at: None,
    };
    let there = service.add_service_principal(OPERATOR, new(&format!("A {}", test.clock.now()))).await;
    let there = there.expect("the operator adds it").principal.id;
    let result = service.add_service_principal(by, new(&format!("B {}", test.clock.now()))).await;
    told.push(said("principal", matches!(result, Err(ServicePrincipalError::StepUpNeeded)), result.is_ok()));
    let result = service.rotate_client_secret(by, there, None).await;
    told.push(said("its secret", matches!(result, Err(ServicePrincipalError::StepUpNeeded)), result.is_ok()));
    let file = format!("name\nnew-{}@example.test\n", test.clock.now().as_seconds());
    let import = Import { file: file.as_bytes(), block_missing: None };
    let plan = service.plan_import(by, import).await.expect("planning changes nothing");
    let result = service.import_accounts(by, &plan).await;
    told.push(said("import", matches!(result, Err(ImportError::StepUpNeeded)), result.is_ok()));
    told
}

#[tokio::test]
async fn what_gives_more_asks_for_the_second_factor_again() {
    let test = TestService::open().await;
    test.administrator(ROOT).await;
    test.add(BACKUP, MfaState::Enforced, Role::Member, AccountKind::ServiceAccount).await;
    let session = root(&test).await;
    let all = ["limits", "impersonation", "principal", "its secret", "import"];
    assert_eq!(asked(&test, By::Session(&session)).await, all.map(|deed| format!("{deed}: done")));
    test.clock.advance(Duration::from_secs(11 * 60));
    assert_eq!(asked(&test, By::Session(&session)).await, all.map(|deed| format!("{deed}: asks")));
}

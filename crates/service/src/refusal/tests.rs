//! Who may look up which refusal.

use postern_domain::account::{AccountKind, Role};
use postern_domain::mfa::MfaState;
use postern_domain::sign_in::RefusalReference;
use postern_storage::EventFilter;

use super::LookUpError;
use crate::By;
use crate::door::DoorAnswer;
use crate::testing::{ACCOUNT_PASSWORD, ANNA, Fixture, OPERATOR};

const BO: &str = "bo@example.test";

async fn refused(fixture: &Fixture, who: &str, secret: &str) -> RefusalReference {
    match fixture.sign_in(who, secret).await {
        DoorAnswer::Refused(refusal) => refusal.reference,
        other => panic!("{other:?}"),
    }
}

async fn told(fixture: &Fixture, by: By<'_>, reference: RefusalReference) -> String {
    match fixture.service.look_up_refusal(by, reference).await {
        Ok(explanation) => format!("{} {}", explanation.what, explanation.remedy),
        Err(LookUpError::NotFound) => "not found".to_owned(),
        Err(LookUpError::Failure(error)) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_refusal_is_explained_to_whom_it_concerns_at_once() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    fixture.account(BO, MfaState::Enforced).await;
    fixture
        .add("root@example.test", MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person)
        .await;
    let (anna, ..) = fixture.enrol(ANNA).await;
    let (bo, ..) = fixture.enrol(BO).await;
    let (root, ..) = fixture.enrol("root@example.test").await;

    let own = refused(&fixture, ANNA, ACCOUNT_PASSWORD).await;
    let text = "The account password of anna@example.test was sent, and this account is protected by a second factor, which a program cannot give. Create an app password at https://portal.example.test/security-info and put it in the program in the place of the account password.";
    assert_eq!(told(&fixture, By::Session(&anna), own).await, text);
    assert_eq!(told(&fixture, By::Session(&root), own).await, text);
    assert_eq!(told(&fixture, OPERATOR, own).await, text);
    assert_eq!(told(&fixture, By::Session(&bo), own).await, "not found");
    assert_eq!(told(&fixture, OPERATOR, "0000-0000".parse().unwrap()).await, "not found");

    let unknown = refused(&fixture, "nobody@example.test", "wrong").await;
    assert_eq!(told(&fixture, By::Session(&anna), unknown).await, "not found");
    assert!(told(&fixture, OPERATOR, unknown).await.starts_with("The user name that was sent"));
}

/// Both are concerned, and each is told what is theirs to know.
#[tokio::test]
async fn an_app_password_under_another_name_is_named_to_its_owner_only() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    fixture.account(BO, MfaState::Enforced).await;
    let created = fixture.app_password(ANNA, "Contact form").await;
    let (anna, ..) = fixture.enrol(ANNA).await;
    let (bo, ..) = fixture.enrol(BO).await;
    let reference = refused(&fixture, BO, &created.secret.expose_grouped()).await;
    assert_eq!(
        told(&fixture, By::Session(&anna), reference).await,
        "The app password \u{201c}Contact form\u{201d} was right, but it does not belong to bo@example.test, whose name was sent with it. Set the program's user name to anna@example.test."
    );
    assert_eq!(
        told(&fixture, By::Session(&bo), reference).await,
        "The app password was right, but it does not belong to bo@example.test, whose name was sent with it. Create an app password for bo@example.test at https://portal.example.test/security-info and put it in the program."
    );
    let explanation = fixture.service.look_up_refusal(By::Session(&bo), reference).await.unwrap();
    assert_eq!(explanation.app_password, None);
}

#[tokio::test]
async fn events_are_listed_to_those_they_concern() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    fixture.account(BO, MfaState::Enforced).await;
    let (anna, ..) = fixture.enrol(ANNA).await;
    refused(&fixture, ANNA, "wrong").await;
    refused(&fixture, BO, "wrong").await;
    refused(&fixture, "nobody@example.test", "wrong").await;
    let filter = EventFilter { refused_only: true, limit: 10, ..EventFilter::default() };
    let listed = fixture.service.list_sign_in_events(By::Session(&anna), filter.clone()).await.unwrap();
    assert_eq!(listed.iter().map(|event| event.account).collect::<Vec<_>>(), [Some(anna.account().id)]);
    assert_eq!(fixture.service.list_sign_in_events(OPERATOR, filter.clone()).await.unwrap().len(), 3);
    fixture.service.end_sessions(OPERATOR, &crate::testing::name(ANNA)).await.unwrap();
    assert!(fixture.service.list_sign_in_events(By::Session(&anna), filter).await.unwrap().is_empty());
}

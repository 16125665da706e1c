//! Linking and unlinking: by the owner in the portal, by the operator, by administrators.

use std::time::Duration;

use postern_domain::audit::Operation;
use postern_domain::mfa::MfaState;
use postern_service::By;
use postern_service::outside::{
    LinkIdentity, LinkIdentityError, OutsideError, OutsideFinish, UnlinkIdentityError,
};
use postern_service::portal::SessionToken;
use postern_testkit::{OPERATOR, account_name};
use serde_json::json;

use crate::harness::{ANNA, BROWSER, Setting, anna};

async fn links(setting: &Setting, account: &str) -> Vec<String> {
    let linked = setting
        .test
        .service
        .outside_identities_of(OPERATOR, &account_name(account))
        .await
        .expect("the service answers");
    linked.iter().map(|linked| linked.identity.subject.to_string()).collect()
}

/// Anna links who she is at home, from her session.
async fn link_at_home(
    setting: &Setting,
    session: Option<&SessionToken>,
    url: &str,
) -> Result<(), OutsideError> {
    let answer = setting.provider.sign_in(url, &json!({ "sub": "home" }));
    match setting.test.service.finish_outside(&BROWSER, session, answer).await? {
        OutsideFinish::Linked { next } => {
            assert_eq!(next, "/security-info");
            Ok(())
        }
        other => panic!("it was to link: {other:?}"),
    }
}

#[tokio::test]
async fn the_owner_links_in_the_session_that_began_it_after_a_step_up() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Enforced).await;
    let (token, session) = setting.inside().await;
    let service = &setting.test.service;
    let begin = || service.begin_outside_link(&session, &BROWSER, "Staff", "/security-info");
    let start = begin().await.unwrap();
    let refused = link_at_home(&setting, None, &start.url).await;
    assert!(matches!(refused, Err(OutsideError::UnknownRequest)), "{refused:?}");
    let (another, _) = setting.inside().await;
    let start = begin().await.unwrap();
    let refused = link_at_home(&setting, Some(&another), &start.url).await;
    assert!(matches!(refused, Err(OutsideError::UnknownRequest)), "another session of hers");
    let start = begin().await.unwrap();
    link_at_home(&setting, Some(&token), &start.url).await.unwrap();
    let start = begin().await.unwrap();
    link_at_home(&setting, Some(&token), &start.url).await.unwrap();
    let mut linked = links(&setting, ANNA).await;
    // Linked within one millisecond, they have no order of their own.
    linked.sort();
    assert_eq!(linked, ["248289761001", "home"], "twice is once");
    setting.test.clock.advance(Duration::from_secs(10 * 60));
    assert!(matches!(begin().await, Err(OutsideError::StepUpNeeded)));
    service.end_sessions(OPERATOR, &account_name(ANNA)).await.unwrap();
    assert!(matches!(begin().await, Err(OutsideError::SessionOver)));
    assert_eq!(setting.records(Operation::LinkOutsideIdentity).await.len(), 2);
}

#[tokio::test]
async fn nobody_links_who_is_linked_elsewhere() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Enforced).await;
    setting.test.account("ben@example.test", MfaState::Enforced).await;
    setting.link("ben@example.test", "home").await;
    let (token, session) = setting.inside().await;
    let service = &setting.test.service;
    let start = service.begin_outside_link(&session, &BROWSER, "Staff", "/").await.unwrap();
    let refused = link_at_home(&setting, Some(&token), &start.url).await.unwrap_err();
    assert_eq!(refused.to_string(), "home at Staff Login is linked to another account already");
    assert_eq!(links(&setting, ANNA).await, ["248289761001"]);
    // An answer to a link does not sign anybody in, whatever session it comes with.
    let start = service.begin_outside_link(&session, &BROWSER, "Staff", "/").await.unwrap();
    let answer = setting.provider.sign_in(&start.url, &anna());
    let refused = service.finish_outside(&BROWSER, None, answer).await;
    assert!(matches!(refused, Err(OutsideError::UnknownRequest)), "{refused:?}");
}

#[tokio::test]
async fn the_last_way_in_stays_and_the_operator_may_take_it() {
    let setting = Setting::welcoming().await;
    let (_, session) = setting.inside().await;
    let service = &setting.test.service;
    let name = account_name(ANNA);
    let link = service.outside_identities_of(By::Session(&session), &name).await.unwrap()[0].identity.id;
    let refused = service.unlink_outside_identity(By::Session(&session), &name, link).await;
    assert!(matches!(refused, Err(UnlinkIdentityError::LastWayIn)), "{refused:?}");
    setting.test.account("ben@example.test", MfaState::Disabled).await;
    let other = account_name("ben@example.test");
    let refused = service.unlink_outside_identity(By::Session(&session), &other, link).await;
    assert!(matches!(refused, Err(UnlinkIdentityError::NoSuchAccount { .. })), "{refused:?}");
    let refused = service.outside_identities_of(By::Session(&session), &other).await;
    assert!(matches!(refused, Err(UnlinkIdentityError::NoSuchAccount { .. })), "{refused:?}");
    setting.link(ANNA, "home").await;
    setting.test.clock.advance(Duration::from_secs(10 * 60));
    let refused = service.unlink_outside_identity(By::Session(&session), &name, link).await;
    assert!(matches!(refused, Err(UnlinkIdentityError::StepUpNeeded)), "{refused:?}");
    for _ in 0..2 {
        let left = service.outside_identities_of(OPERATOR, &name).await.unwrap();
        service.unlink_outside_identity(OPERATOR, &name, left[0].identity.id).await.unwrap();
    }
    assert!(matches!(
        service.unlink_outside_identity(OPERATOR, &name, link).await,
        Err(UnlinkIdentityError::NoSuchLink)
    ));
    assert_eq!(setting.records(Operation::UnlinkOutsideIdentity).await.len(), 2);
}

/// Whoever came in by the link that is taken away is out; the browser that took it away is not.
#[tokio::test]
async fn unlinking_ends_the_owners_other_sessions() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Enforced).await;
    setting.link(ANNA, "home").await;
    let (elsewhere, _) = setting.inside().await;
    let (token, session) = setting.inside().await;
    let service = &setting.test.service;
    let name = account_name(ANNA);
    let lives = async |token: &SessionToken| service.resume_portal_session(token).await.unwrap().is_some();
    let left = service.outside_identities_of(OPERATOR, &name).await.unwrap();
    service.unlink_outside_identity(By::Session(&session), &name, left[1].identity.id).await.unwrap();
    assert!(!lives(&elsewhere).await);
    assert!(lives(&token).await);
    service.unlink_outside_identity(OPERATOR, &name, left[0].identity.id).await.unwrap();
    assert!(!lives(&token).await, "the operator's deed ends them all");
}

/// A session that a provider vouches for takes the place of the one that the browser had.
#[tokio::test]
async fn signing_in_through_a_provider_ends_the_session_that_the_browser_had() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Enforced).await;
    let (before, _) = setting.inside().await;
    let answer = setting.go(&anna()).await;
    let finished = setting.test.service.finish_outside(&BROWSER, Some(&before), answer).await.unwrap();
    let OutsideFinish::SignedIn { started, .. } = finished else { panic!("{finished:?}") };
    let lives = async |token: &SessionToken| {
        setting.test.service.resume_portal_session(token).await.unwrap().is_some()
    };
    assert!(!lives(&before).await);
    assert!(lives(&started.token).await);
}

#[tokio::test]
async fn only_who_manages_accounts_links_by_hand() {
    let setting = Setting::open().await;
    setting.linked(MfaState::Enforced).await;
    let (_, session) = setting.inside().await;
    let service = &setting.test.service;
    let link = |account: &str, provider: &str, subject: &str| LinkIdentity {
        account: account_name(account),
        provider: provider.to_owned(),
        subject: subject.parse().unwrap(),
    };
    let by_anna = service.link_outside_identity(By::Session(&session), link(ANNA, "Staff", "x")).await;
    assert!(matches!(by_anna, Err(LinkIdentityError::NotAllowed)), "{by_anna:?}");
    let mut told = String::new();
    for new in [
        link(ANNA, "Staff", "248289761001"),
        link(ANNA, "Nobody", "x"),
        link("nobody@example.test", "Staff", "x"),
    ] {
        told.push_str(&format!("{}\n", service.link_outside_identity(OPERATOR, new).await.unwrap_err()));
    }
    for number in 0..9 {
        service.link_outside_identity(OPERATOR, link(ANNA, "Other", &number.to_string())).await.unwrap();
    }
    told.push_str(&format!(
        "{}\n",
        service.link_outside_identity(OPERATOR, link(ANNA, "Other", "9")).await.unwrap_err()
    ));
    insta::assert_snapshot!(told, @r"
    that person is linked to an account already: unlink them there first
    there is no identity provider of that name: [[identity_provider]] in the configuration lists them
    there is no account nobody@example.test
    an account is linked to at most 10 outside identities: unlink one first
    ");
}

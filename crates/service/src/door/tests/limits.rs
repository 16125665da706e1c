//! Limits of an app password, and programs that sign in with each request.

use std::time::Duration;

use postern_domain::Clock;
use postern_domain::account::{AccountKind, Role};
use postern_domain::door::Door;
use postern_domain::limits::{Allowance, Limits};
use postern_domain::mfa::MfaState;

use crate::By;
use crate::app_password::{AppPasswordError, ChangeAppPassword, CreateAppPassword};
use crate::door::{DoorAnswer, DoorSession, DoorSignIn};
use crate::testing::{ANNA, Fixture, OPERATOR, attempt, name, new_app_password};

const MINUTE: Duration = Duration::from_secs(60);

/// Anna, with an app password of these limits for SMTP and EWS.
async fn limited(limits: Limits) -> (Fixture, String) {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let scope = [Door::Smtp, Door::Ews].into_iter().collect();
    let new = CreateAppPassword { limits, scope, ..new_app_password(ANNA, "Contact form") };
    let created = fixture.service.create_app_password(OPERATOR, new).await.unwrap();
    let secret = created.secret.expose_grouped().to_string();
    (fixture, secret)
}

fn at_ews(secret: &str) -> DoorSignIn {
    DoorSignIn { door: Door::Ews, ..attempt(ANNA, secret) }
}

impl Fixture {
    async fn request(&self, attempt: DoorSignIn) -> DoorSession {
        match self.service.sign_in_at_door(attempt).await.unwrap() {
            DoorAnswer::Accepted(session) => *session,
            other => panic!("not accepted: {other:?}"),
        }
    }
}

fn some(number: u32) -> Option<Allowance> {
    Some(Allowance::new(number).unwrap())
}

#[tokio::test]
async fn a_session_holds_its_place_until_it_is_dropped() {
    let (fixture, secret) = limited(Limits { sessions: some(2), ..Limits::default() }).await;
    let first = fixture.accepted(ANNA, &secret).await;
    let _second = fixture.accepted(ANNA, &secret).await;
    let DoorAnswer::LimitReached(refusal) = fixture.sign_in(ANNA, &secret).await else {
        panic!("a third session was let in")
    };
    assert_eq!(fixture.reason(refusal.reference).await, "limit-reached");
    assert_eq!(refusal.retry_after, Some(MINUTE));
    assert!(!refusal.secret_has_ended);
    let text = refusal.text.replace(&refusal.reference.to_string(), "7Q3K-M2XA");
    assert_eq!(
        text,
        "A limit of this app password is reached, try again later: https://portal.example.test/security-info (ref 7Q3K-M2XA)"
    );
    drop(first);
    let _third = fixture.accepted(ANNA, &secret).await;
    assert_eq!(fixture.outcome(attempt(ANNA, &secret)).await, "limit-reached");
    // What is refused for another reason takes no place and is told that reason.
    fixture.service.block_account(OPERATOR, &name(ANNA)).await.unwrap();
    assert_eq!(fixture.outcome(attempt(ANNA, &secret)).await, "account-blocked");
}

#[tokio::test]
async fn sign_ins_are_counted_by_the_minute() {
    let (fixture, secret) = limited(Limits { sign_ins_per_minute: some(3), ..Limits::default() }).await;
    for _ in 0..3 {
        drop(fixture.accepted(ANNA, &secret).await);
    }
    let DoorAnswer::LimitReached(refusal) = fixture.sign_in(ANNA, &secret).await else {
        panic!("a fourth sign-in was let in")
    };
    fixture.clock.advance(refusal.retry_after.unwrap());
    drop(fixture.accepted(ANNA, &secret).await);
}

#[tokio::test]
async fn the_usual_limits_are_wide_and_hold() {
    let (fixture, secret) = limited(Limits::default()).await;
    let mut sessions = Vec::new();
    for _ in 0..Limits::USUAL_SESSIONS {
        sessions.push(fixture.accepted(ANNA, &secret).await);
    }
    assert_eq!(fixture.outcome(attempt(ANNA, &secret)).await, "limit-reached");
    for session in &sessions {
        assert_eq!(fixture.service.admit_message(session), Ok(()), "no limit of messages unless one is set");
    }
}

#[tokio::test]
async fn messages_and_recipients_are_counted_by_the_hour() {
    let limits = Limits { messages_per_hour: some(2), recipients_per_hour: some(3), ..Limits::default() };
    let (fixture, secret) = limited(limits).await;
    let (one, two) = (fixture.accepted(ANNA, &secret).await, fixture.accepted(ANNA, &secret).await);
    let service = &fixture.service;
    assert_eq!(service.admit_message(&one), Ok(()));
    assert_eq!(service.admit_message(&two), Ok(()), "all sessions of the app password count together");
    let reached = service.admit_message(&one).unwrap_err();
    for _ in 0..3 {
        assert_eq!(service.admit_recipient(&two), Ok(()));
    }
    assert!(service.admit_recipient(&one).is_err());
    assert!(reached.retry_after >= 55 * MINUTE && reached.retry_after <= 65 * MINUTE, "{reached:?}");
    fixture.clock.advance(reached.retry_after);
    assert_eq!(service.admit_message(&one), Ok(()));
}

#[tokio::test]
async fn a_program_that_asks_again_and_again_is_one_session_and_one_event() {
    let limits = Limits { sessions: some(1), sign_ins_per_minute: some(1), ..Limits::default() };
    let (fixture, secret) = limited(limits).await;
    let first = fixture.request(at_ews(&secret)).await;
    for _ in 0..20 {
        let again = fixture.request(at_ews(&secret)).await;
        assert_eq!(again.id(), first.id());
        fixture.clock.advance(MINUTE);
    }
    assert_eq!(fixture.events().await.len(), 1);
    let id = first.app_password().unwrap().id;
    let shown = fixture.service.show_app_password(OPERATOR, id).await.unwrap().0;
    assert_eq!(shown.use_count, 1);
    assert_eq!(shown.last_use.unwrap().at, fixture.clock.now().minus(MINUTE), "the last use is kept up");

    let mut elsewhere = at_ews(&secret);
    elsewhere.client = Some("Another program".to_owned());
    assert_eq!(fixture.outcome(elsewhere).await, "limit-reached");
    drop(first);
    fixture.clock.advance(5 * MINUTE);
    let later = fixture.request(at_ews(&secret)).await;
    assert_eq!(fixture.events().await.len(), 3, "after a pause it is another session");
    // Each request is judged anew, however short a time ago the last one was.
    fixture.service.revoke_app_password(OPERATOR, id, "").await.unwrap();
    assert_eq!(fixture.outcome(at_ews(&secret)).await, "revoked");
    drop(later);
}

#[tokio::test]
async fn requests_that_come_at_once_are_one_session() {
    let limits = Limits { sessions: some(20), ..Limits::default() };
    let (fixture, secret) = limited(limits).await;
    let requests: Vec<_> = (0..20)
        .map(|_| {
            let (service, attempt) = (std::sync::Arc::clone(&fixture.service), at_ews(&secret));
            tokio::spawn(async move { service.sign_in_at_door(attempt).await })
        })
        .collect();
    let mut ids = std::collections::HashSet::new();
    for request in requests {
        match request.await.unwrap().unwrap() {
            DoorAnswer::Accepted(session) => ids.insert(session.id()),
            other => panic!("not accepted: {other:?}"),
        };
    }
    assert_eq!((ids.len(), fixture.events().await.len()), (1, 1));
    // The places that they took meanwhile are free again: nineteen, and its own at another door.
    let mut sessions = Vec::new();
    for _ in 0..19 {
        sessions.push(fixture.accepted(ANNA, &secret).await);
    }
    assert_eq!(fixture.outcome(attempt(ANNA, &secret)).await, "limit-reached");
}

/// A forced sign-out ends what goes on: the next request is another session, with an event of its own.
#[tokio::test]
async fn a_change_makes_the_next_request_a_new_session() {
    let (fixture, secret) = limited(Limits::default()).await;
    let first = fixture.request(at_ews(&secret)).await.id();
    assert_eq!(fixture.request(at_ews(&secret)).await.id(), first);
    fixture.service.end_sessions(OPERATOR, &name(ANNA)).await.unwrap();
    // The change is heard within a moment.
    while fixture.request(at_ews(&secret)).await.id() == first {
        tokio::task::yield_now().await;
    }
    assert_eq!(fixture.events().await.len(), 2);
}

#[tokio::test]
async fn at_other_doors_each_sign_in_is_a_session_of_its_own() {
    let (fixture, secret) = limited(Limits::default()).await;
    let (one, two) = (fixture.accepted(ANNA, &secret).await, fixture.accepted(ANNA, &secret).await);
    assert_ne!(one.id(), two.id());
    assert_eq!(fixture.events().await.len(), 2);
}

#[tokio::test]
async fn limits_are_an_administrators_to_raise() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    fixture
        .add("root@example.test", MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person)
        .await;
    let (anna, ..) = fixture.enrol(ANNA).await;
    let (root, ..) = fixture.enrol("root@example.test").await;
    let more = Limits { sessions: some(51), ..Limits::default() };
    let create = |limits| CreateAppPassword { limits, ..new_app_password(ANNA, "Contact form") };
    let refused = fixture.service.create_app_password(By::Session(&anna), create(more)).await;
    assert!(matches!(refused, Err(AppPasswordError::AboveUsual { sessions: 50, .. })), "{refused:?}");
    let fewer = Limits { sessions: some(1), messages_per_hour: some(10), ..Limits::default() };
    let created = fixture.service.create_app_password(By::Session(&anna), create(fewer)).await.unwrap();
    let id = created.app_password.id;
    let set = async |by: By<'_>, id, limits| {
        let change = ChangeAppPassword { limits: Some(limits), ..ChangeAppPassword::default() };
        fixture.service.change_app_password(by, id, change).await
    };
    let refused = set(By::Session(&anna), id, more).await;
    assert!(matches!(refused, Err(AppPasswordError::AboveUsual { .. })), "{refused:?}");
    // What a person's app password may do is that person's to answer for: an administrator lowers.
    let refused = set(By::Session(&root), id, more).await;
    assert!(matches!(refused, Err(AppPasswordError::OwnersToWiden)), "{refused:?}");
    let fewer = Limits { messages_per_hour: some(5), ..fewer };
    assert_eq!(set(By::Session(&root), id, fewer).await.unwrap().widened, []);
    let program = "crm@example.test";
    fixture.add(program, MfaState::Enforced, Role::Member, AccountKind::ServiceAccount).await;
    let of_program = fixture.app_password(program, "CRM sync job").await.app_password.id;
    let changed = set(By::Session(&root), of_program, more).await.unwrap();
    assert_eq!(changed.app_password.limits, more);
}

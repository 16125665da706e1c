//! Who may change where notices go, and that a code comes back first.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::account::{AccountKind, AccountName, Role};
use postern_domain::mfa::MfaState;
use postern_domain::notice::NotificationAddress;

use super::NotificationAddressError;
use crate::By;
use crate::messenger::Messenger;
use crate::portal::{FullSession, SendCodeError};
use crate::testing::{ANNA, Fixture, OPERATOR, Post, name};

const HOME: &str = "home@example.net";

async fn anna() -> (Fixture, Arc<Post>, FullSession) {
    let post = Arc::new(Post::default());
    let fixture = Fixture::open_with_messenger(Arc::clone(&post) as Arc<dyn Messenger>).await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let (session, _, _) = fixture.enrol(ANNA).await;
    (fixture, post, session)
}

fn address(text: &str) -> AccountName {
    name(text)
}

async fn add(
    fixture: &Fixture,
    by: By<'_>,
    text: &str,
) -> Result<NotificationAddress, NotificationAddressError> {
    fixture.service.add_notification_address(by, &name(ANNA), address(text)).await
}

/// Where notices go now.
async fn used(fixture: &Fixture) -> Vec<String> {
    let known = fixture.service.notification_addresses_of(OPERATOR, &name(ANNA)).await.unwrap();
    let confirmed = known.iter().filter(|one| one.confirmed_at.is_some());
    confirmed.map(|one| one.address.to_string()).collect()
}

/// What was told since the last call, and where.
async fn told(fixture: &Fixture, post: &Post) -> Vec<String> {
    post.take();
    fixture.service.deliver_notices().await.unwrap();
    let mut told: Vec<String> = post
        .take()
        .into_iter()
        .map(|(to, text)| format!("{to}: {}", text.lines().next().unwrap_or_default()))
        .collect();
    told.sort();
    told
}

#[tokio::test]
async fn nothing_is_told_at_an_address_before_its_code_came_back() {
    let (fixture, post, session) = anna().await;
    let by = By::Session(&session);
    told(&fixture, &post).await;
    let added = add(&fixture, by, HOME).await.unwrap();
    let (to, code) = post.code();
    assert_eq!(to, HOME);
    assert!(told(&fixture, &post).await.is_empty(), "adding tells nobody: it changes nothing yet");
    fixture.service.make_recovery_codes(&session).await.unwrap();
    assert_eq!(told(&fixture, &post).await, ["anna@example.test: New recovery codes were made."]);

    let confirm = async |code: &str| {
        fixture.service.confirm_notification_address(by, &name(ANNA), added.id, code).await
    };
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert!(matches!(confirm(wrong).await, Err(NotificationAddressError::WrongCode)));
    assert!(used(&fixture).await.is_empty());
    confirm(&code).await.unwrap();
    let changed = "The addresses that get your notices were changed.";
    let both = [format!("{ANNA}: {changed}"), format!("{HOME}: {changed}")];
    assert_eq!(told(&fixture, &post).await, both, "the old one and the new one");
    fixture.service.make_recovery_codes(&session).await.unwrap();
    assert_eq!(told(&fixture, &post).await.len(), 2);

    fixture.service.remove_notification_address(by, &name(ANNA), added.id).await.unwrap();
    assert_eq!(told(&fixture, &post).await, both, "who is told no more is told so");
    fixture.service.make_recovery_codes(&session).await.unwrap();
    assert_eq!(told(&fixture, &post).await.len(), 1);
}

#[tokio::test]
async fn a_code_works_for_ten_minutes_five_tries_and_one_use() {
    let (fixture, post, session) = anna().await;
    let by = By::Session(&session);
    let added = add(&fixture, by, HOME).await.unwrap();
    let (_, first) = post.code();
    let confirm = async |code: &str| {
        fixture.service.confirm_notification_address(by, &name(ANNA), added.id, code).await
    };
    for _ in 0..5 {
        assert!(matches!(confirm("12345").await, Err(NotificationAddressError::WrongCode)));
    }
    assert!(
        matches!(confirm(&first).await, Err(NotificationAddressError::WrongCode)),
        "the tries are used up"
    );
    let soon = add(&fixture, by, HOME).await;
    assert!(matches!(soon, Err(NotificationAddressError::Unsent(SendCodeError::TooSoon))), "{soon:?}");
    fixture.clock.advance(Duration::from_secs(30));
    let again = add(&fixture, by, HOME).await.unwrap();
    assert_eq!(again.id, added.id, "it is the same address, with another code");
    let (_, second) = post.code();
    fixture.clock.advance(Duration::from_secs(9 * 60));
    confirm(&second).await.unwrap();
    assert_eq!(used(&fixture).await, [HOME]);
    let known = add(&fixture, by, HOME).await;
    assert!(matches!(known, Err(NotificationAddressError::Known)), "{known:?}");
}

#[tokio::test]
async fn changing_them_needs_a_fresh_second_factor() {
    let (fixture, post, session) = anna().await;
    let by = By::Session(&session);
    let added = add(&fixture, by, HOME).await.unwrap();
    let (_, code) = post.code();
    fixture.clock.advance(Duration::from_secs(601));
    let refused = add(&fixture, by, "other@example.net").await;
    assert!(matches!(refused, Err(NotificationAddressError::StepUpNeeded)), "{refused:?}");
    let refused = fixture.service.confirm_notification_address(by, &name(ANNA), added.id, &code).await;
    assert!(matches!(refused, Err(NotificationAddressError::StepUpNeeded)), "{refused:?}");
    let refused = fixture.service.remove_notification_address(by, &name(ANNA), added.id).await;
    assert!(matches!(refused, Err(NotificationAddressError::StepUpNeeded)), "{refused:?}");
}

#[tokio::test]
async fn three_are_the_most_and_ones_own_is_none() {
    let (fixture, _, session) = anna().await;
    let by = By::Session(&session);
    let own = add(&fixture, by, ANNA).await;
    assert!(matches!(own, Err(NotificationAddressError::OwnAddress)), "{own:?}");
    for number in 0..3 {
        add(&fixture, by, &format!("home{number}@example.net")).await.unwrap();
        fixture.clock.advance(Duration::from_secs(30));
    }
    let fourth = add(&fixture, by, "home3@example.net").await;
    assert!(matches!(fourth, Err(NotificationAddressError::TooMany)), "{fourth:?}");
}

/// Who sees the account is told that it is not theirs to change; to others there is none.
fn told_to(role: Role) -> &'static str {
    if role == Role::Member { "NoSuchAccount" } else { "NotAllowed" }
}

fn refused<T: std::fmt::Debug>(answer: &Result<T, NotificationAddressError>) -> String {
    format!("{:?}", answer.as_ref().unwrap_err())
}

#[tokio::test]
async fn only_who_may_change_an_account_adds_and_takes_away_for_others() {
    let (fixture, post, anna) = anna().await;
    for (who, role) in [
        ("bo@example.test", Role::Member),
        ("helen@example.test", Role::HelpDesk),
        ("gina@example.test", Role::GlobalAdministrator),
    ] {
        fixture.add(who, MfaState::Enforced, role, AccountKind::Person).await;
        let (session, _, _) = fixture.enrol(who).await;
        let by = By::Session(&session);
        let tried = add(&fixture, by, HOME).await;
        if role == Role::GlobalAdministrator {
            let vouched = tried.unwrap();
            assert!(vouched.confirmed_at.is_some(), "who may rename the account vouches for it");
            fixture.service.remove_notification_address(OPERATOR, &name(ANNA), vouched.id).await.unwrap();
        } else {
            assert_eq!(told_to(role), refused(&tried), "{who}: {tried:?}");
        }
        let added =
            fixture.service.add_notification_address(OPERATOR, &name(ANNA), address(HOME)).await.unwrap();
        let confirmed =
            fixture.service.confirm_notification_address(by, &name(ANNA), added.id, "123456").await;
        let expected = if role == Role::GlobalAdministrator { "OwnersToConfirm" } else { told_to(role) };
        assert_eq!(expected, refused(&confirmed), "{who}: {confirmed:?}");
        let listed = fixture.service.notification_addresses_of(by, &name(ANNA)).await;
        assert_eq!(listed.is_ok(), role != Role::Member, "{who}");
        let removed = fixture.service.remove_notification_address(by, &name(ANNA), added.id).await;
        assert_eq!(removed.is_ok(), role == Role::GlobalAdministrator, "{who}: {removed:?}");
        if removed.is_err() {
            fixture.service.remove_notification_address(OPERATOR, &name(ANNA), added.id).await.unwrap();
        }
    }
    assert!(post.take().iter().all(|(to, _)| to != HOME), "what is vouched for needs no code");
    let _ = anna;
}

#[tokio::test]
async fn one_that_cannot_be_reached_counts_no_code() {
    let (fixture, post, session) = anna().await;
    let by = By::Session(&session);
    post.fail(true);
    let failed = add(&fixture, by, HOME).await;
    assert!(
        matches!(failed, Err(NotificationAddressError::Unsent(SendCodeError::Undelivered))),
        "{failed:?}"
    );
    post.fail(false);
    add(&fixture, by, HOME).await.unwrap();
    assert_eq!(post.code().0, HOME);
}

/// What tells nobody is not taken for something that does, from whomever it comes.
#[tokio::test]
async fn nobody_adds_one_where_no_mail_is_sent() {
    let fixture = Fixture::open().await;
    fixture.account(ANNA, MfaState::Enforced).await;
    let root = "root@example.test";
    fixture.add(root, MfaState::Enforced, Role::GlobalAdministrator, AccountKind::Person).await;
    let (anna, _, _) = fixture.enrol(ANNA).await;
    let (root, _, _) = fixture.enrol(root).await;
    for by in [By::Session(&anna), By::Session(&root), OPERATOR] {
        let refused = add(&fixture, by, HOME).await;
        assert!(matches!(refused, Err(NotificationAddressError::NoMail)), "{by:?}: {refused:?}");
    }
    let listed = fixture.service.notification_addresses_of(OPERATOR, &name(ANNA)).await.unwrap();
    assert!(listed.is_empty(), "{listed:?}");
}

#[tokio::test]
async fn they_go_with_the_account() {
    let (fixture, post, session) = anna().await;
    let added = add(&fixture, By::Session(&session), HOME).await.unwrap();
    let (_, code) = post.code();
    let by = By::Session(&session);
    fixture.service.confirm_notification_address(by, &name(ANNA), added.id, &code).await.unwrap();
    told(&fixture, &post).await;
    fixture.service.delete_account(OPERATOR, &name(ANNA)).await.unwrap();
    assert!(told(&fixture, &post).await.contains(&format!("{HOME}: Your account was deleted.")));
    let left =
        fixture.store.snapshot().await.unwrap().notification_addresses_of(added.account).await.unwrap();
    assert!(left.is_empty());
}

//! The outbox is emptied at least once, by one server at a time, and gives up after a day.

use std::time::Duration;

use postern_domain::audit::Operation;
use postern_service::messenger::Undelivered;
use postern_storage::{AuditFilter, NoticeDelivery};
use postern_testkit::OPERATOR;

use super::{ANNA, told, with_anna};

fn later() -> Undelivered {
    Undelivered::Later { problem: "451 4.7.1 greylisted".to_owned() }
}

#[tokio::test]
async fn each_deed_on_an_app_password_is_told() {
    let (test, _) = with_anna().await;
    let created = test.app_password(ANNA, "Contact form").await;
    test.service.rotate_app_password(OPERATOR, created.app_password.id, Duration::ZERO).await.unwrap();
    test.service.revoke_app_password(OPERATOR, created.app_password.id, "lost").await.unwrap();
    test.service.deliver_notices().await.unwrap();
    assert_eq!(
        told(&test),
        [
            "anna@example.test: App password \u{201c}Contact form\u{201d} created for your account",
            "anna@example.test: App password \u{201c}Contact form\u{201d} has a new secret",
            "anna@example.test: App password \u{201c}Contact form\u{201d} revoked by an administrator",
        ]
    );
    assert_eq!(test.service.deliver_notices().await.unwrap(), 0, "each is delivered once");
}

#[tokio::test]
async fn no_secret_is_in_a_mail() {
    let (test, _) = with_anna().await;
    let created = test.app_password(ANNA, "Contact form").await;
    test.service.deliver_notices().await.unwrap();
    let mails = test.messenger.take_mails();
    let text = mails[0].text.to_lowercase().replace(['-', ' '], "");
    assert!(!text.contains(&**created.secret.expose_ungrouped()), "{text}");
}

#[tokio::test]
async fn what_fails_is_tried_again_later_and_later() {
    let (test, anna) = with_anna().await;
    test.app_password(ANNA, "Contact form").await;
    test.messenger.fail_next([later(), later()]);
    assert_eq!(test.service.deliver_notices().await.unwrap(), 1);
    assert_eq!(test.service.deliver_notices().await.unwrap(), 0, "not at once");
    test.clock.advance(Duration::from_secs(75));
    assert_eq!(test.service.deliver_notices().await.unwrap(), 1);
    test.clock.advance(Duration::from_secs(75));
    assert_eq!(test.service.deliver_notices().await.unwrap(), 0, "the second wait is longer");
    let troubled = test.service.troubled_notices(OPERATOR, None, 9).await.unwrap();
    assert_eq!(troubled.len(), 1);
    assert_eq!((troubled[0].attempts, troubled[0].notice.text.account), (2, Some(anna.id)));
    let NoticeDelivery::Waiting { problem: Some(problem), .. } = &troubled[0].delivery else {
        panic!("{troubled:?}")
    };
    assert_eq!(problem, "451 4.7.1 greylisted");
    test.clock.advance(Duration::from_secs(150));
    assert_eq!(test.service.deliver_notices().await.unwrap(), 1);
    assert_eq!(told(&test).len(), 1);
    assert_eq!(test.service.troubled_notices(OPERATOR, None, 9).await.unwrap(), []);
}

#[tokio::test]
async fn a_refusal_for_good_ends_it_and_is_recorded() {
    let (test, anna) = with_anna().await;
    test.app_password(ANNA, "Contact form").await;
    test.messenger.fail_next([Undelivered::Refused { answer: "550 5.1.1 no such user".to_owned() }]);
    test.service.deliver_notices().await.unwrap();
    test.clock.advance(Duration::from_secs(100_000));
    assert_eq!(test.service.deliver_notices().await.unwrap(), 0);
    let troubled = test.service.troubled_notices(OPERATOR, None, 9).await.unwrap();
    assert!(matches!(&troubled[0].delivery, NoticeDelivery::GivenUp { .. }), "{troubled:?}");
    let filter = AuditFilter { operation: Some(Operation::GiveUpNotice), limit: 9, ..AuditFilter::default() };
    let records = test.store.snapshot().await.unwrap().audit_records(&filter).await.unwrap();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].account, Some(anna.id));
}

#[tokio::test]
async fn after_a_day_nothing_is_tried_again() {
    let (test, _) = with_anna().await;
    test.app_password(ANNA, "Contact form").await;
    test.messenger.fail_next(std::iter::repeat_n(later(), 100));
    let mut attempts = 0;
    for _ in 0..400 {
        attempts += test.service.deliver_notices().await.unwrap();
        test.clock.advance(Duration::from_secs(300));
    }
    assert!((10..40).contains(&attempts), "{attempts} attempts in a day and a half");
    let troubled = test.service.troubled_notices(OPERATOR, None, 9).await.unwrap();
    assert!(matches!(&troubled[0].delivery, NoticeDelivery::GivenUp { .. }), "{troubled:?}");
}

#[tokio::test]
async fn of_two_servers_one_delivers() {
    let (test, _) = with_anna().await;
    let other = test.another_node().await;
    for number in 0..20 {
        test.app_password(ANNA, &format!("Contact form {number}")).await;
    }
    let (first, second) = tokio::join!(test.service.deliver_notices(), other.service.deliver_notices());
    assert_eq!(first.unwrap() + second.unwrap(), 20);
    let mut subjects = told(&test);
    subjects.extend(told(&other));
    subjects.sort();
    subjects.dedup();
    assert_eq!(subjects.len(), 20);
}

#[tokio::test]
async fn what_a_server_took_before_it_fell_is_delivered_by_another() {
    let (test, _) = with_anna().await;
    test.app_password(ANNA, "Contact form").await;
    let now = test.service.clock().now();
    let mut fallen = test.store.begin().await.unwrap();
    fallen.take_due_notices(now, now.plus(Duration::from_secs(600)), 9).await.unwrap();
    fallen.commit().await.unwrap();
    assert_eq!(test.service.deliver_notices().await.unwrap(), 0);
    test.clock.advance(Duration::from_secs(600));
    assert_eq!(test.service.deliver_notices().await.unwrap(), 1);
    assert_eq!(told(&test).len(), 1);
}

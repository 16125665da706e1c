//! Audit records and notices go out in order, at least once, from where the last attempt ended.

use postern_domain::mfa::MfaState;
use postern_service::messenger::{Stream, Undelivered};
use postern_service::shipping::{Destination, Receiver, Round};
use postern_testkit::{OPERATOR, TestService};

use super::ANNA;

fn destination(test: &TestService, words: &str) -> Destination {
    test.service
        .destinations()
        .into_iter()
        .find(|destination| destination.to_string() == words)
        .expect("the test can be set up")
}

/// A service whose destinations were looked at once, so that they get what happens from now on.
async fn watched() -> TestService {
    let test = TestService::open().await;
    test.account("before@example.test", MfaState::Enforced).await;
    for destination in test.service.destinations() {
        test.service.ship(&destination).await.expect("the test can be set up");
    }
    test
}

#[tokio::test]
async fn records_go_to_syslog_in_order() {
    let test = watched().await;
    let syslog = destination(&test, "audit to syslog");
    assert_eq!(syslog, Destination { stream: Stream::Audit, receiver: Receiver::Syslog });
    test.account(ANNA, MfaState::Enforced).await;
    test.app_password(ANNA, "Contact form").await;
    test.messenger.fail_next([Undelivered::Later { problem: "connection refused".to_owned() }]);
    assert_eq!(test.service.ship(&syslog).await.unwrap(), Round::Failed(0));
    let shipped = test.service.shipped(OPERATOR).await.unwrap();
    let known = shipped.iter().find(|shipped| shipped.destination == syslog).unwrap();
    assert_eq!(known.behind, 2);
    let trouble = known.record.as_ref().unwrap().trouble.as_ref().unwrap();
    assert_eq!(trouble.1, "connection refused");

    assert_eq!(test.service.ship(&syslog).await.unwrap(), Round::Shipped(2));
    assert_eq!(test.service.ship(&syslog).await.unwrap(), Round::Idle);
    let messages = test.messenger.take_syslog();
    let kinds: Vec<&str> = messages.iter().map(|message| message.kind.as_str()).collect();
    assert_eq!(kinds, ["add-account", "create-app-password"]);
    assert_eq!(messages[1].text, "Create app password by operator test");
    assert!(
        messages[1]
            .data
            .contains(&("activity".to_owned(), "Create application password for user".to_owned()))
    );
    assert_eq!(test.service.shipped(OPERATOR).await.unwrap()[1].behind, 0);
}

#[tokio::test]
async fn a_webhook_gets_an_event_again_under_the_same_identifier() {
    let test = watched().await;
    let hook = destination(&test, "notices to webhook hook");
    test.account(ANNA, MfaState::Enforced).await;
    for name in ["Contact form", "Scanner room 2"] {
        test.app_password(ANNA, name).await;
    }
    let refused = |problem: &str| Undelivered::Later { problem: problem.to_owned() };
    test.messenger.fail_next([refused("HTTP status 500"), refused("HTTP status 503")]);
    assert_eq!(test.service.ship(&hook).await.unwrap(), Round::Failed(0));
    assert_eq!(test.service.ship(&hook).await.unwrap(), Round::Failed(0));
    assert_eq!(test.service.ship(&hook).await.unwrap(), Round::Shipped(2));
    let events = test.messenger.take_events();
    let first: serde_json::Value = serde_json::from_slice(&events[0].1.body).unwrap();
    assert_eq!(first["type"], "app-password.created-on-behalf");
    assert_eq!(first["data"]["account"]["name"], ANNA);
    assert_eq!(
        first["data"]["facts"][0],
        serde_json::json!({ "name": "App password", "value": "Contact form" })
    );
    assert!(events[0].1.id.starts_with("notice-1-"), "{}", events[0].1.id);
}

#[tokio::test]
async fn another_server_goes_on_where_the_first_stopped() {
    let test = watched().await;
    let hook = destination(&test, "audit to webhook hook");
    let other = test.another_node().await;
    test.account(ANNA, MfaState::Enforced).await;
    assert_eq!(test.service.ship(&hook).await.unwrap(), Round::Shipped(1));
    test.app_password(ANNA, "Contact form").await;
    assert_eq!(other.service.ship(&hook).await.unwrap(), Round::Shipped(1));
    assert_eq!(test.service.ship(&hook).await.unwrap(), Round::Idle);
    let ids: Vec<String> = other.messenger.take_events().into_iter().map(|(_, event)| event.id).collect();
    assert!(ids.len() == 1 && ids[0].starts_with("audit-3-"), "{ids:?}");
}

//! What an app password may send in an hour, at the door.

use std::time::Duration;

use postern_domain::door::Door;
use postern_testkit::smtp_client::SmtpClient;
use postern_testkit::{OPERATOR, app_password_for};

use crate::harness::{ANNA, Doors, MESSAGE};

/// An app password of Anna's that may send so much.
async fn limited(doors: &Doors, messages: u32, recipients: u32) -> String {
    let mut new = app_password_for(ANNA, "Newsletter", [Door::Smtp]);
    new.limits.messages_per_hour = Some(messages.to_string().parse().expect("it is well-formed"));
    new.limits.recipients_per_hour = Some(recipients.to_string().parse().expect("it is well-formed"));
    let created = doors.service.service.create_app_password(OPERATOR, new).await.expect("it is created");
    created.secret.expose_canonical().to_owned()
}

async fn signed_in(doors: &Doors, secret: &str) -> SmtpClient {
    let mut client = doors.submissions().await;
    assert!(client.auth_plain(ANNA, secret).await.starts_with("235"), "{}", client.transcript());
    client
}

async fn send_content(client: &mut SmtpClient) -> String {
    assert!(client.command("DATA").await.starts_with("354"), "{}", client.transcript());
    client.raw(MESSAGE).await;
    client.raw(b".\r\n").await;
    client.reply().await
}

#[tokio::test]
async fn beyond_its_limits_an_app_password_waits_in_whichever_session() {
    let (doors, upstream) = Doors::open().await;
    let secret = limited(&doors, 2, 3).await;
    let mut client = signed_in(&doors, &secret).await;
    assert!(client.command("MAIL FROM:<anna@example.test>").await.starts_with("250"));
    for recipient in ["a", "b", "c"] {
        let reply = client.command(&format!("RCPT TO:<{recipient}@example.net>")).await;
        assert!(reply.starts_with("250"), "{reply}");
    }
    let one_too_many = client.command("RCPT TO:<d@example.net>").await;
    let (beginning, when) = one_too_many.split_once(';').unwrap();
    assert_eq!(beginning, "450 4.7.1 This app password may send 3 recipients an hour, which are used up");
    assert!(when.starts_with(" try again in ") && when.ends_with(" minutes"), "{when}");
    assert!(send_content(&mut client).await.starts_with("250"), "the others get it");

    let mut other = signed_in(&doors, &secret).await;
    assert!(other.command("MAIL FROM:<anna@example.test>").await.starts_with("250"));
    assert!(other.command("RSET").await.starts_with("250"));
    let third = other.command("MAIL FROM:<anna@example.test>").await;
    assert!(
        third.starts_with("450 4.7.1 This app password may send 2 messages an hour, which are used up; "),
        "{third}"
    );
    assert_eq!(upstream.wait_for_messages(1).await[0].recipients.len(), 3);

    doors.service.clock.advance(Duration::from_secs(2 * 3_600));
    assert!(other.command("MAIL FROM:<anna@example.test>").await.starts_with("250"), "an hour later");
}

#[tokio::test]
async fn another_app_password_of_the_account_has_its_own_limits() {
    let (doors, _upstream) = Doors::open().await;
    let secret = limited(&doors, 1, 1).await;
    let mut client = signed_in(&doors, &secret).await;
    assert!(client.command("MAIL FROM:<anna@example.test>").await.starts_with("250"));
    assert!(client.command("RSET").await.starts_with("250"));
    assert!(client.command("MAIL FROM:<anna@example.test>").await.starts_with("450 4.7.1"));
    let mut other = doors.signed_in().await;
    for _ in 0..3 {
        assert!(other.command("MAIL FROM:<anna@example.test>").await.starts_with("250"));
        assert!(other.command("RSET").await.starts_with("250"));
    }
}

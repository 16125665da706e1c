//! SMTP smuggling: nothing but CRLF.CRLF ends a message, anywhere on the way.

use postern_domain::app_password::SenderRestriction;
use postern_domain::door::Door;
use postern_testkit::smtp_client::SmtpClient;
use postern_testkit::{OPERATOR, app_password_for};

use crate::harness::{ANNA, Doors};

/// Every end-of-data that some server takes for one (SMTP smuggling, 2023).
const FALSE_ENDS: [&[u8]; 12] = [
    b"\n.\n",
    b"\n.\r\n",
    b"\r\n.\n",
    b"\r.\r",
    b"\r.\r\n",
    b"\r\n.\r",
    b"\n.\r",
    b"\r.\n",
    b"\r\n\0.\r\n",
    b"\r\n.\0\r\n",
    b"\r\r\n.\r\n",
    b"\r\n.\r\r\n",
];

const SMUGGLED: &[u8] =
    b"MAIL FROM:<anna@example.test>\r\nRCPT TO:<victim@example.net>\r\nDATA\r\nSmuggled\r\n.\r\n";

async fn in_data(doors: &Doors) -> SmtpClient {
    let mut client = doors.signed_in().await;
    for command in ["MAIL FROM:<anna@example.test>", "RCPT TO:<office@example.net>", "DATA"] {
        client.command(command).await;
    }
    client
}

#[tokio::test]
async fn no_false_end_of_data_delivers_anything() {
    let (doors, upstream) = Doors::open().await;
    for end in FALSE_ENDS {
        let mut client = in_data(&doors).await;
        let mut content = b"From: anna@example.test\r\n\r\nFirst".to_vec();
        content.extend_from_slice(end);
        content.extend_from_slice(SMUGGLED);
        client.raw(&content).await;
        let reply = client.reply().await;
        assert!(reply.starts_with('5'), "{}: {reply}", end.escape_ascii());
        assert_eq!(upstream.messages(), [], "{}", end.escape_ascii());
    }
    let victims = upstream.commands().iter().filter(|command| command.contains("victim")).count();
    assert_eq!(victims, 0, "{:?}", upstream.commands());
}

#[tokio::test]
async fn a_sender_of_somebody_else_is_refused_in_envelope_and_header() {
    let (doors, upstream) = Doors::open().await;
    let mut client = in_data(&doors).await;
    client.raw(b"From: Boss <boss@example.test>\r\n\r\nPay at once\r\n.\r\n").await;
    let reply = client.reply().await;
    assert!(reply.starts_with("550 5.7.1"), "{reply}");
    let reply = client.command("MAIL FROM:<boss@example.test>").await;
    assert!(reply.starts_with("550 5.7.1"), "{reply}");
    assert_eq!(upstream.messages(), []);
    let sent =
        client.send_message(ANNA, "office@example.net", b"From: anna@example.test\r\n\r\nHello\r\n").await;
    assert!(sent.starts_with("250"), "{}", client.transcript());
}

#[tokio::test]
async fn the_remedy_for_a_refused_sender_is_true_of_the_restriction() {
    let (doors, _upstream) = Doors::open().await;
    let mut new = app_password_for(ANNA, "Newsletter only", [Door::Smtp]);
    new.sender = SenderRestriction::listed(["news@example.test"]).unwrap();
    let listed = doors.service.service.create_app_password(OPERATOR, new).await.unwrap();
    let mut client = doors.submission().await;
    client.auth_plain(ANNA, listed.secret.expose_canonical()).await;
    assert_eq!(
        client.command("MAIL FROM:<anna@example.test>").await,
        "550 5.7.1 The address <anna@example.test> in MAIL FROM may not be used here. Send as one of the addresses that this app password is limited to, or change its sender restriction"
    );
}

//! SMTP smuggling: nothing but CRLF.CRLF ends a message, anywhere on the way.

use postern_testkit::smtp_client::SmtpClient;

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

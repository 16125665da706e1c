//! Mail to a real Postfix.

use postern_gateway::messenger::{MailServer, MessengerConfig, NetworkMessenger};
use postern_gateway::{Trust, UpstreamTls};
use postern_service::messenger::{Mail, Messenger as _, Undelivered};
use postern_testkit::Postfix;
use postern_testkit::certificates::TestAuthority;

use super::messenger;

fn to(port: u16, tls: UpstreamTls, authority: &TestAuthority) -> NetworkMessenger {
    let mail = MailServer {
        host: "localhost".to_owned(),
        port,
        tls,
        trust: Trust::Only(authority.certificates()),
        credentials: None,
        from: "postern@example.test".parse().expect("the test can be set up"),
        administrators: Vec::new(),
    };
    messenger(MessengerConfig { mail: Some(mail), ..MessengerConfig::default() })
}

fn notice() -> Mail {
    let subject = "App password \u{201c}J\u{fc}rgen\u{201d}\r\nBcc: eve@example.test\r\n\r\nforged";
    let text = "App password \u{201c}J\u{fc}rgen\u{201d} created.\n\n.\nQUIT\n  From: 192.0.2.7\n";
    let mut mail =
        Mail::new("anna@example.net".parse().expect("the test can be set up"), subject, text.to_owned());
    mail.id = Some("notice-7-1".to_owned());
    mail
}

/// The header fields, unfolded.
fn headers(message: &str) -> Vec<String> {
    let head = message.split("\n\n").next().expect("the test can be set up");
    head.replace("\n ", " ").replace("\n\t", " ").lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn e2e_postfix_takes_notices_by_starttls_and_by_implicit_tls() {
    let authority = TestAuthority::new("postfix");
    let postfix = Postfix::start(&authority);
    for (port, tls) in
        [(postfix.starttls_port, UpstreamTls::StartTls), (postfix.tls_port, UpstreamTls::Implicit)]
    {
        let messenger = to(port, tls, &authority);
        assert_eq!(messenger.check().await, [("mail", Ok(()))]);
        messenger.mail(&notice()).await.unwrap();
    }
    let messages = postfix.wait_for_messages(2).await;
    for message in messages {
        let message = String::from_utf8(message).unwrap();
        let headers = headers(&message);
        let count = |name: &str| headers.iter().filter(|line| line.starts_with(name)).count();
        assert_eq!((count("Subject:"), count("To:"), count("Bcc:")), (1, 1, 0), "{message}");
        assert!(headers.contains(&"Message-ID: <notice-7-1@example.test>".to_owned()), "{message}");
        assert!(headers.contains(&"Auto-Submitted: auto-generated".to_owned()), "{message}");
        assert!(headers.contains(&"To: anna@example.net".to_owned()), "{message}");
        assert!(
            headers.iter().any(|line| line.starts_with("From: ") && line.contains("<postern@example.test>"))
        );
        assert!(message.contains("192.0.2.7"), "the text goes on after a line with a dot: {message}");
    }
}

#[tokio::test]
async fn e2e_nothing_is_handed_to_a_mail_server_that_is_not_trusted() {
    let postfix = Postfix::start(&TestAuthority::new("postfix"));
    let other = TestAuthority::new("other");
    for (port, tls) in
        [(postfix.starttls_port, UpstreamTls::StartTls), (postfix.tls_port, UpstreamTls::Implicit)]
    {
        let error = to(port, tls, &other).mail(&notice()).await.unwrap_err();
        assert!(matches!(error, Undelivered::Later { .. }), "{error:?}");
    }
    assert!(postfix.messages().is_empty());
}

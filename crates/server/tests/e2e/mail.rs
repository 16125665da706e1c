//! Mail from real programs arrives at a real Postfix as it was sent.

use postern_testkit::Postfix;
use postern_testkit::certificates::TestAuthority;

use super::programs::{Letter, Program, Tls};
use super::server::{ACCOUNT, Place};

/// A message with what a relay could spoil: bytes above 127, dots at line starts, a long line, a folded header, white
/// space at line ends, an empty line at the end of the body.
pub(crate) fn message(subject: &str) -> String {
    format!(
        "From: Webmaster <{ACCOUNT}>\n\
         To: visitor@example.net\n\
         Subject: {subject} with a rather long subject that is folded\n\x20onto a second line\n\
         Date: Sun, 22 Nov 2026 12:00:00 +0000\n\
         Message-ID: <{subject}@example.test>\n\
         MIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\n\
         Content-Transfer-Encoding: 8bit\n\
         \n\
         Grüße aus Malmö – 漢字.\n\
         .\n\
         ..\n\
         .hidden\n\
         trailing space \n\
         \ttab\n\
         {}\n\
         \n\
         the end\n",
        "x".repeat(900)
    )
}

/// The delivered message is the sent one, byte for byte; the servers on the way wrote above it only, and only this.
pub(crate) fn assert_unspoilt(delivered: &[u8], sent: &str) {
    let above = delivered.strip_suffix(sent.as_bytes()).unwrap_or_else(|| {
        panic!("sent:\n{sent}\ndelivered:\n{}", String::from_utf8_lossy(delivered));
    });
    let above = std::str::from_utf8(above).unwrap();
    let fields = above.lines().filter(|line| !line.starts_with([' ', '\t']));
    for field in fields.map(|line| line.split(':').next().unwrap_or_default()) {
        let known = ["Return-Path", "X-Original-To", "Delivered-To", "Received"];
        assert!(known.contains(&field), "{field} was added:\n{above}");
    }
}

async fn sends_through_both_listeners(program: Program) {
    let postfix = Postfix::start(&TestAuthority::new("postfix"));
    let upstream = format!("host = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", postfix.starttls_port);
    let place = Place::new(&upstream);
    place.add_account("enforced").await;
    let (id, secret) = place.create("Contact form", &[]).await;
    let server = place.serve().await;
    for (count, tls) in [Tls::Starttls, Tls::Implicit].into_iter().enumerate() {
        let message = message(&format!("{program:?}-{tls:?}"));
        let letter = Letter::to_a_visitor(&secret, &message);
        let answer = program.send(&place, &server, tls, letter).await;
        assert_eq!(answer.code, 0, "{answer:?}\n{}", postfix.log());
        let delivered = postfix.wait_for_messages(count + 1).await;
        assert_unspoilt(&delivered[count], &message);
    }
    let shown = ["app-password", "show", &id, "--json"];
    let used = place.until(&shown, |answer| answer.json()["use_count"] == 2).await.json();
    assert_eq!(used["last_used"]["door"], "smtp");
    assert_eq!(used["last_used"]["address"], "127.0.0.1");
    assert_eq!(server.stop().await, Some(0));
}

#[tokio::test]
async fn e2e_swaks_sends() {
    sends_through_both_listeners(Program::Swaks).await;
}

#[tokio::test]
async fn e2e_msmtp_sends() {
    sends_through_both_listeners(Program::Msmtp).await;
}

#[tokio::test]
async fn e2e_curl_sends() {
    sends_through_both_listeners(Program::Curl).await;
}

#[tokio::test]
async fn e2e_smtplib_sends() {
    sends_through_both_listeners(Program::Smtplib).await;
}

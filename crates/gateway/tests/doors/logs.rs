//! What stands in the log, and what never does.

use postern_testkit::smtp_client::base64;
use postern_testkit::{ACCOUNT_PASSWORD, Log};

use crate::harness::{ANNA, Doors, MESSAGE};
use crate::side_by_side::{DOORS, sign_in};

#[tokio::test]
async fn no_secret_no_name_of_a_stranger_and_no_mail_is_logged() {
    let (log, _guard) = Log::begin();
    let (doors, _upstream) = Doors::open().await;
    let mut client = doors.submission().await;
    for (user, secret) in [
        // The secret in the field of the name, as people do.
        (doors.secret.as_str(), ANNA),
        ("stranger@example.test", "needle-of-a-stranger"),
        (ANNA, "needle-wrong-secret"),
        (ANNA, ACCOUNT_PASSWORD),
    ] {
        assert!(client.auth_plain(user, secret).await.starts_with("535"));
    }
    assert!(client.auth_plain(ANNA, &doors.secret).await.starts_with("235"));
    client.send_message(ANNA, "office@example.net", MESSAGE).await;
    client.command("QUIT").await;
    client.rest().await;
    let text = log.text();
    assert!(text.contains("signed in") && text.contains("message accepted"), "the log is heard: {text}");
    let base64_of_secret = client_message(&doors.secret);
    for needle in [
        doors.secret.as_str(),
        "needle",
        "stranger@example.test",
        ACCOUNT_PASSWORD,
        &base64_of_secret,
        "Contact form\r",
    ] {
        assert!(!text.contains(needle), "{needle} stands in the log:\n{text}");
    }
}

/// The secret as it stands at the end of an AUTH PLAIN message for Anna, in base64, without what its place changes.
fn client_message(secret: &str) -> String {
    let beginning = format!("\0{ANNA}\0");
    let skipped = beginning.len().next_multiple_of(3) - beginning.len();
    let whole = (secret.len() - skipped) / 3 * 3;
    base64(&secret.as_bytes()[skipped..skipped + whole])
}

#[tokio::test]
async fn a_refusal_is_one_line_that_a_program_can_read() {
    let (log, _guard) = Log::begin();
    let (doors, _upstream) = Doors::open().await;
    let mut client = doors.submissions().await;
    let reply = client.auth_plain(ANNA, "wrong").await;
    let reference = reply.split("(ref ").nth(1).and_then(|rest| rest.split(')').next()).expect("a reference");
    let text = log.text();
    let line = text.lines().find(|line| line.contains("sign-in refused")).expect("a line for the refusal");
    let expected = format!(
        " WARN connection{{listener=\"submissions\"}}: postern_gateway::visit::sign_in: sign-in refused \
         address=127.0.0.1 reference={reference}"
    );
    assert!(line.ends_with(&expected), "{line}");
}

/// A password in the field of the name, as people do, at each door.
#[tokio::test]
async fn a_secret_typed_as_the_name_is_logged_at_no_door() {
    let (log, _guard) = Log::begin();
    let (doors, _upstream) = Doors::open().await;
    let needles = [doors.secret.clone(), ACCOUNT_PASSWORD.to_owned(), "needle@of.a.stranger".to_owned()];
    for (door, name) in DOORS {
        for needle in &needles {
            let answer = sign_in(&doors, door, needle, "x").await.join("\n");
            assert!(answer.contains("(ref "), "{name}: {answer}");
        }
    }
    let text = log.text();
    assert!(
        text.matches("sign-in refused").count() >= DOORS.len() * needles.len(),
        "the log is heard: {text}"
    );
    for needle in &needles {
        let plain = base64(format!("\0{needle}\0x").as_bytes());
        let basic = base64(format!("{needle}:x").as_bytes());
        for form in [needle, &plain, &basic] {
            assert!(!text.contains(form.as_str()), "{form} stands in the log:\n{text}");
        }
    }
}

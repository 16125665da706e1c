//! A service account that opens the mailboxes of others by the authorization identity of SASL PLAIN.

use super::mailboxes::{Mailboxes, messages};
use super::refusals::refusal;

const TOOL: &str = "archiver@example.test";
const ANNA: &str = "anna@example.test";
const BEA: &str = "bea@example.test";

/// Opens a mailbox by IMAP, POP3 and ManageSieve, says how that went, and stays in IMAP until it is ended.
const PLAIN: &str = r#"
import base64, imaplib, poplib, socket, ssl, sys
port, ca, _, secret, pop3, sieve, user, mailbox = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
message = (mailbox + '\0' + user + '\0' + secret).encode()
plain = base64.b64encode(message).decode()

client = poplib.POP3_SSL('localhost', int(pop3), context=context)
try:
    client._shortcmd('AUTH PLAIN ' + plain)
    print('pop3', client.stat()[0], 'messages')
    client.quit()
except poplib.error_proto as error:
    print('pop3', error)

def answer(lines):
    while True:
        line = lines.readline()
        if not line or line.startswith((b'OK', b'NO', b'BYE')):
            return line.decode().rstrip()
raw = socket.create_connection(('localhost', int(sieve)))
lines = raw.makefile('rb')
answer(lines)
raw.sendall(b'STARTTLS\r\n')
answer(lines)
raw = context.wrap_socket(raw, server_hostname='localhost')
lines = raw.makefile('rb')
answer(lines)
raw.sendall(b'AUTHENTICATE "PLAIN" "%s"\r\n' % plain.encode())
print('sieve', answer(lines))
raw.close()

client = imaplib.IMAP4_SSL('localhost', int(port), ssl_context=context)
try:
    client.authenticate('PLAIN', lambda _: message)
    print('imap', client.select()[1][0].decode(), 'messages')
    print('ended', client.readline().decode().rstrip())
except imaplib.IMAP4.error as error:
    print('imap', error)
"#;

#[tokio::test]
async fn e2e_an_archiver_opens_the_mailbox_that_it_was_granted_at_every_door() {
    let mailboxes = Mailboxes::start().await;
    let place = &mailboxes.place;
    let add = ["account", "add", TOOL, "--kind", "service-account", "--no-password"];
    assert_eq!(place.run(&add).await.code, 0);
    for name in [ANNA, BEA] {
        assert_eq!(place.run(&["account", "add", name, "--no-password"]).await.code, 0);
    }
    let create = ["app-password", "create", TOOL, "--name", "Archiver", "--json", "--protocol"];
    let made = place.run(&[&create[..], &["imap,pop3,managesieve"]].concat()).await.json();
    let secret = made["secret"].as_str().unwrap();
    assert_eq!(place.run(&["account", "grant", TOOL, "--mailbox", ANNA]).await.code, 0);
    mailboxes.dovecot.deliver(ANNA, &messages(3));

    let port = |protocol, tls| mailboxes.server.listener(protocol, tls).port();
    let (imap, pop3) = (port("imap", "TLS"), port("pop3", "TLS").to_string());
    let sieve = port("managesieve", "STARTTLS").to_string();
    let mut granted = mailboxes.script(PLAIN, imap, secret, &[&pop3, &sieve, TOOL, ANNA]);
    assert_eq!(granted.until("pop3").await, "pop3 3 messages");
    assert!(granted.until("sieve").await.starts_with("sieve OK"));
    assert_eq!(granted.until("imap").await, "imap 3 messages");

    let denied = mailboxes.python(PLAIN, imap, secret, &[&pop3, &sieve, TOOL, BEA]).await;
    assert_eq!(denied.code, 0, "{denied:?}");
    for line in denied.out.lines() {
        let (text, reference) = refusal(line);
        assert!(text.starts_with("Sign-in refused"), "{line}");
        assert_eq!(place.reason(&reference).await, "impersonation-not-granted", "{line}");
    }
    assert_eq!(denied.out.lines().count(), 3, "{denied:?}");

    let listed = place.until(&["session", "list", "--json"], |answer| {
        answer.json()["sessions"].as_array().is_some_and(|sessions| !sessions.is_empty())
    });
    let session = &listed.await.json()["sessions"][0];
    assert_eq!((&session["account"], &session["acting_for"]), (&TOOL.into(), &ANNA.into()), "{session}");
    // Without the grant the session ends.
    assert_eq!(place.run(&["account", "revoke-grant", TOOL]).await.code, 0);
    assert!(granted.until("ended").await.starts_with("ended * BYE"));
}

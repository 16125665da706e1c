//! The IMAP door: real programs, a real Dovecot, the app password before and the master user behind.

use std::fs;
use std::path::Path;

use postern_testkit::certificates::TestAuthority;
use postern_testkit::{Dovecot, dovecot};
use tokio::process::Command;

use super::mailboxes::{DIRECT_PASSWORD, Mailboxes, master, messages};
use super::refusals::refusal;
use super::server::{ACCOUNT, Answer, Place, answer};

#[tokio::test]
async fn e2e_curl_reads_a_mailbox_and_dovecot_knows_its_address() {
    let mailboxes = Mailboxes::start().await;
    let sent = messages(2);
    mailboxes.dovecot.deliver(ACCOUNT, &sent);
    for (tls, scheme) in [("TLS", "imaps"), ("STARTTLS", "imap")] {
        let door = mailboxes.server.listener("imap", tls);
        let url = format!("{scheme}://{door}/INBOX;MAILINDEX=2");
        let read = mailboxes.curl(&url, &mailboxes.secret, &[]).await;
        assert_eq!(read.code, 0, "{read:?}");
        assert_eq!(read.out, sent[1].replace('\n', "\r\n"));
    }
    mailboxes.dovecot.wait_for_log(&["imap-login", "Login: ", ACCOUNT, "rip=127.0.0.2", "TLS"]).await;

    let door = mailboxes.server.listener("imap", "TLS");
    let refused = mailboxes.curl(&format!("imaps://{door}/INBOX"), "9999-9999-9999", &[]).await;
    assert_eq!(refused.code, 67, "{refused:?}");
    assert!(refused.err.contains("NO [AUTHENTICATIONFAILED] Sign-in refused"), "{refused:?}");
    assert_eq!(mailboxes.place.reason(&refusal(&refused.err).1).await, "wrong-secret");

    let shown = ["app-password", "show", &mailboxes.id, "--json"];
    let used = mailboxes.place.until(&shown, |answer| answer.json()["use_count"] == 2).await.json();
    assert_eq!(
        (&used["last_used"]["door"], &used["last_used"]["address"]),
        (&"imap".into(), &"127.0.0.2".into())
    );
    let doctor = mailboxes.place.run(&["doctor", "--json"]).await;
    let checks: serde_json::Value = serde_json::from_str(&doctor.out).unwrap();
    for door in ["imap", "pop3", "managesieve"] {
        let name = format!("upstream {door}");
        let check = checks.as_array().unwrap().iter().find(|check| check["check"] == name.as_str()).unwrap();
        assert_eq!(check["verdict"], "good", "{check}");
    }
    assert_eq!(mailboxes.server.stop().await, Some(0));
}

/// A message without the header field that mbsync adds to its own copy, to find it again.
fn without_mark(message: &[u8]) -> Vec<u8> {
    let start = message.windows(8).position(|part| part == b"X-TUID: ").expect("mbsync marks every message");
    let length = message[start..].iter().position(|octet| *octet == b'\n').expect("a line") + 1;
    [&message[..start], &message[start + length..]].concat()
}

/// Fetches the whole INBOX into a maildir; gives the messages, sorted.
pub(crate) async fn mbsync(
    place: &Place,
    name: &str,
    port: u16,
    ca: &Path,
    secret: &str,
) -> (Answer, Vec<Vec<u8>>) {
    let folder = place.path(name);
    fs::create_dir(&folder).unwrap();
    let config = folder.join("mbsyncrc");
    fs::write(
        &config,
        format!(
            "FSync no\nIMAPAccount remote\nHost localhost\nPort {port}\nUser {ACCOUNT}\nPass \"{secret}\"\nSSLType IMAPS\n\
             CertificateFile {ca}\nAuthMechs LOGIN\n\nIMAPStore remote\nAccount remote\n\n\
             MaildirStore local\nPath {folder}/\nInbox {folder}/INBOX\n\n\
             Channel all\nFar :remote:\nNear :local:\nPatterns INBOX\nCreate Near\nSync Pull\nSyncState *\n",
            ca = ca.display(),
            folder = folder.display(),
        ),
    )
    .unwrap();
    let mut command = Command::new("mbsync");
    command.arg("--config").arg(&config).arg("all");
    let answer = answer(command, "").await;
    let mut messages = Vec::new();
    for inner in ["INBOX/cur", "INBOX/new"] {
        let Ok(entries) = fs::read_dir(folder.join(inner)) else { continue };
        messages.extend(entries.map(|entry| without_mark(&fs::read(entry.unwrap().path()).unwrap())));
    }
    messages.sort();
    (answer, messages)
}

#[tokio::test]
async fn e2e_mbsync_gets_a_thousand_messages_as_it_does_directly() {
    let mailboxes = Mailboxes::start().await;
    let sent = messages(1_000);
    mailboxes.dovecot.deliver(ACCOUNT, &sent);
    let (place, port) = (&mailboxes.place, mailboxes.dovecot.imaps_port);
    let upstream_ca = place.path("upstream-ca.pem");
    let (told, directly) = mbsync(place, "direct", port, &upstream_ca, DIRECT_PASSWORD).await;
    assert_eq!((told.code, directly.len()), (0, 1_000), "{told:?}");

    let door = mailboxes.server.listener("imap", "TLS").port();
    let (told, through) = mbsync(place, "through", door, &place.ca_file(), &mailboxes.secret).await;
    assert_eq!(told.code, 0, "{told:?}");
    assert!(through == directly, "{} of {} messages", through.len(), directly.len());
    let mut sent: Vec<_> = sent.into_iter().map(String::into_bytes).collect();
    sent.sort();
    assert!(through == sent, "the messages that were delivered");

    let (told, nothing) = mbsync(place, "refused", door, &place.ca_file(), "9999-9999-9999").await;
    assert_eq!((told.code, nothing.len()), (1, 0), "{told:?}");
    assert_eq!(place.reason(&refusal(&told.err).1).await, "wrong-secret");
}

#[tokio::test]
async fn e2e_neomutt_copies_messages_in_batch() {
    let mailboxes = Mailboxes::start().await;
    let sent = messages(3);
    mailboxes.dovecot.deliver(ACCOUNT, &sent);
    let door = mailboxes.server.listener("imap", "TLS");
    let place = &mailboxes.place;
    let copies = place.path("copies");
    let config = place.path("neomuttrc");
    fs::write(
        &config,
        format!(
            "set imap_user=\"{ACCOUNT}\"\nset imap_pass=\"{}\"\nset ssl_force_tls=yes\n\
             set ssl_ca_certificates_file=\"{}\"\nset ssl_verify_host=yes\n\
             set folder=\"imaps://localhost:{}/\"\nset spoolfile=\"+INBOX\"\nset header_cache=\"\"\nset confirmappend=no\n\
             set confirmcreate=no\nset mbox_type=mbox\nset copy=no\nset move=no\nset quit=yes\n\
             push \"<tag-pattern>~A<enter><tag-prefix><copy-message>{}<enter><quit>\"\n",
            mailboxes.secret,
            place.ca_file().display(),
            door.port(),
            copies.display(),
        ),
    )
    .unwrap();
    // It reads mail at a terminal only: `script` gives it one, at which nobody types.
    let mut command = Command::new("script");
    command.args(["--quiet", "--return", "--command", "neomutt -n -F neomuttrc", "typescript"]);
    command.current_dir(place.path("")).env("TERM", "xterm").env("HOME", place.path(""));
    let told = answer(command, "").await;
    let copied = fs::read_to_string(&copies).unwrap_or_else(|error| panic!("{error}: {told:?}"));
    for message in &sent {
        let body = message.split_once("\n\n").unwrap().1;
        assert!(copied.contains(body), "{told:?}\n{copied}");
    }
}

/// Every way to sign in and everything that a client asks for afterwards, with Python's own client where it can.
const IMAPLIB: &str = r#"
import imaplib, socket, ssl, sys, zlib
port, ca, user, secret, starttls = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)

client = imaplib.IMAP4_SSL('localhost', int(port), ssl_context=context)
assert 'LOGINDISABLED' not in client.capabilities, client.capabilities
client.login(user, secret)
assert client.select()[1] == [b'2'], 'select'
typ, data = client.append('INBOX', r'\Seen', None, b'Subject: appended\r\n\r\nBy a literal.\r\n')
assert typ == 'OK', data
print('appended', client.fetch('3', '(BODY[])')[1][0][1])
client.logout()

client = imaplib.IMAP4('localhost', int(starttls))
assert 'LOGINDISABLED' in client.capabilities and 'AUTH=PLAIN' not in client.capabilities, client.capabilities
client.starttls(ssl_context=context)
assert 'AUTH=PLAIN' in client.capabilities, client.capabilities
client.authenticate('PLAIN', lambda _: ('\0' + user + '\0' + secret).encode())
assert client.select()[1] == [b'3'], 'select'
client.logout()

def connect():
    raw = context.wrap_socket(socket.create_connection(('localhost', int(port))), server_hostname='localhost')
    return raw, raw.makefile('rb')

# Both arguments as synchronizing literals, each sent after the go-ahead, and a command in the same packet as the last.
raw, lines = connect()
assert lines.readline().startswith(b'* OK')
raw.sendall(b'a LOGIN {%d}\r\n' % len(user))
assert lines.readline().startswith(b'+')
raw.sendall(user.encode() + b' {%d}\r\n' % len(secret))
assert lines.readline().startswith(b'+')
raw.sendall(secret.encode() + b'\r\nb SELECT INBOX\r\n')
answers = []
while not answers or not answers[-1].startswith(b'b '):
    answers.append(lines.readline())
assert any(line.startswith(b'a OK') for line in answers) and answers[-1].startswith(b'b OK'), answers
assert b'* 3 EXISTS\r\n' in answers, answers

# COMPRESS: from the reply on, raw deflate in both directions.
raw.sendall(b'c COMPRESS DEFLATE\r\n')
assert lines.readline().startswith(b'c OK')
packer, unpacker = zlib.compressobj(9, zlib.DEFLATED, -15), zlib.decompressobj(-15)
raw.sendall(packer.compress(b'd FETCH 1 BODY.PEEK[]\r\n') + packer.flush(zlib.Z_SYNC_FLUSH))
got = b''
while b'\r\nd OK' not in got:
    got += unpacker.decompress(raw.recv(65536))
print('compressed', got[got.index(b'Subject'):].split(b'\r\n')[0])
raw.close()
"#;

#[tokio::test]
async fn e2e_imaplib_signs_in_by_every_way_and_compresses() {
    let mailboxes = Mailboxes::start().await;
    mailboxes.dovecot.deliver(ACCOUNT, &messages(2));
    let tls = mailboxes.server.listener("imap", "TLS").port();
    let starttls = mailboxes.server.listener("imap", "STARTTLS").port().to_string();
    let told = mailboxes.python(IMAPLIB, tls, &mailboxes.secret, &[&starttls]).await;
    assert_eq!(told.code, 0, "{told:?}\n{}", mailboxes.dovecot.log());
    assert!(told.out.contains(r"appended b'Subject: appended\r\n\r\nBy a literal.\r\n'"), "{told:?}");
    assert!(told.out.contains("compressed b'Subject: Message 1'"), "{told:?}");
}

/// Waits in IDLE, tells what comes, and says so before it waits.
const IDLE: &str = r#"
import imaplib, ssl, sys
port, ca, user, secret = sys.argv[1:]
client = imaplib.IMAP4_SSL('localhost', int(port), ssl_context=ssl.create_default_context(cafile=ca))
client.login(user, secret)
client.select()
client.send(b'i IDLE\r\n')
while True:
    line = client.readline()
    if not line:
        print('closed')
        break
    print(line.decode().rstrip())
"#;

#[tokio::test]
async fn e2e_idle_tells_of_new_mail_until_the_app_password_is_revoked() {
    let mailboxes = Mailboxes::start().await;
    let place = &mailboxes.place;
    let (_, secret) = place.create("Another one", &["--protocol", "imap"]).await;
    mailboxes.dovecot.deliver(ACCOUNT, &messages(1));
    let port = mailboxes.server.listener("imap", "TLS").port();
    let mut idle = mailboxes.script(IDLE, port, &mailboxes.secret, &[]);
    let mut bystander = mailboxes.script(IDLE, port, &secret, &[]);
    idle.until("+ ").await;
    bystander.until("+ ").await;
    mailboxes.dovecot.deliver(ACCOUNT, &messages(1));
    idle.until("* 2 EXISTS").await;

    let list = place.until(&["session", "list", "--json"], |answer| {
        answer.json()["sessions"].as_array().is_some_and(|sessions| sessions.len() == 2)
    });
    let list = list.await.json();
    let sessions = list["sessions"].as_array().unwrap();
    let session = sessions.iter().find(|session| session["app_password"]["id"] == mailboxes.id.as_str());
    let session = session.unwrap_or_else(|| panic!("{list:#}"));
    assert_eq!((&session["door"], &session["account"]), (&"imap".into(), &ACCOUNT.into()), "{session}");
    let other = sessions.iter().find(|other| other["id"] != session["id"]).unwrap();

    assert_eq!(place.run(&["app-password", "revoke", &mailboxes.id]).await.code, 0);
    let bye = idle.until("* BYE").await;
    idle.until("closed").await;
    assert!(bye.len() > "* BYE".len(), "{bye}");
    // The other app password's session goes on.
    mailboxes.dovecot.deliver(ACCOUNT, &messages(1));
    bystander.until("* 3 EXISTS").await;
    // Until it is ended by itself.
    assert_eq!(place.run(&["session", "end", other["id"].as_str().unwrap()]).await.code, 0);
    bystander.until("* BYE").await;
    bystander.until("closed").await;
}

#[tokio::test]
async fn e2e_an_upstream_that_refuses_us_is_no_wrong_password() {
    let authority = TestAuthority::new("dovecot");
    let dovecot = Dovecot::start(&authority, &[]);
    let upstreams = master(&dovecot, "not the secret");
    let mailboxes = Mailboxes::start_with(&authority, dovecot, &upstreams, &[]).await;
    let door = mailboxes.server.listener("imap", "TLS");
    let told = mailboxes.curl(&format!("imaps://{door}/INBOX"), &mailboxes.secret, &[]).await;
    assert_ne!(told.code, 0, "{told:?}");
    assert!(told.err.contains("NO [UNAVAILABLE]"), "{told:?}");
    assert!(!told.err.contains("AUTHENTICATIONFAILED"), "{told:?}");
    let door = mailboxes.server.listener("pop3", "TLS");
    let told = mailboxes.curl(&format!("pop3s://{door}/"), &mailboxes.secret, &[]).await;
    assert!(told.err.contains("-ERR [SYS/TEMP]"), "{told:?}");
    mailboxes.dovecot.wait_for_log(&[dovecot::MASTER_USER, "Password mismatch"]).await;

    let doctor = mailboxes.place.run(&["doctor", "--json"]).await;
    assert!(doctor.out.contains("\"door smtp\""), "the SMTP door is open and leads nowhere: {doctor:?}");

    // The right secret is taken without a restart.
    let config = mailboxes.place.path("postern.toml");
    let corrected = fs::read_to_string(&config).unwrap().replace("not the secret", dovecot::MASTER_SECRET);
    fs::write(&config, corrected).unwrap();
    mailboxes.server.signal("HUP").await;
    mailboxes.place.until_logged("reloaded").await;
    let door = mailboxes.server.listener("imap", "TLS");
    let told = mailboxes.curl(&format!("imaps://{door}/INBOX"), &mailboxes.secret, &[]).await;
    assert_eq!(told.code, 0, "{told:?}");
}

#[tokio::test]
async fn e2e_a_proxy_header_tells_dovecot_where_the_client_is() {
    let authority = TestAuthority::new("dovecot");
    let dovecot = Dovecot::start(&authority, &[]);
    let sections = master(&dovecot, dovecot::MASTER_SECRET)
        .replace(&format!("port = {}\n", dovecot.imaps_port), &format!("port = {}\n", dovecot.proxied_port))
        .replace("tls = \"implicit\"\nforward_client = true", "proxy_header = true");
    let mailboxes = Mailboxes::start_with(&authority, dovecot, &sections, &[]).await;
    let url = format!("imaps://{}/INBOX", mailboxes.server.listener("imap", "TLS"));
    let told = mailboxes.curl(&url, &mailboxes.secret, &[]).await;
    assert_eq!(told.code, 0, "{told:?}\n{}", mailboxes.dovecot.log());
    mailboxes.dovecot.wait_for_log(&["imap-login", "Login: ", ACCOUNT, "rip=127.0.0.2", "TLS"]).await;
    let doctor = mailboxes.place.run(&["doctor", "--json"]).await;
    assert!(!doctor.out.contains("the upstream refused"), "{doctor:?}");
}

//! The POP3 door, with a real Dovecot behind.

use super::mailboxes::{Mailboxes, messages};
use super::refusals::refusal;
use super::server::ACCOUNT;

#[tokio::test]
async fn e2e_curl_fetches_mail_and_dovecot_knows_its_address() {
    let mailboxes = Mailboxes::start().await;
    let sent = messages(2);
    mailboxes.dovecot.deliver(ACCOUNT, &sent);
    for (tls, scheme) in [("TLS", "pop3s"), ("STARTTLS", "pop3")] {
        let door = mailboxes.server.listener("pop3", tls);
        let fetched = mailboxes.curl(&format!("{scheme}://{door}/2"), &mailboxes.secret, &[]).await;
        assert_eq!(fetched.code, 0, "{fetched:?}");
        assert_eq!(fetched.out, sent[1].replace('\n', "\r\n"));
    }
    mailboxes.dovecot.wait_for_log(&["pop3-login", "Login: ", ACCOUNT, "rip=127.0.0.2"]).await;

    let door = mailboxes.server.listener("pop3", "TLS");
    let refused = mailboxes.curl(&format!("pop3s://{door}/"), "9999-9999-9999", &[]).await;
    assert_eq!(refused.code, 67, "{refused:?}");
    assert!(refused.err.contains("-ERR [AUTH] Sign-in refused"), "{refused:?}");
    assert_eq!(mailboxes.place.reason(&refusal(&refused.err).1).await, "wrong-secret");
    assert_eq!(mailboxes.server.stop().await, Some(0));
}

/// USER and PASS, AUTH PLAIN with and without an initial response, STLS, and a session that waits for its end.
const POPLIB: &str = r#"
import base64, poplib, ssl, sys
port, ca, user, secret, starttls, wrong = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
plain = base64.b64encode(('\0' + user + '\0' + secret).encode()).decode()

client = poplib.POP3_SSL('localhost', int(port), context=context)
assert 'PLAIN' in client.capa()['SASL'], client.capa()
client.user(user)
client.pass_(secret)
assert client.stat()[0] == 2, client.stat()
print('first', b'\n'.join(client.retr(1)[1])[-60:])
client.quit()

client = poplib.POP3('localhost', int(starttls))
assert 'SASL' not in client.capa() and 'USER' not in client.capa(), client.capa()
client.stls(context=context)
client._shortcmd('AUTH PLAIN ' + plain)
assert client.stat()[0] == 2, client.stat()
client.quit()

client = poplib.POP3_SSL('localhost', int(port), context=context)
client.user(user)
try:
    client.pass_(wrong)
    print('accepted')
except poplib.error_proto as error:
    print('refused', error)

client = poplib.POP3_SSL('localhost', int(port), context=context)
assert client._shortcmd('AUTH PLAIN').startswith(b'+')
client._shortcmd(plain)
print('waiting')
print('end', client.file.readline())
"#;

#[tokio::test]
async fn e2e_poplib_signs_in_by_every_way_until_the_app_password_is_revoked() {
    let mailboxes = Mailboxes::start().await;
    mailboxes.dovecot.deliver(ACCOUNT, &messages(2));
    let tls = mailboxes.server.listener("pop3", "TLS").port();
    let starttls = mailboxes.server.listener("pop3", "STARTTLS").port().to_string();
    let mut script = mailboxes.script(POPLIB, tls, &mailboxes.secret, &[&starttls, "9999-9999-9999"]);
    script.until("first b'").await;
    let refused = script.until("refused").await;
    assert!(refused.contains("-ERR [AUTH] Sign-in refused"), "{refused}");
    assert_eq!(mailboxes.place.reason(&refusal(&refused).1).await, "wrong-secret");
    script.until("waiting").await;
    assert_eq!(mailboxes.place.run(&["app-password", "revoke", &mailboxes.id]).await.code, 0);
    script.until("end b'-ERR").await;
    assert_eq!(script.rest().await.code, 0);
}

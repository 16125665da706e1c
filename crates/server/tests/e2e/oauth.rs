//! Access tokens behind the doors: issued by a real OAuth server, and judged by a real Dovecot that asks it about them.

use std::fs;

use postern_testkit::certificates::TestAuthority;
use postern_testkit::dovecot::Introspection;
use postern_testkit::oidc_provider::{CLIENT_ID, CLIENT_SECRET, SCOPE};
use postern_testkit::{Dovecot, OidcProvider, Postfix};
use tokio::process::Command;

use super::mail::{assert_unspoilt, message};
use super::mailboxes::{Mailboxes, messages, upstreams};
use super::programs::{Letter, Program, Tls};
use super::script::Script;
use super::server::{ACCOUNT, PATIENCE, answer};

/// Where the provider sends browsers back to, at whichever port.
pub(crate) const CALLBACK: &str = "https://localhost/consents/callback";
/// What Dovecot logs of sign-ins at IMAP and at POP3.
pub(crate) const BOTH_MECHANISMS: [&str; 2] = ["method=XOAUTH2", "method=OAUTHBEARER"];

/// Servers whose tokens are got as `grant` says and judged as `introspection` says.
pub(crate) async fn start(provider: &OidcProvider, grant: &str, introspection: &Introspection) -> Mailboxes {
    start_before(provider, grant, introspection, None).await
}

/// The same, with submission that hands over to the SMTP server at that port.
async fn start_before(
    provider: &OidcProvider,
    grant: &str,
    introspection: &Introspection,
    relay: Option<u16>,
) -> Mailboxes {
    let authority = TestAuthority::new("dovecot");
    let dovecot = Dovecot::start_with(&authority, &[], Some(introspection), relay);
    let token_endpoint = provider.endpoint("token");
    let sections = format!(
        "[[provider]]\nname = \"real\"\nclient_id = \"{CLIENT_ID}\"\nclient_secret = \"{CLIENT_SECRET}\"\n\
         token_endpoint = \"{token_endpoint}\"\nca_file = \"provider-ca.pem\"\n{grant}\n"
    );
    let mut upstreams = upstreams(&dovecot, "sign_in = \"oauth\"\nprovider = \"real\"\n");
    // One door with the other mechanism.
    upstreams =
        upstreams.replacen("doors = [\"pop3\"]", "doors = [\"pop3\"]\nmechanism = \"oauthbearer\"", 1);
    let submission = dovecot.submission_port;
    upstreams.push_str(&format!(
        "[[upstream]]\nname = \"smtp\"\nhost = \"localhost\"\nport = {submission}\nca_file = \"upstream-ca.pem\"\n\
         sign_in = \"oauth\"\nprovider = \"real\"\n"
    ));
    let files = [("provider-ca.pem", introspection.ca.as_str())];
    Mailboxes::start_with(&authority, dovecot, &format!("{sections}{upstreams}"), &files).await
}

/// The owner's consent as the ground for tokens.
pub(crate) fn delegated(provider: &OidcProvider) -> String {
    format!(
        "grant = \"delegated\"\nscopes = [\"openid\", \"email\", \"offline_access\", \"{SCOPE}\"]\n\
         authorization_endpoint = \"{}\"\ndevice_endpoint = \"{}\"\nissuer = \"{}\"\n",
        provider.endpoint("auth"),
        provider.endpoint("device/auth"),
        provider.issuer
    )
}

/// Reads the only message at IMAP and POP3; Dovecot logs how Postern signed in.
pub(crate) async fn reads(mailboxes: &Mailboxes, methods: [&str; 2]) {
    let sent = &messages(1)[0];
    let imap = format!("imaps://{}/INBOX;MAILINDEX=1", mailboxes.server.listener("imap", "TLS"));
    let pop3 = format!("pop3s://{}/1", mailboxes.server.listener("pop3", "TLS"));
    for (url, method) in [imap, pop3].iter().zip(methods) {
        let read = mailboxes.curl(url, &mailboxes.secret, &[]).await;
        assert_eq!(read.code, 0, "{read:?}\n{}", mailboxes.dovecot.log());
        assert_eq!(read.out, sent.replace('\n', "\r\n"));
        mailboxes.dovecot.wait_for_log(&["Login: ", ACCOUNT, method, "rip=127.0.0.2"]).await;
    }
}

#[tokio::test]
async fn e2e_dovecot_takes_the_token_of_client_credentials() {
    let provider = OidcProvider::start(&TestAuthority::new("provider"), CALLBACK);
    let grant = format!("grant = \"client-credentials\"\nscopes = [\"{SCOPE}\"]");
    let mailboxes = start(&provider, &grant, &provider.introspection_of_the_application()).await;
    mailboxes.dovecot.deliver(ACCOUNT, &messages(1));
    reads(&mailboxes, BOTH_MECHANISMS).await;

    // Nobody can say that a token is good: that is no wrong password either.
    drop(provider);
    let list = format!("imaps://{}/INBOX", mailboxes.server.listener("imap", "TLS"));
    let told = mailboxes.curl(&list, &mailboxes.secret, &[]).await;
    assert!(told.err.contains("NO [UNAVAILABLE]"), "{told:?}");
    let log = fs::read_to_string(mailboxes.place.path("log")).unwrap();
    assert!(!log.contains(CLIENT_SECRET) && !log.contains("Bearer"), "{log}");
}

#[tokio::test]
async fn e2e_a_token_that_dovecot_refuses_is_no_wrong_password() {
    let provider = OidcProvider::start(&TestAuthority::new("provider"), CALLBACK);
    let grant = format!("grant = \"client-credentials\"\nscopes = [\"{SCOPE}\"]");
    // The application's token names no user, and this Dovecot wants one.
    let mailboxes = start(&provider, &grant, &provider.introspection_of_users()).await;
    let imap = format!("imaps://{}/INBOX", mailboxes.server.listener("imap", "TLS"));
    let told = mailboxes.curl(&imap, &mailboxes.secret, &[]).await;
    assert!(told.err.contains("NO [UNAVAILABLE]"), "{told:?}\n{}", mailboxes.dovecot.log());
    assert!(!told.err.contains("AUTHENTICATIONFAILED"), "{told:?}");
    let pop3 = format!("pop3s://{}/", mailboxes.server.listener("pop3", "TLS"));
    let told = mailboxes.curl(&pop3, &mailboxes.secret, &[]).await;
    assert!(told.err.contains("-ERR [SYS/TEMP]"), "{told:?}");
}

/// The value of the next `"key": "value"` that the command prints.
async fn value(command: &mut Script, key: &str) -> String {
    let line = command.until(&format!("  \"{key}\": ")).await;
    line.split('"').nth(3).unwrap().to_owned()
}

#[tokio::test]
async fn e2e_a_consent_from_another_device_opens_the_mailbox_until_it_is_withdrawn() {
    let provider = OidcProvider::start(&TestAuthority::new("provider"), CALLBACK);
    let grant = delegated(&provider);
    let mailboxes = start(&provider, &grant, &provider.introspection_of_users()).await;
    let place = &mailboxes.place;
    mailboxes.dovecot.deliver(ACCOUNT, &messages(1));
    let list = format!("imaps://{}/INBOX", mailboxes.server.listener("imap", "TLS"));
    let told = mailboxes.curl(&list, &mailboxes.secret, &[]).await;
    assert!(told.err.contains("NO [UNAVAILABLE]"), "nobody has consented: {told:?}");

    let mut consent = place.begin(&["consent", "begin", ACCOUNT, "--provider", "real", "--json"]);
    let code = value(&mut consent, "user_code").await;
    let mut approve = Command::new("curl");
    approve.args(["--silent", "--show-error", "--fail", "--request", "POST", "--cacert"]);
    approve.arg(place.path("provider-ca.pem")).arg(provider.approval(&code, ACCOUNT));
    assert_eq!(answer(approve, "").await.code, 0, "{}", provider.log());
    let consented = consent.rest().await;
    assert_eq!(consented.code, 0, "{consented:?}\n{}", provider.log());
    let shown = place.run(&["consent", "show", ACCOUNT, "--json"]).await.json();
    assert_eq!((&shown[0]["state"], &shown[0]["mailbox"]), (&"connected".into(), &ACCOUNT.into()), "{shown}");
    reads(&mailboxes, BOTH_MECHANISMS).await;

    assert_eq!(place.run(&["consent", "withdraw", ACCOUNT, "--provider", "real"]).await.code, 0);
    // The server hears of it within a second, and then forgets the token in its memory.
    let forgotten = async {
        while !mailboxes.curl(&list, &mailboxes.secret, &[]).await.err.contains("NO [UNAVAILABLE]") {}
    };
    tokio::time::timeout(PATIENCE, forgotten).await.expect("the token is forgotten");
}

#[tokio::test]
async fn e2e_submission_takes_a_token_and_the_message() {
    let provider = OidcProvider::start(&TestAuthority::new("provider"), CALLBACK);
    let grant = format!("grant = \"client-credentials\"\nscopes = [\"{SCOPE}\"]");
    let postfix = Postfix::start(&TestAuthority::new("postfix"));
    let introspection = provider.introspection_of_the_application();
    let mailboxes = start_before(&provider, &grant, &introspection, Some(postfix.starttls_port)).await;
    let (place, server) = (&mailboxes.place, &mailboxes.server);
    let (_, secret) = place.create("Contact form", &[]).await;
    let message = message("token");
    let letter = Letter::to_a_visitor(&secret, &message);
    let told = Program::Curl.send(place, server, Tls::Implicit, letter).await;
    assert_eq!(told.code, 0, "{told:?}\n{}", mailboxes.dovecot.log());
    assert_unspoilt(&postfix.wait_for_messages(1).await[0], &message);
    mailboxes.dovecot.wait_for_log(&["submission-login", "Login: ", ACCOUNT, "method=XOAUTH2"]).await;

    // Nobody can say that the token is good: temporary, and not a wrong password.
    drop(provider);
    let told = Program::Curl.send(place, server, Tls::Implicit, letter).await;
    assert_ne!(told.code, 0, "{told:?}");
    assert!(told.err.contains("< 454 4.7.0") && !told.err.contains("< 535"), "{told:?}");
    assert_eq!(postfix.messages().len(), 1);
}

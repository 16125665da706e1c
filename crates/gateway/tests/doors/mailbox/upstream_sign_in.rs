//! How we sign in at the upstream of a mailbox.

use postern_domain::account::{AccountKind, Role};
use postern_domain::door::Door;
use postern_domain::impersonation::ImpersonationGrant;
use postern_domain::mfa::MfaState;
use postern_domain::sign_in::RefusalReason;
use postern_gateway::{OAuthMechanism, Secret, UpstreamSignIn, UpstreamTls};
use postern_service::upstream::{ClientAuthentication, ClientSecret, Grant, Provider};
use postern_testkit::certificates::TestAuthority;
use postern_testkit::smtp_client::base64;
use postern_testkit::smtp_hostile::{Act, ScriptedUpstream};
use postern_testkit::{FakeProvider, OPERATOR, TestService, account_name, app_password_for};

use super::speech::{ALL, IMAP, NO_UPSTREAM, Speech};
use crate::harness::{ANNA, Setup};

fn master(separator: Option<char>) -> UpstreamSignIn {
    let secret = Secret::new(b"ours".to_vec());
    UpstreamSignIn::Master { user: "master".to_owned(), secret, separator, without_tls: true }
}

/// The message of PLAIN that the upstream heard.
fn is_plain(speech: &Speech, heard: &[String], message: &str) -> bool {
    let message = base64(message.as_bytes());
    heard.last().is_some_and(|line| match speech.door {
        Door::ManageSieve => *line == format!("AUTHENTICATE \"PLAIN\" \"{message}\""),
        _ => line.ends_with(&format!(" PLAIN {message}")),
    })
}

#[tokio::test]
async fn a_master_user_opens_the_mailbox_in_either_way() {
    for speech in ALL {
        for (separator, message) in
            [(None, format!("{ANNA}\0master\0ours")), (Some('*'), format!("\0{ANNA}*master\0ours"))]
        {
            let upstream = ScriptedUpstream::start(speech.script([Act::Stall])).await;
            let mut settings = speech.upstream(upstream.address);
            settings.sign_in = master(separator);
            let doors = Setup::with(settings).await.open().await;
            speech.signed_in(&doors).await;
            let heard = upstream.heard();
            assert!(is_plain(&speech, &heard, &message), "{:?} {separator:?}: {heard:?}", speech.door);
        }
    }
}

#[tokio::test]
async fn who_may_act_for_another_opens_the_others_mailbox_and_no_third() {
    const SERVICE: &str = "backup@example.test";
    for speech in ALL {
        let upstream = ScriptedUpstream::start(speech.script([Act::Stall])).await;
        let mut settings = speech.upstream(upstream.address);
        settings.sign_in = master(None);
        let doors = Setup::with(settings).await.open().await;
        let service = &doors.service;
        service.account("bert@example.test", MfaState::Enforced).await;
        service.add(SERVICE, MfaState::Disabled, Role::Member, AccountKind::ServiceAccount).await;
        let grant = ImpersonationGrant::named([account_name(ANNA)], [], []).unwrap();
        let name = account_name(SERVICE);
        service.service.set_impersonation_grant(OPERATOR, &name, Some(grant)).await.unwrap();
        let new = app_password_for(SERVICE, "The backup", [speech.door]);
        let created = service.service.create_app_password(OPERATOR, new).await.unwrap();
        let secret = created.secret.expose_canonical();

        let mut client = speech.client(&doors).await;
        let answer = client.ask(&speech.sign_in_as("bert@example.test", SERVICE, secret)).await;
        assert!(answer.starts_with(speech.refused), "{answer}");
        assert_eq!(upstream.connections(), 0);
        let answer = client.ask(&speech.sign_in_as(ANNA, SERVICE, secret)).await;
        assert!(answer.starts_with(speech.accepted), "{answer}");
        let heard = upstream.heard();
        assert!(is_plain(&speech, &heard, &format!("{ANNA}\0master\0ours")), "{heard:?}");
    }
}

#[tokio::test]
async fn a_name_with_the_separator_in_it_opens_nothing() {
    let upstream = ScriptedUpstream::start(IMAP.script([Act::Stall])).await;
    let mut settings = IMAP.upstream(upstream.address);
    // Each name of an account has this one in it; others may have `*`.
    settings.sign_in = master(Some('@'));
    let doors = Setup::with(settings).await.open().await;
    assert_eq!(IMAP.failure(&doors).await, format!("{}{NO_UPSTREAM}", IMAP.temporary));
    assert_eq!(upstream.connections(), 0);
}

const NOT_CONNECTED: &str = "The mailbox behind this door is not connected any more; its owner can connect it again in the \
                             portal. The password was not refused";

#[tokio::test]
async fn what_its_owner_can_mend_is_said_to_the_owner() {
    for (speech, expected) in ALL.into_iter().zip([
        format!("* NO [ALERT] {NOT_CONNECTED}\r\na NO [UNAVAILABLE] {NOT_CONNECTED}\r\n"),
        format!("-ERR [SYS/TEMP] {NOT_CONNECTED}\r\n"),
        format!("NO (TRYLATER) \"{NOT_CONNECTED}\"\r\n"),
    ]) {
        let upstream = ScriptedUpstream::start(speech.script([])).await;
        let mut settings = speech.upstream(upstream.address);
        settings.sign_in = UpstreamSignIn::Mailbox { without_tls: true };
        let doors = Setup::with(settings).await.open().await;
        let mut client = speech.client(&doors).await;
        client.raw(format!("{}\r\n", speech.sign_in(ANNA, &doors.secret))).await;
        client.close_our_side().await;
        let answer = client.rest().await;
        let reference = &answer.split(" (ref ").nth(1).expect("a reference")[..9];
        assert_eq!(answer.replace(&format!(" (ref {reference})"), ""), expected, "{:?}", speech.door);
        let service = &doors.service.service;
        let explained = service.look_up_refusal(OPERATOR, reference.parse().unwrap()).await.unwrap();
        assert_eq!(explained.reason, RefusalReason::MailboxNotConnected);
        assert_eq!(upstream.connections(), 0, "without a password there is nothing to sign in with");
    }
}

fn provider() -> Provider {
    Provider {
        name: "exchange".to_owned(),
        client_id: "postern".to_owned(),
        authentication: ClientAuthentication::SecretInForm(ClientSecret::new("of the client")),
        token_endpoint: "https://login.example.test/token".parse().expect("an address"),
        scopes: vec!["https://outlook.office365.com/.default".to_owned()],
        grant: Grant::ClientCredentials,
    }
}

fn with_token() -> UpstreamSignIn {
    UpstreamSignIn::OAuth { provider: "exchange".to_owned(), mechanism: OAuthMechanism::XOAuth2 }
}

#[tokio::test]
async fn an_access_token_opens_the_mailbox() {
    let authority = TestAuthority::new("of the upstream");
    for speech in ALL {
        let shown = vec![Act::Handshake(authority.issue(&["localhost"]))];
        let upstream = ScriptedUpstream::start([shown, speech.script([Act::Stall])].concat()).await;
        let mut settings = speech.secure_upstream(upstream.address, UpstreamTls::Implicit, &authority);
        settings.sign_in = with_token();
        let service = TestService::open_with(vec![provider()], FakeProvider::new()).await;
        let doors = Setup { service, ..Setup::with(settings).await }.open().await;
        speech.signed_in(&doors).await;
        let message = base64(format!("user={ANNA}\u{1}auth=Bearer at-1\u{1}\u{1}").as_bytes());
        let heard = upstream.heard();
        assert!(heard.last().is_some_and(|line| line.contains(&message)), "{:?}: {heard:?}", speech.door);
    }
}

#[tokio::test]
async fn a_token_that_is_refused_says_nothing_of_itself_and_is_not_a_wrong_password() {
    let authority = TestAuthority::new("of the upstream");
    let explained = base64(br#"{"status":"401","schemes":"bearer","scope":"needle"}"#);
    let challenge: &'static [u8] = Box::leak(format!("+ {explained}\r\n").into_bytes().into_boxed_slice());
    let upstream = ScriptedUpstream::start(vec![
        Act::Handshake(authority.issue(&["localhost"])),
        Act::Say(IMAP.greeting),
        Act::Hear,
        Act::Say(challenge),
        Act::Hear,
        Act::Say(b"P NO [AUTHENTICATIONFAILED] needle\r\n"),
        Act::Stall,
    ])
    .await;
    let mut settings = IMAP.secure_upstream(upstream.address, UpstreamTls::Implicit, &authority);
    settings.sign_in = with_token();
    let service = TestService::open_with(vec![provider()], FakeProvider::new()).await;
    let doors = Setup { service, ..Setup::with(settings).await }.open().await;
    let mut client = IMAP.client(&doors).await;
    client.raw(format!("{}\r\n", IMAP.sign_in(ANNA, &doors.secret))).await;
    client.close_our_side().await;
    let answer = client.rest().await;
    // It is an application's token; its owner is the operator.
    assert_eq!(answer, format!("{}{NO_UPSTREAM}\r\n", IMAP.temporary));
    assert!(!answer.contains("needle") && !answer.contains("AUTHENTICATIONFAILED"), "{answer}");
    assert_eq!(upstream.heard()[1], "", "the explanation is answered, and nothing else is tried");
}

#[tokio::test]
async fn a_provider_that_cannot_be_used_is_temporary() {
    let authority = TestAuthority::new("of the upstream");
    let upstream = ScriptedUpstream::start(vec![Act::Stall]).await;
    let mut settings = IMAP.secure_upstream(upstream.address, UpstreamTls::Implicit, &authority);
    settings.sign_in = with_token();
    let endpoint = FakeProvider::new();
    endpoint.answer_next(400, None, r#"{"error":"invalid_client"}"#);
    let service = TestService::open_with(vec![provider()], endpoint).await;
    let doors = Setup { service, ..Setup::with(settings).await }.open().await;
    assert_eq!(IMAP.failure(&doors).await, format!("{}{NO_UPSTREAM}", IMAP.temporary));
    assert_eq!(upstream.connections(), 0);
}

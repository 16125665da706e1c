//! Signing in at a smart host with an access token: presented as the settings say, renewed once when it is refused, and
//! never a program's fault.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::mfa::MfaState;
use postern_gateway::{OAuthMechanism, Upstream, UpstreamSignIn, UpstreamTls};
use postern_service::upstream::{ClientAuthentication, Grant, Provider};
use postern_testkit::certificates::TestAuthority;
use postern_testkit::smtp_client::base64;
use postern_testkit::smtp_hostile::{Act, ScriptedUpstream};
use postern_testkit::{FakeProvider, TestService};

use crate::harness::{ANNA, Doors, NO_UPSTREAM, Setup, secure_smart_host};

/// `{"status":"401","schemes":"bearer","scope":"mail"}`
const EXPLAINED: &[u8] = b"334 eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIiwic2NvcGUiOiJtYWlsIn0=\r\n";

/// What a smart host does up to the AUTH command.
fn until_auth(authority: &TestAuthority) -> Vec<Act> {
    vec![
        Act::Handshake(authority.issue(&["localhost"])),
        Act::Say(b"220 upstream ESMTP\r\n"),
        Act::Hear,
        Act::Say(b"250-upstream\r\n250 AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER\r\n"),
        Act::Hear,
    ]
}

fn accepts(authority: &TestAuthority) -> Vec<Act> {
    [until_auth(authority), vec![Act::Say(b"235 2.7.0 Accepted\r\n"), Act::Stall]].concat()
}

fn refuses(authority: &TestAuthority) -> Vec<Act> {
    let refusal = [Act::Say(EXPLAINED), Act::Hear, Act::Say(b"535 5.7.8 anna@example.test is unknown\r\n")];
    [until_auth(authority), refusal.to_vec()].concat()
}

/// Doors before a smart host that wants tokens.
async fn doors(
    upstream: &ScriptedUpstream,
    authority: &TestAuthority,
    provider: &Arc<FakeProvider>,
    mechanism: OAuthMechanism,
) -> Doors {
    let registration = Provider {
        name: "provider".to_owned(),
        client_id: "postern".to_owned(),
        authentication: ClientAuthentication::None,
        token_endpoint: "https://login.example.test/token".parse().expect("it is well-formed"),
        scopes: vec!["mail".to_owned()],
        grant: Grant::ClientCredentials,
    };
    let sign_in = UpstreamSignIn::OAuth { provider: "provider".to_owned(), mechanism };
    let upstream =
        Upstream { sign_in, ..secure_smart_host(upstream.address, UpstreamTls::Implicit, authority) };
    let mut setup = Setup::with(upstream).await;
    setup.service = TestService::open_with(vec![registration], Arc::clone(provider) as Arc<_>).await;
    setup.open().await
}

/// The AUTH commands that an upstream heard.
fn presented(upstream: &ScriptedUpstream) -> Vec<String> {
    upstream.heard().into_iter().filter(|line| line.starts_with("AUTH")).collect()
}

fn xoauth2(user: &str, token: &str) -> String {
    format!("AUTH XOAUTH2 {}", base64(format!("user={user}\x01auth=Bearer {token}\x01\x01").as_bytes()))
}

#[tokio::test]
async fn the_token_is_presented_by_the_mechanism_of_the_settings() {
    let authority = TestAuthority::new("of the upstreams");
    let upstream = ScriptedUpstream::start(accepts(&authority)).await;
    let port = upstream.address.port();
    let bearer = format!("n,a={ANNA},\x01host=localhost\x01port={port}\x01auth=Bearer at-1\x01\x01");
    for (mechanism, expected) in [
        (OAuthMechanism::XOAuth2, xoauth2(ANNA, "at-1")),
        (OAuthMechanism::OAuthBearer, format!("AUTH OAUTHBEARER {}", base64(bearer.as_bytes()))),
    ] {
        let provider = FakeProvider::new();
        let doors = doors(&upstream, &authority, &provider, mechanism).await;
        doors.signed_in().await;
        assert_eq!(presented(&upstream).last(), Some(&expected));
        doors.signed_in().await;
        assert_eq!(provider.count(), 1, "the token is used again");
    }
}

#[tokio::test]
async fn a_refused_token_that_is_not_fresh_is_replaced_once_and_the_program_notices_nothing() {
    let authority = TestAuthority::new("of the upstreams");
    let scripts = vec![accepts(&authority), refuses(&authority), accepts(&authority)];
    let upstream = ScriptedUpstream::start_in_turn(scripts).await;
    let provider = FakeProvider::new();
    let doors = doors(&upstream, &authority, &provider, OAuthMechanism::XOAuth2).await;
    doors.signed_in().await;
    doors.service.clock.advance(Duration::from_secs(600));
    doors.signed_in().await;
    let token = |number| xoauth2(ANNA, &format!("at-{number}"));
    assert_eq!(presented(&upstream), [token(1), token(1), token(2)]);
    assert_eq!(provider.count(), 2);
}

#[tokio::test]
async fn a_refused_token_is_not_tried_for_ever_and_the_client_hears_nothing_of_it() {
    let authority = TestAuthority::new("of the upstreams");
    let upstream = ScriptedUpstream::start_in_turn(vec![accepts(&authority), refuses(&authority)]).await;
    let provider = FakeProvider::new();
    let doors = doors(&upstream, &authority, &provider, OAuthMechanism::XOAuth2).await;
    doors.signed_in().await;
    doors.service.clock.advance(Duration::from_secs(600));
    let mut client = doors.submissions().await;
    let reply = client.auth_plain(ANNA, &doors.secret).await;
    assert_eq!(reply, NO_UPSTREAM);
    for told in ["401", "unknown", "eyJ", "at-"] {
        assert!(!client.transcript().contains(told), "{}", client.transcript());
    }
    assert_eq!(presented(&upstream).len(), 3, "the first session, the refused token, and one more");
    // The second one is fresh: the next session does not ask for a third.
    client.auth_plain(ANNA, &doors.secret).await;
    assert_eq!(presented(&upstream).len(), 4);
    assert_eq!(provider.count(), 2);
}

#[tokio::test]
async fn a_token_is_for_the_mailbox_of_the_session() {
    let authority = TestAuthority::new("of the upstreams");
    let upstream = ScriptedUpstream::start(accepts(&authority)).await;
    let provider = FakeProvider::new();
    let doors = doors(&upstream, &authority, &provider, OAuthMechanism::XOAuth2).await;
    doors.service.account("bert@example.test", MfaState::Enforced).await;
    let bert = doors.service.app_password("bert@example.test", "Scanner of Bert").await;
    let mut client = doors.submissions().await;
    let reply = client.auth_plain("bert@example.test", bert.secret.expose_canonical()).await;
    assert!(reply.starts_with("235"), "{reply}");
    assert_eq!(presented(&upstream), [xoauth2("bert@example.test", "at-1")]);
}

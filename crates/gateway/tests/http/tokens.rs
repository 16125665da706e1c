//! Access tokens of OAuth 2.0 in place of the program's credentials.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use postern_domain::door::{Door, DoorSet};
use postern_domain::sign_in::RefusalReason;
use postern_gateway::{OAuthMechanism, Upstream, UpstreamSignIn};
use postern_service::upstream::{
    ClientAuthentication, ClientSecret, EndpointAnswer, EndpointProblem, EndpointRequest, Grant, Provider,
    TokenEndpoint,
};
use postern_testkit::certificates::TestAuthority;
use postern_testkit::{FakeProvider, OPERATOR, TestService};
use zeroize::Zeroizing;

use crate::ews::{impersonating, soap};
use crate::harness::{ANNA, Doors, Setup, plain, secure};
use crate::upstream::{FakeUpstream, Reads, answer};

struct Endpoint(Arc<FakeProvider>);

#[async_trait]
impl TokenEndpoint for Endpoint {
    async fn post(&self, request: EndpointRequest<'_>) -> Result<EndpointAnswer, EndpointProblem> {
        let authorization = request.authorization.as_deref().map(String::as_str);
        let answer = self.0.answer(request.url.as_str(), authorization, &request.form).await;
        Ok(EndpointAnswer {
            status: answer.status,
            retry_after: answer.retry_after.map(Duration::from_secs),
            body: Zeroizing::new(answer.body.into_bytes()),
        })
    }
}

/// Doors before an upstream that wants tokens of the application.
async fn application(head: &'static str) -> (Doors, FakeUpstream, Arc<FakeProvider>) {
    let authority = TestAuthority::new("of the upstream");
    let identity = authority.issue(&["localhost"]);
    let upstream = FakeUpstream::start_as(Reads::All, Some(&identity), |_| answer(head, "hello")).await;
    let fake = FakeProvider::new();
    let provider = Provider {
        name: "fake".to_owned(),
        client_id: "postern".to_owned(),
        authentication: ClientAuthentication::SecretInForm(ClientSecret::new("s3cret")),
        token_endpoint: "https://login.example.test/token".parse().expect("an address"),
        scopes: vec!["mail".to_owned()],
        grant: Grant::ClientCredentials,
    };
    let service = TestService::open_with(vec![provider], Arc::new(Endpoint(Arc::clone(&fake)))).await;
    let sign_in =
        UpstreamSignIn::OAuth { provider: "fake".to_owned(), mechanism: OAuthMechanism::OAuthBearer };
    let doors: DoorSet = [Door::Ews].into_iter().collect();
    let target = Upstream { sign_in, doors, ..secure(&upstream, &authority) };
    let doors = Setup { service, ..Setup::with(target).await }.open().await;
    (doors, upstream, fake)
}

fn post(doors: &Doors, body: &str) -> String {
    // What a program names in `Connection` is taken out, but nothing of ours.
    let named = "Connection: X-AnchorMailbox, Authorization\r\n";
    let head = doors.head("POST /EWS/Exchange.asmx") + "Content-Type: text/xml\r\n" + named;
    head + &format!("Content-Length: {}\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn a_token_of_the_application_opens_one_mailbox_only() {
    let (doors, upstream, _provider) = application("200 OK").await;
    let mut client = doors.client().await;
    for body in [soap(""), impersonating("SmtpAddress", ANNA)] {
        assert_eq!(client.ask(post(&doors, &body)).await.status, 200);
    }
    assert_eq!(
        client.ask(post(&doors, &impersonating("SmtpAddress", "bert@example.test"))).await.status,
        500
    );
    let arrived = upstream.arrived();
    assert_eq!(arrived.len(), 2);
    for arrived in arrived {
        let body = String::from_utf8(arrived.body.clone()).unwrap();
        assert_eq!(
            body.matches("<t:PrimarySmtpAddress>anna@example.test</t:PrimarySmtpAddress>").count(),
            1,
            "{body}"
        );
        assert_eq!(body.matches("ConnectingSID>").count(), 2, "{body}");
        assert_eq!(arrived.field("content-length"), Some(body.len().to_string().as_str()));
        assert_eq!(arrived.field("x-anchormailbox"), Some(ANNA));
        assert!(arrived.field("authorization").unwrap().starts_with("Bearer "), "{:?}", arrived.fields);
    }
}

#[tokio::test]
async fn a_token_that_the_upstream_refuses_is_no_wrong_password() {
    let (doors, _upstream, _provider) =
        application("401 Unauthorized\r\nWWW-Authenticate: Bearer error=\"invalid_token\"").await;
    let mut client = doors.client().await;
    insta::assert_snapshot!(client.ask(post(&doors, &soap(""))).await.text(), @r"
    503
    content-type: text/plain; charset=utf-8
    x-content-type-options: nosniff
    cache-control: no-store
    retry-after: 30
    content-length: 105

    The service behind this door cannot be used at the moment; the password was not refused, try again later
    ");
}

#[tokio::test]
async fn a_provider_that_asks_for_rest_is_passed_on() {
    let (doors, upstream, provider) = application("200 OK").await;
    provider.answer_next(429, Some(40), "{}");
    let mut client = doors.client().await;
    let reply = client.ask(post(&doors, &soap(""))).await;
    assert_eq!((reply.status, reply.field("retry-after")), (503, Some("40")));
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn a_mailbox_whose_password_was_not_entered_is_no_wrong_password() {
    let upstream = FakeUpstream::hello().await;
    let target = Upstream { sign_in: UpstreamSignIn::Mailbox { without_tls: true }, ..plain(&upstream) };
    let doors = Setup::with(target).await.open().await;
    let mut client = doors.client().await;
    let reply = client.ask(doors.head("GET /web/") + "\r\n").await;
    assert_eq!((reply.status, reply.field("retry-after")), (503, Some("30")));
    let text = String::from_utf8_lossy(&reply.body);
    assert!(text.contains("https://portal.example.test/security-info"), "{text}");
    let reference = text.split("(ref ").nth(1).expect("a reference")[..9].parse().unwrap();
    let explained = doors.service.service.look_up_refusal(OPERATOR, reference).await.unwrap();
    assert_eq!(explained.reason, RefusalReason::MailboxNotConnected);
    assert_eq!(upstream.connections(), 0);
}

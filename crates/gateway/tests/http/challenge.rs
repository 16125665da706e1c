//! Requests without credentials, with wrong ones, and with right ones.

use postern_testkit::certificates::TestAuthority;

use crate::harness::{ANNA, Doors, HOST, Setup, authorization, secure};
use crate::upstream::{FakeUpstream, Reads, answer};

#[tokio::test]
async fn a_request_that_signs_in_reaches_its_upstream_through_tls() {
    let authority = TestAuthority::new("of the upstream");
    let identity = authority.issue(&["localhost"]);
    let script = |_: &_| answer("200 OK\r\nContent-Type: text/xml\r\nServer: Microsoft-IIS/10.0", "<hello/>");
    let upstream = FakeUpstream::start_as(Reads::All, Some(&identity), script).await;
    let doors = Setup::with(secure(&upstream, &authority)).await.open().await;
    let mut client = doors.client().await;
    let request = doors.head("POST /web/Exchange.asmx?x=1")
        + "Content-Type: text/xml\r\nContent-Length: 7\r\n\r\n<body/>";
    insta::assert_snapshot!(client.ask(request).await.text(), @r"
    200
    content-type: text/xml
    content-length: 8

    <hello/>
    ");
    let port = upstream.address.port().to_string();
    insta::assert_snapshot!(upstream.only().text().replace(&port, "PORT"), @r"
    POST /web/Exchange.asmx?x=1 HTTP/1.1
    content-length: 7
    content-type: text/xml
    host: localhost:PORT

    <body/>
    ");
}

#[tokio::test]
async fn without_credentials_there_is_a_challenge_and_nothing_is_counted() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    for credentials in [
        "",
        "Authorization: Bearer abc\r\n",
        "Authorization: Negotiate TlRMTVNTUAABAAAA\r\n",
        "Authorization: NTLM TlRMTVNTUAABAAAA\r\n",
        "Authorization: Basic ????\r\n",
    ] {
        let request = format!(
            "POST /EWS/Exchange.asmx HTTP/1.1\r\nHost: {HOST}\r\n{credentials}Content-Length: 3\r\n\r\nabc"
        );
        let text = client.ask(request).await.text();
        insta::allow_duplicates! {
            insta::assert_snapshot!(text, @r#"
            401
            content-type: text/plain; charset=utf-8
            x-content-type-options: nosniff
            cache-control: no-store
            www-authenticate: Basic realm="Postern", charset="UTF-8"
            content-length: 100

            Sign-in required. Accounts with MFA need an app password: https://portal.example.test/security-info
            "#);
        }
    }
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn a_refusal_says_the_same_for_every_cause_and_the_connection_stays() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    for (user, secret) in [(ANNA, "wrong"), ("nobody@example.test", "wrong"), (ANNA, "")] {
        let credentials = authorization(user, secret);
        let request = format!("GET /dav/ HTTP/1.1\r\nHost: {HOST}\r\n{credentials}\r\n");
        let text = client.ask(request).await.text();
        let (before, after) = text.split_once("(ref ").expect("a reference");
        let text = format!("{before}(ref …{}", &after[9..]);
        insta::allow_duplicates! {
            insta::assert_snapshot!(text, @r#"
            401
            content-type: text/plain; charset=utf-8
            x-content-type-options: nosniff
            cache-control: no-store
            www-authenticate: Basic realm="Postern", charset="UTF-8"
            content-length: 115

            Sign-in refused. Accounts with MFA need an app password: https://portal.example.test/security-info (ref …)
            "#);
        }
    }
    assert_eq!(upstream.connections(), 0);
    assert_eq!(client.ask(doors.head("GET /dav/") + "\r\n").await.status, 200);
}

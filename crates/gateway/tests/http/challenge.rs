//! Requests without credentials, with wrong ones, and with right ones.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use postern_domain::account::password::AccountPassword;
use postern_domain::account::{AccountKind, Role};
use postern_domain::door::Door;
use postern_domain::limits::Allowance;
use postern_domain::mfa::MfaState;
use postern_service::account::AddAccount;
use postern_testkit::certificates::TestAuthority;
use postern_testkit::{OPERATOR, SwitchableStore, TestService, account_name, app_password_for};

use crate::harness::{ANNA, Doors, HOST, Setup, authorization, plain, secure};
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

#[tokio::test]
async fn a_secret_beyond_ascii_is_read_as_programs_write_it() {
    const PASSWORD: &str = "l\u{e4}ngere Batterie mit Klammer";
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let new = AddAccount {
        name: account_name("bert@example.test"),
        aliases: Vec::new(),
        kind: AccountKind::Person,
        role: Role::Member,
        mfa: Some(MfaState::Disabled),
        password: Some(AccountPassword::typed(PASSWORD)),
    };
    doors.service.service.add_account(OPERATOR, new).await.unwrap();
    let mut client = doors.client().await;
    let latin1: Vec<u8> = PASSWORD.chars().map(|character| u8::try_from(character).unwrap()).collect();
    for secret in [PASSWORD.as_bytes(), &latin1] {
        let credentials = STANDARD.encode([b"bert@example.test:", secret].concat());
        let request =
            format!("GET /web/ HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Basic {credentials}\r\n\r\n");
        assert_eq!(client.ask(request).await.status, 200, "{secret:?}");
    }
}

#[tokio::test]
async fn a_limit_that_is_reached_is_no_wrong_password() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut new = app_password_for(ANNA, "One at a time", [Door::Http]);
    new.limits.sessions = Some(Allowance::new(1).unwrap());
    let created = doors.service.service.create_app_password(OPERATOR, new).await.unwrap();
    let credentials = authorization(ANNA, created.secret.expose_canonical());
    let mut client = doors.client().await;
    for (program, status) in [("One", 200), ("Other", 429), ("One", 200)] {
        let request =
            format!("GET /web/ HTTP/1.1\r\nHost: {HOST}\r\nUser-Agent: {program}\r\n{credentials}\r\n");
        let reply = client.ask(request).await;
        assert_eq!((reply.status, reply.field("www-authenticate")), (status, None));
        assert_eq!(reply.field("retry-after").is_some(), status == 429);
    }
}

#[tokio::test]
async fn a_database_that_is_down_is_never_reported_as_a_wrong_password() {
    let upstream = FakeUpstream::hello().await;
    let switch = SwitchableStore::open().await;
    let service = TestService::open_on(switch.clone()).await;
    let doors = Setup { service, ..Setup::with(plain(&upstream)).await }.open().await;
    let mut client = doors.client().await;
    switch.take_down();
    for credentials in [doors.authorization(), authorization(ANNA, "wrong")] {
        let request = format!("GET /web/ HTTP/1.1\r\nHost: {HOST}\r\n{credentials}\r\n");
        let reply = client.ask(request).await;
        assert_eq!((reply.status, reply.field("retry-after")), (503, Some("30")));
        assert_eq!(reply.field("www-authenticate"), None);
    }
    switch.bring_up();
    assert_eq!(client.ask(doors.head("GET /web/") + "\r\n").await.status, 200);
}

#[tokio::test]
async fn only_the_doors_of_its_scope_open() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let new = app_password_for(ANNA, "Calendar only", [Door::Dav]);
    let created = doors.service.service.create_app_password(OPERATOR, new).await.unwrap();
    let credentials = authorization(ANNA, created.secret.expose_canonical());
    let mut client = doors.client().await;
    for (path, status) in
        [("/dav/", 200), ("/.well-known/carddav", 200), ("/web/", 401), ("/mapi/emsmdb", 401)]
    {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {HOST}\r\n{credentials}\r\n");
        let reply = client.ask(request).await;
        assert_eq!((reply.status, reply.field("retry-after")), (status, None), "{path}");
    }
}

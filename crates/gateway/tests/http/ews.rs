//! Exchange Web Services: whom a request acts for is settled before anything goes upstream.

use postern_domain::account::{AccountKind, AccountName, Role};
use postern_domain::door::Door;
use postern_domain::impersonation::ImpersonationGrant;
use postern_domain::mfa::MfaState;
use postern_service::live_session::LiveSessionError;
use postern_testkit::{OPERATOR, account_name, app_password_for};
use tokio::sync::watch;

use crate::client::{Client, Reply};
use crate::harness::{Doors, HOST, authorization};
use crate::upstream::{Act, FakeUpstream, answer};

const BACKUP: &str = "backup@example.test";
const BERT: &str = "bert@example.test";

pub(crate) fn soap(header: &str) -> String {
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\">\
         <s:Header>{header}</s:Header><s:Body><m:GetFolder xmlns:m=\"x\"/></s:Body></s:Envelope>"
    )
}

pub(crate) fn impersonating(kind: &str, identity: &str) -> String {
    soap(&format!(
        "<t:ExchangeImpersonation><t:ConnectingSID><t:{kind}>{identity}</t:{kind}></t:ConnectingSID></t:ExchangeImpersonation>"
    ))
}

/// A service account that may act for Bert, and its field.
async fn backup(doors: &Doors) -> String {
    let service = &doors.service;
    service.account(BERT, MfaState::Enforced).await;
    service.add(BACKUP, MfaState::Enforced, Role::Member, AccountKind::ServiceAccount).await;
    let grant = ImpersonationGrant::named([account_name(BERT)], [], []).expect("a grant");
    service
        .service
        .set_impersonation_grant(OPERATOR, &account_name(BACKUP), Some(grant))
        .await
        .expect("the grant is given");
    let new = app_password_for(BACKUP, "Backup program", [Door::Ews]);
    let created = service.service.create_app_password(OPERATOR, new).await.expect("an app password");
    authorization(BACKUP, created.secret.expose_canonical())
}

async fn post(client: &mut Client, fields: &str, body: &str) -> Reply {
    let length = body.len();
    let head = format!(
        "POST /EWS/Exchange.asmx HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: text/xml; charset=utf-8\r\n"
    );
    client.ask(head + fields + &format!("Content-Length: {length}\r\n\r\n{body}")).await
}

fn code(reply: &Reply) -> String {
    let text = String::from_utf8_lossy(&reply.body).into_owned();
    let (_, rest) = text.split_once("errors\">").expect("a response code");
    rest.split('<').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_grant_lets_a_service_account_act_for_a_mailbox() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let backup = backup(&doors).await;
    let mut client = doors.client().await;
    let body = impersonating("PrimarySmtpAddress", BERT);
    let fields = backup + "X-AnchorMailbox: anna@example.test\r\n";
    assert_eq!(post(&mut client, &fields, &body).await.status, 200);
    let arrived = upstream.only();
    assert_eq!(String::from_utf8_lossy(&arrived.body), body);
    assert_eq!(
        arrived.field("x-anchormailbox"),
        Some(BERT),
        "it says what is opened, not what the program says"
    );
}

/// What is for one connection only is out before anything is judged.
#[tokio::test]
async fn what_decides_cannot_be_named_away() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let backup = backup(&doors).await;
    let mut client = doors.client().await;
    let body = impersonating("PrimarySmtpAddress", BERT);
    let fields = backup.clone() + "Connection: X-AnchorMailbox\r\n";
    assert_eq!(post(&mut client, &fields, &body).await.status, 200);
    assert_eq!(upstream.only().field("x-anchormailbox"), Some(BERT));
    let fields = backup + "Connection: Content-Type\r\n";
    assert_eq!(post(&mut client, &fields, &body).await.status, 415);
    assert_eq!(upstream.arrived().len(), 1);
}

/// Behind `.asmx/` are calls that name a mailbox in the URL.
#[tokio::test]
async fn only_the_service_describes_itself_without_soap() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    for (place, status) in [
        ("Exchange.asmx?wsdl", 200),
        ("Services.wsdl", 200),
        ("messages.xsd", 200),
        ("Exchange.asmx/s/GetUserPhoto/.wsdl?email=bert@example.test", 405),
        ("Exchange.asmx/s/GetUserPhoto.xsd", 405),
        ("Exchange.asmx/s/GetUserPhoto;.xsd", 405),
        ("Exchange.asmx/s/GetUserPhoto?wsdl", 405),
        ("Services.wsdl?email=bert@example.test", 405),
    ] {
        let reply = client.ask(doors.head(&format!("GET /EWS/{place}")) + "\r\n").await;
        assert_eq!(reply.status, status, "{place}");
    }
    assert_eq!(upstream.arrived().len(), 3);
}

#[tokio::test]
async fn without_a_grant_there_is_a_fault_and_nothing_goes_upstream() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let backup = backup(&doors).await;
    let anna = doors.authorization();
    let mut client = doors.client().await;
    for (who, kind, identity) in [
        (&anna, "PrimarySmtpAddress", BERT),
        (&anna, "SID", "S-1-5-21-1-2-3-4"),
        (&backup, "PrimarySmtpAddress", "anna@example.test"),
        (&backup, "SmtpAddress", "nobody@example.test"),
        (&backup, "PrincipalName", "anna@example.test"),
    ] {
        let reply = post(&mut client, who, &impersonating(kind, identity)).await;
        assert_eq!((reply.status, reply.field("www-authenticate")), (500, None));
        assert_eq!(reply.field("content-type"), Some("text/xml; charset=utf-8"));
        assert_eq!(code(&reply), "ErrorImpersonateUserDenied");
    }
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn ones_own_mailbox_needs_no_grant_and_the_anchor_opens_nothing() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    let fields = doors.authorization() + "X-AnchorMailbox: bert@example.test\r\n";
    assert_eq!(
        post(&mut client, &fields, &impersonating("SmtpAddress", "Anna@example.test")).await.status,
        200
    );
    assert_eq!(post(&mut client, &fields, &soap("")).await.status, 200);
    for arrived in upstream.arrived() {
        assert_eq!(arrived.field("x-anchormailbox"), Some("anna@example.test"));
    }
    assert_eq!(post(&mut client, &doors.authorization(), &soap("")).await.status, 200);
    assert_eq!(upstream.arrived().last().unwrap().field("x-anchormailbox"), None);
}

#[tokio::test]
async fn what_cannot_be_understood_goes_nowhere() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    let fields = doors.authorization();
    let two = "<t:PrimarySmtpAddress>anna@example.test</t:PrimarySmtpAddress><t:SID>S-1-1</t:SID>";
    let two = soap(&format!(
        "<t:ExchangeImpersonation><t:ConnectingSID>{two}</t:ConnectingSID></t:ExchangeImpersonation>"
    ));
    for (body, expected) in [
        (two.as_str(), "ErrorInvalidExchangeImpersonationHeaderData"),
        (&impersonating("Sddl", "x"), "ErrorInvalidExchangeImpersonationHeaderData"),
        (&soap("<t:ManagementRole/>"), "ErrorMoreThanOneAccessModeSpecified"),
        ("<!DOCTYPE x><x/>", "ErrorSchemaValidation"),
        ("not XML", "ErrorSchemaValidation"),
        ("", "ErrorSchemaValidation"),
    ] {
        let reply = post(&mut client, &fields, body).await;
        assert_eq!((reply.status, code(&reply).as_str()), (500, expected), "{body}");
    }
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn what_cannot_be_looked_into_is_refused() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    let body = soap("");
    for (line, fields, status) in [
        ("POST /EWS/Exchange.asmx", "Content-Type: text/xml\r\nContent-Encoding: gzip\r\n", 415),
        ("POST /EWS/Exchange.asmx", "Content-Type: text/xml; charset=utf-16\r\n", 415),
        ("POST /EWS/Exchange.asmx", "Content-Type: application/json\r\n", 415),
        ("POST /EWS/Exchange.asmx", "", 415),
        ("PUT /EWS/Exchange.asmx", "Content-Type: text/xml\r\n", 405),
        ("GET /EWS/Exchange.asmx?wsdl", "Content-Type: text/xml\r\n", 405),
        ("GET /EWS/s/GetUserPhoto?email=x", "", 405),
    ] {
        let length = format!("Content-Length: {}\r\n\r\n", body.len());
        let reply = client.ask(doors.head(line) + fields + &length + &body).await;
        assert_eq!(reply.status, status, "{line} {fields}");
    }
    assert_eq!(upstream.connections(), 0);
    for path in ["/EWS/Exchange.asmx?wsdl", "/EWS/Services.wsdl", "/EWS/types.xsd"] {
        assert_eq!(client.ask(doors.head(&format!("GET {path}")) + "\r\n").await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_header_behind_the_body_keeps_the_request_from_becoming_whole() {
    let upstream = FakeUpstream::hello().await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    let late = soap("").replace("</s:Envelope>", "<s:Header/></s:Envelope>");
    let (start, end) = late.split_at(late.find("<m:GetFolder").unwrap() + 20);
    let length = late.len();
    let head = doors.head("POST /EWS/Exchange.asmx") + "Content-Type: text/xml\r\n";
    client.send(head + &format!("Content-Length: {length}\r\n\r\n{start}")).await;
    while upstream.connections() == 0 {
        tokio::task::yield_now().await;
    }
    client.send(end).await;
    let reply = client.reply().await;
    assert_eq!((reply.status, code(&reply).as_str()), (500, "ErrorSchemaValidation"));
    upstream.alone().await;
    assert_eq!(upstream.arrived(), []);
}

#[tokio::test]
async fn taking_a_grant_away_ends_what_is_in_flight_for_that_mailbox() {
    let (_hold, never) = watch::channel(false);
    let upstream = FakeUpstream::start(move |_| {
        let mut acts = vec![Act::Wait(never.clone())];
        acts.extend(answer("200 OK", "at last"));
        acts
    })
    .await;
    let doors = Doors::before(&upstream).await;
    let backup = backup(&doors).await;
    let (mut own, mut for_bert) = (doors.client().await, doors.client().await);
    for (client, body) in [(&mut own, soap("")), (&mut for_bert, impersonating("PrimarySmtpAddress", BERT))] {
        let head =
            format!("POST /EWS/Exchange.asmx HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: text/xml\r\n{backup}");
        client.send(head + &format!("Content-Length: {}\r\n\r\n{body}", body.len())).await;
    }
    upstream.has_arrived(2).await;
    assert_eq!(mailboxes(&doors), [None, Some(account_name(BERT))]);
    doors.service.service.set_impersonation_grant(OPERATOR, &account_name(BACKUP), None).await.unwrap();
    assert_eq!(for_bert.reply().await.status, 503);
    assert_eq!(mailboxes(&doors), [None], "its own request goes on");
}

/// Whose mailboxes the live sessions are in: none for their own.
fn mailboxes(doors: &Doors) -> Vec<Option<AccountName>> {
    let mut mailboxes: Vec<_> =
        doors.gateway.live_sessions().into_iter().map(|session| session.acting_for).collect();
    mailboxes.sort();
    mailboxes
}

#[tokio::test]
async fn what_acts_for_a_mailbox_can_be_ended_alone_and_comes_again_as_another_session() {
    let (_hold, never) = watch::channel(false);
    let upstream = FakeUpstream::start(move |arrived| {
        let is_first = arrived.line.contains("?first");
        let wait = is_first.then(|| Act::Wait(never.clone()));
        wait.into_iter().chain(answer("200 OK", "at last")).collect()
    })
    .await;
    let doors = Doors::before(&upstream).await;
    let backup = backup(&doors).await;
    let body = impersonating("PrimarySmtpAddress", BERT);
    let request = |path: &str| {
        let head = format!("POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: text/xml\r\n{backup}");
        head + &format!("Content-Length: {}\r\n\r\n{body}", body.len())
    };
    let (mut first, mut second) = (doors.client().await, doors.client().await);
    first.send(request("/EWS/Exchange.asmx?first")).await;
    upstream.has_arrived(1).await;
    let acting = |doors: &Doors| {
        let mut sessions = doors.gateway.live_sessions().into_iter();
        sessions.find(|session| session.acting_for.is_some()).map(|session| session.id)
    };
    let id = acting(&doors).unwrap();
    // It can be ended once it was reported.
    while let Err(error) = doors.service.service.end_live_session(OPERATOR, id).await {
        assert!(matches!(error, LiveSessionError::NoSuchSession), "{error}");
        tokio::task::yield_now().await;
    }
    assert_eq!(first.reply().await.status, 503);
    assert_eq!(second.ask(request("/EWS/Exchange.asmx")).await.status, 200);
    assert_ne!(acting(&doors).unwrap(), id);
}

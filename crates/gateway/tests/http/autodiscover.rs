//! Autodiscover answers send programs to us.

use crate::client::Reply;
use crate::harness::Doors;
use crate::upstream::{FakeUpstream, answer};

async fn discover(
    head: impl Fn(&str) -> String + Send + Sync + 'static,
    body: fn(&str) -> String,
) -> (Reply, FakeUpstream) {
    let upstream = FakeUpstream::start(move |arrived| {
        let host = arrived.field("host").expect("a host");
        answer(&head(host), &body(host))
    })
    .await;
    let doors = Doors::before(&upstream).await;
    let mut client = doors.client().await;
    let request = doors.head("POST /autodiscover/autodiscover.xml")
        + "Accept-Encoding: gzip\r\nContent-Type: text/xml\r\nContent-Length: 4\r\n\r\n<a/>";
    (client.ask(request).await, upstream)
}

#[tokio::test]
async fn the_upstreams_urls_become_ours() {
    let (reply, upstream) = discover(
        |_| "200 OK\r\nContent-Type: text/xml; charset=utf-8".to_owned(),
        |host| {
            format!(
                "<A><EwsUrl>https://{host}/EWS/Exchange.asmx</EwsUrl><Other>https://help.test/</Other></A>"
            )
        },
    )
    .await;
    insta::assert_snapshot!(reply.text(), @r"
    200
    content-type: text/xml; charset=utf-8
    content-length: 100

    <A><EwsUrl>https://gate.example.test/EWS/Exchange.asmx</EwsUrl><Other>https://help.test/</Other></A>
    ");
    assert_eq!(upstream.only().field("accept-encoding"), Some("identity"));
}

#[tokio::test]
async fn what_cannot_be_read_or_leads_elsewhere_is_not_passed_on() {
    for head in [
        "200 OK\r\nContent-Type: text/xml\r\nContent-Encoding: gzip",
        "200 OK\r\nContent-Type: text/html",
        "200 OK",
        "302 Found\r\nContent-Type: text/xml\r\nLocation: https://other.test/autodiscover/autodiscover.xml",
    ] {
        let (reply, _upstream) = discover(|_| head.to_owned(), |_| "<A/>".to_owned()).await;
        assert_eq!(reply.status, 502, "{head}");
    }
    let (reply, _upstream) =
        discover(|_| "200 OK\r\nContent-Type: text/xml".to_owned(), |_| "x".repeat(1024 * 1024 + 1)).await;
    assert_eq!(reply.status, 502);
}

#[tokio::test]
async fn a_redirect_within_the_upstream_leads_to_us() {
    let head = |host: &str| format!("302 Found\r\nLocation: https://{host}/autodiscover/autodiscover.xml");
    let (reply, _upstream) = discover(head, |_| String::new()).await;
    assert_eq!(
        (reply.status, reply.field("location")),
        (302, Some("https://gate.example.test/autodiscover/autodiscover.xml"))
    );
}

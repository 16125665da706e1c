//! The PROXY protocol: believed from listed peers, demanded of them, and from nobody else.

use postern_domain::network::parse_network;
use postern_gateway::ProxyProtocol;
use postern_testkit::smtp_client::SmtpClient;
use postern_testkit::smtp_upstream::{FakeUpstream, UpstreamBehaviour};

use crate::harness::{ANNA, Doors, Setup, smart_host};

/// Version 2, TCP over IPv4, 203.0.113.9:4711 to 192.0.2.1:465.
const V2: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xcb\0\x71\x09\xc0\0\x02\x01\x12\x67\x01\xd1";
const V2_LOCAL: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0";
const V1: &[u8] = b"PROXY TCP4 203.0.113.9 192.0.2.1 4711 465\r\n";
const V1_SIX: &[u8] = b"PROXY TCP6 2001:db8::9 2001:db8::1 4711 465\r\n";

async fn behind(networks: &[&str]) -> (Doors, FakeUpstream) {
    let upstream = FakeUpstream::start(UpstreamBehaviour::default()).await;
    let mut setup = Setup::with(smart_host(upstream.address)).await;
    let networks = networks.iter().map(|network| parse_network(network).expect("a network"));
    setup.proxy_protocol = ProxyProtocol::From(networks.collect());
    (setup.open().await, upstream)
}

#[tokio::test]
async fn a_listed_peer_reports_the_client_before_tls() {
    let (doors, _upstream) = behind(&["127.0.0.0/8"]).await;
    for (header, address) in
        [(V2, "203.0.113.9"), (V1, "203.0.113.9"), (V1_SIX, "2001:db8::9"), (V2_LOCAL, "127.0.0.1")]
    {
        let mut client = SmtpClient::connect(doors.address("submissions")).await;
        // In pieces, as a network may deliver it.
        let (beginning, end) = header.split_at(7);
        client.raw(beginning).await;
        tokio::task::yield_now().await;
        client.raw(end).await;
        client.handshake(&doors.authority).await;
        client.reply().await;
        assert!(client.auth_plain(ANNA, &doors.secret).await.starts_with("235"));
        let [session] = doors.gateway.live_sessions().try_into().unwrap();
        assert_eq!(session.address.to_string(), address);
        client.command("QUIT").await;
        drop(client);
        while !doors.gateway.live_sessions().is_empty() {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn the_header_and_the_first_octets_of_tls_may_come_together() {
    let (doors, _upstream) = behind(&["127.0.0.0/8"]).await;
    let mut client = SmtpClient::connect(doors.address("submission")).await;
    client.raw(&[V1, b"EHLO client.example.test\r\n"].concat()).await;
    assert!(client.reply().await.starts_with("220"));
    assert!(client.reply().await.starts_with("250"));
}

#[tokio::test]
async fn a_listed_peer_without_a_header_is_closed_without_a_word() {
    let (doors, _upstream) = behind(&["127.0.0.0/8"]).await;
    let broken: [&[u8]; 4] = [
        b"EHLO client.example.test\r\n",
        b"PROXY TCP4 nonsense\r\n",
        &[b'P'; 200],
        b"\r\n\r\n\0\r\nQUIT\n\x41\x11\0\0",
    ];
    for header in broken {
        let mut client = SmtpClient::connect(doors.address("submission")).await;
        client.raw(header).await;
        assert_eq!(client.rest().await, "", "{}", header.escape_ascii());
    }
}

#[tokio::test]
async fn a_peer_that_is_not_listed_cannot_claim_an_address() {
    let (doors, _upstream) = behind(&["192.0.2.0/24"]).await;
    let mut client = SmtpClient::connect(doors.address("submission")).await;
    assert!(client.reply().await.starts_with("220"), "it is greeted without a header");
    client.raw(V1).await;
    assert!(client.reply().await.starts_with('5'), "and a header is nonsense");
    let mut client = SmtpClient::connect(doors.address("submissions")).await;
    client.raw(V2).await;
    assert!(client.try_handshake(&doors.authority).await.is_err());
    let _client = doors.signed_in().await;
    assert_eq!(doors.gateway.live_sessions()[0].address.to_string(), "127.0.0.1");
}

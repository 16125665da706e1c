//! The client's address as a load balancer reports it, and as the upstream hears it.

use postern_gateway::{ProxyProtocol, Upstream};
use postern_testkit::certificates::TestAuthority;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::client::Client;
use crate::harness::{Doors, Setup, plain};
use crate::upstream::FakeUpstream;

async fn client_from(doors: &Doors, address: &str) -> Client {
    let listener = doors.gateway.local_addr("https").expect("a listener of that name");
    let mut stream = TcpStream::connect(listener).await.expect("the listener");
    let header = format!("PROXY TCP4 {address} 192.0.2.1 40000 443\r\n");
    stream.write_all(header.as_bytes()).await.expect("the header");
    let authority: &TestAuthority = &doors.authority;
    Client::over(stream, authority).await
}

#[tokio::test]
async fn the_reported_address_is_the_programs() {
    let upstream = FakeUpstream::hello().await;
    let target = Upstream { forward_client: true, ..plain(&upstream) };
    let mut setup = Setup::with(target).await;
    setup.proxy_protocol = ProxyProtocol::From(vec!["127.0.0.0/8".parse().unwrap()]);
    let doors = setup.open().await;
    let mut client = client_from(&doors, "198.51.100.7").await;
    assert_eq!(client.ask(doors.head("GET /web/") + "\r\n").await.status, 200);
    assert_eq!(upstream.only().field("x-forwarded-for"), Some("198.51.100.7"));
    let [session] = doors.gateway.live_sessions().try_into().unwrap();
    assert_eq!(session.address.to_string(), "198.51.100.7");
}

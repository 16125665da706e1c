//! Syslog receivers get exactly these octets.

use postern_domain::Timestamp;
use postern_gateway::Trust;
use postern_gateway::messenger::{MessengerConfig, NetworkMessenger, SyslogReceiver, SyslogTransport};
use postern_service::messenger::{Messenger as _, SyslogMessage, Undelivered};
use postern_testkit::certificates::TestAuthority;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, UdpSocket};
use tokio_rustls::TlsAcceptor;

use super::messenger;

const FIRST: &str = "<85>1 2026-11-22T14:15:54Z postern.example.test postern - add-account [postern@32473 \
                     actor=\"operator \\\"root\\\"\"] \u{feff}Add account";
const SECOND: &str = "<85>1 2026-11-22T14:15:54Z postern.example.test postern - end-sessions [postern@32473] \
                      \u{feff}End sessions";

fn messages() -> [SyslogMessage; 2] {
    let at = Timestamp::from_millis(1_795_356_954_321);
    let message = |kind: &str, data: Vec<(String, String)>, text: &str| SyslogMessage {
        at,
        kind: kind.to_owned(),
        data,
        text: text.to_owned(),
    };
    let actor = ("actor".to_owned(), "operator \"root\"".to_owned());
    [message("add-account", vec![actor], "Add account"), message("end-sessions", Vec::new(), "End sessions")]
}

fn to(transport: SyslogTransport, port: u16, trust: Trust) -> NetworkMessenger {
    let syslog = SyslogReceiver { transport, host: "127.0.0.1".to_owned(), port, facility: 10, trust };
    messenger(MessengerConfig { syslog: Some(syslog), ..MessengerConfig::default() })
}

fn counted() -> String {
    format!("{} {FIRST}{} {SECOND}", FIRST.len(), SECOND.len())
}

#[tokio::test]
async fn by_udp_each_message_is_a_datagram() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    to(SyslogTransport::Udp, port, Trust::Platform).syslog(&messages()).await.unwrap();
    let mut datagram = [0; 4096];
    for expected in [FIRST, SECOND] {
        let length = socket.recv(&mut datagram).await.unwrap();
        assert_eq!(std::str::from_utf8(&datagram[..length]).unwrap(), expected);
    }
}

#[tokio::test]
async fn by_tcp_messages_are_counted() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let receiver = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        text
    });
    to(SyslogTransport::Tcp, port, Trust::Platform).syslog(&messages()).await.unwrap();
    assert_eq!(receiver.await.unwrap(), counted());
    let gone = to(SyslogTransport::Tcp, port, Trust::Platform).syslog(&messages()).await.unwrap_err();
    assert!(matches!(&gone, Undelivered::Later { problem } if problem.contains("refused")), "{gone:?}");
}

#[tokio::test]
async fn by_tls_nothing_is_sent_to_a_receiver_that_is_not_trusted() {
    let authority = TestAuthority::new("syslog");
    let acceptor = TlsAcceptor::from(authority.issue(&["127.0.0.1"]).server_config());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let receiver = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        assert!(acceptor.accept(stream).await.is_err(), "the certificate is refused");
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = acceptor.accept(stream).await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        stream.shutdown().await.unwrap();
        text
    });
    let stranger = Trust::Only(TestAuthority::new("other").certificates());
    to(SyslogTransport::Tls, port, stranger).syslog(&messages()).await.unwrap_err();
    let trusted = Trust::Only(authority.certificates());
    to(SyslogTransport::Tls, port, trusted).syslog(&messages()).await.unwrap();
    assert_eq!(receiver.await.unwrap(), counted());
}

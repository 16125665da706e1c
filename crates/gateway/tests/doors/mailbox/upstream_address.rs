//! What the upstream is told about the client's address, and what it is shown.

use std::net::SocketAddr;
use std::sync::Arc;

use postern_domain::door::Door;
use postern_gateway::tls::ClientCertificate;
use postern_gateway::{Upstream, UpstreamTls};
use postern_protocols::proxy_protocol::{Addresses, Decoded, Versions, decode};
use postern_testkit::certificates::TestAuthority;
use postern_testkit::smtp_hostile::{Act, ScriptedUpstream};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::speech::{IMAP, POP3, SIEVE};
use crate::harness::{ANNA, Setup};

#[tokio::test]
async fn imap_is_told_by_id() {
    let told: &[Act] = &[
        Act::Say(IMAP.greeting),
        Act::Hear,
        Act::Say(b"* ID NIL\r\nP OK\r\n"),
        Act::Hear,
        Act::Say(b"P OK [CAPABILITY IMAP4rev1] in\r\n"),
        Act::Stall,
    ];
    let upstream = ScriptedUpstream::start(told.to_vec()).await;
    let settings = Upstream { forward_client: true, ..IMAP.upstream(upstream.address) };
    let doors = Setup::with(settings).await.open().await;
    let _client = IMAP.signed_in(&doors).await;
    let [session] = doors.gateway.live_sessions().try_into().unwrap();
    let heard = upstream.heard();
    assert!(
        heard[0].starts_with("P ID (\"x-originating-ip\" \"127.0.0.1\" \"x-originating-port\" \""),
        "{heard:?}"
    );
    assert!(heard[0].contains(&format!("\"x-session-id\" \"{}\"", session.id)), "{heard:?}");
}

#[tokio::test]
async fn pop3_is_told_by_xclient() {
    let told: &[Act] = &[
        Act::Say(b"+OK [XCLIENT] ready\r\n"),
        Act::Hear,
        Act::Say(b"+OK\r\n"),
        Act::Hear,
        Act::Say(b"+OK\r\nSASL PLAIN\r\n.\r\n"),
        Act::Hear,
        Act::Say(b"+OK in\r\n"),
        Act::Stall,
    ];
    let upstream = ScriptedUpstream::start(told.to_vec()).await;
    let settings = Upstream { forward_client: true, ..POP3.upstream(upstream.address) };
    let doors = Setup::with(settings).await.open().await;
    POP3.signed_in(&doors).await;
    let heard = upstream.heard();
    assert!(heard[0].starts_with("XCLIENT ADDR=127.0.0.1 PORT="), "{heard:?}");
}

#[tokio::test]
async fn an_upstream_that_does_not_want_to_be_told_is_not_used() {
    let upstream = ScriptedUpstream::start(POP3.script([Act::Stall])).await;
    let settings = Upstream { forward_client: true, ..POP3.upstream(upstream.address) };
    let doors = Setup::with(settings).await.open().await;
    assert!(POP3.failure(&doors).await.starts_with(POP3.temporary));
    assert!(upstream.heard().is_empty(), "{:?}", upstream.heard());
}

/// What a TLS server that asks for certificates learns: the PROXY header and the client's certificate.
async fn observe(listener: TcpListener, authority: &TestAuthority) -> (Addresses, Vec<u8>) {
    let mut roots = RootCertStore::empty();
    roots.add(authority.certificates().remove(0)).expect("a certificate made by rcgen");
    let provider = postern_gateway::tls::provider();
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .build()
        .expect("there is an authority");
    let identity = authority.issue(&["localhost"]);
    let chain = postern_gateway::tls::certificates_from_pem(identity.chain.as_bytes()).expect("a chain");
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).expect("a key");
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider has TLS 1.2 and 1.3")
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)
        .expect("chain and key were made together");
    let (mut stream, _) = listener.accept().await.expect("a connection");
    let mut header = [0; 28];
    stream.read_exact(&mut header).await.expect("a header");
    let Ok(Decoded::Complete { addresses: Some(addresses), consumed: 28 }) =
        decode(&header, Versions { v1: false, v2: true })
    else {
        panic!("a PROXY header of version 2 for IPv4")
    };
    let mut stream = TlsAcceptor::from(Arc::new(config)).accept(stream).await.expect("a handshake");
    let shown = stream.get_ref().1.peer_certificates().expect("a certificate of the client")[0].to_vec();
    stream.write_all(b"* BYE enough seen\r\n").await.expect("it is heard");
    stream.flush().await.expect("it is heard");
    (addresses, shown)
}

#[tokio::test]
async fn the_proxy_header_comes_before_tls_and_our_certificate_is_shown() {
    let authority = TestAuthority::new("of everybody");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let ours = authority.issue_to_client("postern.example.test");
    let certificate = ClientCertificate::from_pem(ours.chain.as_bytes(), ours.key.as_bytes()).unwrap();
    let settings = Upstream {
        proxy_header: true,
        client_certificate: Some(certificate),
        ..IMAP.secure_upstream(listener.local_addr().unwrap(), UpstreamTls::Implicit, &authority)
    };
    let doors = Setup::with(settings).await.open().await;
    let signing_in = async {
        let mut client = IMAP.client(&doors).await;
        client.ask(&IMAP.sign_in(ANNA, &doors.secret)).await
    };
    let ((addresses, shown), answer) = tokio::join!(observe(listener, &authority), signing_in);
    assert_eq!(addresses.destination, doors.address("imaps"));
    assert_eq!(addresses.source.ip(), SocketAddr::from(([127, 0, 0, 1], 0)).ip());
    assert_eq!(
        shown,
        postern_gateway::tls::certificates_from_pem(ours.chain.as_bytes()).unwrap()[0].to_vec()
    );
    assert!(answer.starts_with(IMAP.temporary), "{answer}");
}

#[tokio::test]
async fn manage_sieve_cannot_be_told_and_a_start_says_so() {
    let address = SocketAddr::from(([127, 0, 0, 1], 1));
    let telling = Upstream { forward_client: true, ..SIEVE.upstream(address) };
    let both = Upstream { doors: [Door::Imap, Door::Pop3].into_iter().collect(), ..IMAP.upstream(address) };
    let unsigned = Upstream { sign_in: postern_gateway::UpstreamSignIn::None, ..POP3.upstream(address) };
    let limits = postern_gateway::Limits::default();
    for (settings, expected) in [
        (
            telling,
            "upstream managesieve: ManageSieve has no way to be told the client's address; switch forward_client off, or use the PROXY header",
        ),
        (
            both,
            "upstream imap: its doors do not belong together; give it one of smtp, imap, pop3 and managesieve, or doors of HTTP",
        ),
        (unsigned, "upstream pop3: this way to sign in does not suit its doors; choose another sign_in"),
    ] {
        let problem = postern_gateway::check_upstream(settings, "mail.example.test", &limits).await;
        assert_eq!(problem.unwrap_err().to_string(), expected);
    }
}

//! A program that is cut off in the middle of a transfer keeps nothing that is not whole.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use super::imap::mbsync;
use super::mailboxes::{Mailboxes, messages};
use super::server::{ACCOUNT, PATIENCE};

/// How much comes through before it stops.
const OPEN_FOR: usize = 1024 * 1024;

/// A way to a server that stops in the middle, until it is told to go on.
struct Bottleneck {
    port: u16,
    stopped: oneshot::Receiver<()>,
    go_on: oneshot::Sender<()>,
}

impl Bottleneck {
    async fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let ((say_stopped, stopped), (go_on, told)) = (oneshot::channel(), oneshot::channel());
        tokio::spawn(async move {
            let (mut client_in, mut client_out) = listener.accept().await.unwrap().0.into_split();
            let (mut server_in, mut server_out) = TcpStream::connect(server).await.unwrap().into_split();
            tokio::spawn(async move { tokio::io::copy(&mut client_in, &mut server_out).await });
            let (mut passed, mut buffer) = (0, vec![0; 16 * 1024]);
            while passed < OPEN_FOR {
                let count = server_in.read(&mut buffer).await.unwrap();
                assert_ne!(count, 0, "the server ended it after {passed} octets");
                client_out.write_all(&buffer[..count]).await.unwrap();
                passed += count;
            }
            say_stopped.send(()).unwrap();
            told.await.unwrap();
            // The client may be gone before the rest is through.
            let _ = tokio::io::copy(&mut server_in, &mut client_out).await;
        });
        Self { port, stopped, go_on }
    }
}

/// Lines of letters that cannot be compressed much (Knuth's MMIX generator).
fn noise(seed: usize, octets: usize) -> String {
    let mut state = seed as u64;
    let mut letter = |position: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        if position % 72 == 71 { '\n' } else { char::from(b'0' + (state >> 58) as u8) }
    };
    (0..octets).map(&mut letter).chain(['\n']).collect()
}

#[tokio::test]
async fn e2e_mbsync_keeps_only_whole_messages_when_its_app_password_is_revoked() {
    let mailboxes = Mailboxes::start().await;
    // More than all buffers on the way hold, though mbsync asks for compression.
    let long = |(seed, message)| format!("{message}{}", noise(seed, 160_000));
    let sent: Vec<String> = messages(200).into_iter().enumerate().map(long).collect();
    mailboxes.dovecot.deliver(ACCOUNT, &sent);
    let way = Bottleneck::before(mailboxes.server.listener("imap", "TLS")).await;
    let (place, ca) = (&mailboxes.place, mailboxes.place.ca_file());
    let revoke = async {
        if tokio::time::timeout(PATIENCE, way.stopped).await.expect("it transfers").is_err() {
            return;
        }
        assert_eq!(place.run(&["app-password", "revoke", &mailboxes.id]).await.code, 0);
        place.until_logged("session ended by us").await;
        way.go_on.send(()).unwrap();
    };
    let (transfer, ()) = tokio::join!(mbsync(place, "cut", way.port, &ca, &mailboxes.secret), revoke);
    let (told, kept) = transfer;
    assert_ne!(told.code, 0, "{told:?}");
    assert!(kept.len() < sent.len(), "{} messages", kept.len());
    for message in &kept {
        let message = String::from_utf8_lossy(message);
        assert!(sent.iter().any(|sent| *sent == message), "not as it was sent:\n{message}");
    }
}

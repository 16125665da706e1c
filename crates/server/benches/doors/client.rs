//! The program that signs in: IMAP, in the clear or with a full TLS 1.3 handshake each time.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use postern_testkit::certificates::TestAuthority;
use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::Outcome;
use crate::peers::{Channel, Credentials};

trait Octets: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Octets for T {}

/// How to sign in.
#[derive(Clone)]
pub(crate) struct Program {
    tls: TlsConnector,
    login: Arc<str>,
}

/// A signed-in connection.
pub(crate) struct SignedIn {
    stream: Box<dyn Octets>,
}

impl Program {
    /// One that trusts `authority` and has `credentials`.
    pub(crate) fn new(authority: &TestAuthority, credentials: &Credentials) -> Self {
        let mut config = ClientConfig::clone(&authority.client_config());
        // Each sign-in pays for its own handshake.
        config.resumption = Resumption::disabled();
        let login = format!("a LOGIN {} {}\r\n", credentials.user, credentials.secret).into();
        Self { tls: TlsConnector::from(Arc::new(config)), login }
    }

    /// Connects and signs in.
    pub(crate) async fn sign_in(&self, address: SocketAddr, channel: Channel) -> Outcome<SignedIn> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut stream: Box<dyn Octets> = match channel {
            Channel::Plain => Box::new(stream),
            Channel::Tls => {
                let name = ServerName::try_from("localhost")?;
                Box::new(self.tls.connect(name, stream).await?)
            }
        };
        answer(&mut stream, b"* OK").await?;
        stream.write_all(self.login.as_bytes()).await?;
        answer(&mut stream, b"a OK").await?;
        Ok(SignedIn { stream })
    }

    /// Signs in and out again; how long it took until the program was in.
    pub(crate) async fn visit(&self, address: SocketAddr, channel: Channel) -> Outcome<Duration> {
        let start = now();
        let mut session = self.sign_in(address, channel).await?;
        let taken = start.elapsed();
        session.stream.write_all(b"z LOGOUT\r\n").await?;
        let mut rest = Vec::new();
        // Some close TLS without a word at the end; the session is over all the same.
        let _ = session.stream.read_to_end(&mut rest).await;
        Ok(taken)
    }
}

impl SignedIn {
    /// Takes so many octets from the service.
    pub(crate) async fn fetch(&mut self, octets: usize) -> Outcome<()> {
        self.stream.write_all(format!("b XBULK {octets}\r\n").as_bytes()).await?;
        let mut buffer = vec![0; 262_144];
        let mut left = octets + b"b OK done\r\n".len();
        while left > 0 {
            let count = self.stream.read(&mut buffer).await?;
            if count == 0 {
                return Err("the connection ended in the middle of the octets".into());
            }
            left = left.checked_sub(count).ok_or("more octets than were asked for")?;
        }
        Ok(())
    }

    /// Shows that the connection is alive.
    pub(crate) async fn noop(&mut self) -> Outcome<()> {
        self.stream.write_all(b"n NOOP\r\n").await?;
        answer(&mut self.stream, b"n OK").await
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures the machine's own time")]
fn now() -> Instant {
    Instant::now()
}

/// Reads lines until one begins with `expected`.
async fn answer(stream: &mut Box<dyn Octets>, expected: &[u8]) -> Outcome<()> {
    let mut text = Vec::new();
    let mut begin = 0;
    loop {
        while let Some(end) = text[begin..].iter().position(|byte| *byte == b'\n') {
            let line: &[u8] = &text[begin..begin + end];
            if line.starts_with(expected) {
                return Ok(());
            }
            if !line.starts_with(b"*") {
                return Err(format!("not the answer: {}", String::from_utf8_lossy(line)).into());
            }
            begin += end + 1;
        }
        if stream.read_buf(&mut text).await? == 0 {
            return Err(format!("closed after: {}", String::from_utf8_lossy(&text)).into());
        }
    }
}

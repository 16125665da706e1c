//! A program of a mailbox for tests: IMAP, POP3, ManageSieve, or octets of any kind.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::certificates::TestAuthority;
use crate::smtp_stream::SmtpStream;

/// How long an answer may take before a test is given up: long enough for a machine under load.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection to a door. Every method panics when the connection breaks, unless it says otherwise: the test is over
/// then.
pub struct DoorClient {
    stream: SmtpStream,
}

impl DoorClient {
    /// Connects in the clear; the greeting has not been read.
    ///
    /// # Panics
    /// When nobody listens there.
    pub async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("somebody listens");
        stream.set_nodelay(true).expect("a socket");
        Self { stream: SmtpStream::plain(stream) }
    }

    /// Connects with TLS from the first octet.
    ///
    /// # Panics
    /// When nobody listens there, or the certificate is not right.
    pub async fn connect_tls(address: SocketAddr, authority: &TestAuthority) -> Self {
        let mut client = Self::connect(address).await;
        client.handshake(authority.client_config()).await.expect("a TLS handshake");
        client
    }

    /// Does the TLS handshake now, as the client.
    ///
    /// # Errors
    /// What it failed with.
    pub async fn handshake(&mut self, config: Arc<ClientConfig>) -> io::Result<()> {
        self.stream.connect_tls(config).await
    }

    /// Sends octets as they are.
    ///
    /// # Panics
    /// When the connection breaks.
    pub async fn raw(&mut self, bytes: impl AsRef<[u8]>) {
        self.try_raw(bytes).await.expect("the door takes what is sent");
    }

    /// Sends octets as they are, and may fail.
    ///
    /// # Errors
    /// What the connection failed with.
    pub async fn try_raw(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.send(bytes.as_ref()).await
    }

    /// Sends lines and reads one.
    ///
    /// # Panics
    /// When the connection breaks.
    pub async fn ask(&mut self, lines: &str) -> String {
        self.raw(format!("{lines}\r\n")).await;
        self.line().await
    }

    /// Reads one line, without its end. Empty at the end of the stream.
    ///
    /// # Panics
    /// When the connection breaks, or nothing comes for a minute.
    pub async fn line(&mut self) -> String {
        let line = tokio::time::timeout(PATIENCE, self.stream.line()).await.expect("a line in time");
        String::from_utf8_lossy(&line.expect("a line")).trim_end_matches(['\r', '\n']).to_owned()
    }

    /// Reads lines up to the first that begins with one of these; that one.
    ///
    /// # Panics
    /// When the other side closes before.
    pub async fn line_with(&mut self, beginnings: &[&str]) -> String {
        loop {
            let line = self.line().await;
            if beginnings.iter().any(|beginning| line.starts_with(beginning)) {
                return line;
            }
            assert!(!line.is_empty(), "closed before one of {beginnings:?}");
        }
    }

    /// Reads exactly so many octets.
    ///
    /// # Panics
    /// When the other side closes before, or says nothing for a minute.
    pub async fn octets(&mut self, count: usize) -> Vec<u8> {
        let mut octets = self.stream.take_pending();
        while octets.len() < count {
            let filled = tokio::time::timeout(PATIENCE, self.stream.fill()).await.expect("octets in time");
            assert!(filled.expect("octets") > 0, "closed after {} octets", octets.len());
            octets.extend(self.stream.take_pending());
        }
        assert_eq!(octets.len(), count, "more octets than expected");
        octets
    }

    /// Waits for the other side to close; gives what it said until then.
    ///
    /// # Panics
    /// When it does not close within a minute.
    pub async fn rest(&mut self) -> String {
        let everything = async { while !matches!(self.stream.fill().await, Ok(0) | Err(_)) {} };
        tokio::time::timeout(PATIENCE, everything).await.expect("the other side closes");
        String::from_utf8_lossy(&self.stream.take_pending()).into_owned()
    }

    /// Closes our side of the connection only.
    ///
    /// # Panics
    /// When the connection is broken.
    pub async fn close_our_side(&mut self) {
        self.stream.shutdown().await.expect("a connection");
    }
}

//! A mail program for tests: it says what it is told and writes down the conversation.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::certificates::TestAuthority;
use crate::smtp_stream::SmtpStream;

/// How long a reply may take before a test is given up: long enough for a machine under load.
const PATIENCE: Duration = Duration::from_secs(60);

/// Octets in base64, as SASL writes them.
#[must_use]
pub fn base64(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}

/// A connection to a door. Every method panics when the connection breaks, unless it says otherwise: the test is over
/// then.
pub struct SmtpClient {
    stream: SmtpStream,
    transcript: String,
}

impl SmtpClient {
    /// Connects in the clear; the greeting has not been read.
    ///
    /// # Panics
    /// When nobody listens there.
    pub async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("somebody listens");
        stream.set_nodelay(true).expect("a socket");
        Self { stream: SmtpStream::plain(stream), transcript: String::new() }
    }

    /// Connects with TLS from the first octet.
    ///
    /// # Panics
    /// When nobody listens there, or the certificate is not right.
    pub async fn connect_tls(address: SocketAddr, authority: &TestAuthority) -> Self {
        let mut client = Self::connect(address).await;
        client.handshake(authority).await;
        client
    }

    /// Does the TLS handshake now, as the client.
    ///
    /// # Panics
    /// When it fails.
    pub async fn handshake(&mut self, authority: &TestAuthority) {
        self.try_handshake(authority).await.expect("a TLS handshake");
    }

    /// Does the TLS handshake now, and may fail.
    ///
    /// # Errors
    /// What it failed with.
    pub async fn try_handshake(&mut self, authority: &TestAuthority) -> io::Result<()> {
        self.stream.connect_tls(authority.client_config()).await
    }

    /// Greets, protects the channel by STARTTLS and greets again.
    ///
    /// # Panics
    /// When STARTTLS is refused.
    pub async fn start_tls(&mut self, authority: &TestAuthority) {
        self.reply().await;
        self.command("EHLO client.example.test").await;
        let reply = self.command("STARTTLS").await;
        assert!(reply.starts_with("220"), "{reply}");
        self.handshake(authority).await;
        self.command("EHLO client.example.test").await;
    }

    /// Sends octets as they are.
    ///
    /// # Panics
    /// When the connection breaks.
    pub async fn raw(&mut self, bytes: &[u8]) {
        self.try_raw(bytes).await.expect("the door takes what is sent");
    }

    /// Sends octets as they are, and may fail.
    ///
    /// # Errors
    /// What the connection failed with.
    pub async fn try_raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.send(bytes).await
    }

    /// Sends a line and reads the reply.
    ///
    /// # Panics
    /// When the connection breaks.
    pub async fn command(&mut self, line: &str) -> String {
        self.transcript.push_str(&format!("C: {line}\n"));
        self.raw(format!("{line}\r\n").as_bytes()).await;
        self.reply().await
    }

    /// Reads one reply; its lines are separated by LF. Empty at the end of the stream.
    ///
    /// # Panics
    /// When the connection breaks, or nothing comes for a minute.
    pub async fn reply(&mut self) -> String {
        self.try_reply().await.expect("a reply")
    }

    /// Reads one reply, and may fail.
    ///
    /// # Errors
    /// What the connection failed with; `TimedOut` when nothing comes for a minute.
    pub async fn try_reply(&mut self) -> io::Result<String> {
        let mut lines = Vec::new();
        loop {
            let line = tokio::time::timeout(PATIENCE, self.stream.line()).await??;
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            if line.is_empty() && lines.is_empty() {
                self.transcript.push_str("S: <closed>\n");
                return Ok(String::new());
            }
            self.transcript.push_str(&format!("S: {line}\n"));
            let is_last = line.as_bytes().get(3) != Some(&b'-');
            lines.push(line);
            if is_last {
                return Ok(lines.join("\n"));
            }
        }
    }

    /// Signs in with AUTH PLAIN and gives the reply. The secret does not get into the transcript.
    ///
    /// # Panics
    /// When the connection breaks.
    pub async fn auth_plain(&mut self, user: &str, secret: &str) -> String {
        let message = STANDARD.encode(format!("\0{user}\0{secret}"));
        self.transcript.push_str("C: AUTH PLAIN <credentials>\n");
        self.raw(format!("AUTH PLAIN {message}\r\n").as_bytes()).await;
        self.reply().await
    }

    /// Sends a whole message whose content (with CRLF line ends) needs no dot-stuffing, and gives the last reply.
    ///
    /// # Panics
    /// When a step before it is refused.
    pub async fn send_message(&mut self, from: &str, to: &str, content: &[u8]) -> String {
        for (command, code) in [
            (format!("MAIL FROM:<{from}>"), "250"),
            (format!("RCPT TO:<{to}>"), "250"),
            ("DATA".into(), "354"),
        ] {
            let reply = self.command(&command).await;
            assert!(reply.starts_with(code), "{command}: {reply}");
        }
        self.raw(content).await;
        self.raw(b".\r\n").await;
        self.reply().await
    }

    /// Waits for the other side to close; gives what it said until then.
    ///
    /// # Panics
    /// When it does not close within a minute.
    pub async fn rest(&mut self) -> String {
        let everything = async { while !matches!(self.stream.fill().await, Ok(0) | Err(_)) {} };
        tokio::time::timeout(PATIENCE, everything).await.expect("the other side closes");
        let rest = String::from_utf8_lossy(&self.stream.take_pending()).into_owned();
        for line in rest.lines() {
            self.transcript.push_str(&format!("S: {line}\n"));
        }
        self.transcript.push_str("S: <closed>\n");
        rest
    }

    /// Closes our side of the connection only.
    ///
    /// # Panics
    /// When the connection is broken.
    pub async fn close_our_side(&mut self) {
        self.stream.shutdown().await.expect("a connection");
    }

    /// The conversation so far, with `C:` and `S:` lines.
    #[must_use]
    pub fn transcript(&self) -> &str {
        &self.transcript
    }
}

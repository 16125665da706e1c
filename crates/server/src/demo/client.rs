//! A plain SMTP client, as simple as the one in a web site's contact form. It keeps what was said.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postern_gateway::tls::{certificates_from_pem, provider};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::ServerName;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpSocket;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use zeroize::Zeroizing;

use super::DemoError;
use crate::config::ListenerTls;

/// A connection in the clear or under TLS.
trait Channel: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Channel for T {}

/// A client that is connected.
pub(super) struct Client {
    channel: BufReader<Box<dyn Channel>>,
    said: Vec<String>,
}

/// Time for one answer. Loopback needs milliseconds; a machine under load needs more.
const PATIENCE: Duration = Duration::from_secs(10);

/// TLS that trusts exactly the server's own certificate.
pub(super) fn connector(pem: &[u8]) -> Result<TlsConnector, DemoError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates_from_pem(pem).unwrap_or_default() {
        roots.add(certificate)?;
    }
    let config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

impl Client {
    /// Connects from the address `from`, establishes TLS, and says EHLO.
    pub(super) async fn connect(
        from: IpAddr,
        to: SocketAddr,
        tls: ListenerTls,
        connector: &TlsConnector,
    ) -> Result<Self, DemoError> {
        let stream = within("the connection", "connecting", async {
            let socket = if from.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
            socket.bind(SocketAddr::new(from, 0))?;
            socket.connect(to).await
        })
        .await?;
        let mut client = Self { channel: BufReader::new(Box::new(stream)), said: Vec::new() };
        if tls == ListenerTls::StartTls {
            client.receive().await?;
            client.command("EHLO contact-form.example.test").await?;
            client.command("STARTTLS").await?;
        }
        client.said.push(format!("   (TLS with {to}, from {from})"));
        let channel = client.channel.into_inner();
        let name = ServerName::IpAddress(to.ip().into());
        let channel =
            within("the TLS handshake", "establishing TLS", connector.connect(name, channel)).await?;
        client.channel = BufReader::new(Box::new(channel));
        if tls == ListenerTls::Implicit {
            client.receive().await?;
        }
        client.command("EHLO contact-form.example.test").await?;
        Ok(client)
    }

    /// Signs in with AUTH PLAIN and gives the last line of the answer.
    pub(super) async fn sign_in(
        &mut self,
        user: &str,
        secret: &str,
        what: &str,
    ) -> Result<String, DemoError> {
        let plain = Zeroizing::new(format!("\0{user}\0{secret}"));
        let encoded = Zeroizing::new(STANDARD.encode(plain.as_bytes()));
        self.said.push(format!("C: AUTH PLAIN <{user} and {what}>"));
        self.write(&format!("AUTH PLAIN {}\r\n", *encoded)).await?;
        self.receive().await
    }

    /// Sends a message and gives the answer to its end.
    pub(super) async fn send(&mut self, from: &str, to: &str, subject: &str) -> Result<String, DemoError> {
        let lines = [format!("MAIL FROM:<{from}>"), format!("RCPT TO:<{to}>"), "DATA".to_owned()];
        for line in lines {
            let answer = self.command(&line).await?;
            if !answer.starts_with(['2', '3']) {
                return Ok(answer);
            }
        }
        self.said.push(format!("C: Subject: {subject} …"));
        let message = format!(
            "From: <{from}>\r\nTo: <{to}>\r\nSubject: {subject}\r\n\r\nSomebody wrote to you.\r\n.\r\n"
        );
        self.write(&message).await?;
        self.receive().await
    }

    /// Waits for a line that was not asked for.
    pub(super) async fn next_line(&mut self) -> Result<String, DemoError> {
        self.receive().await
    }

    /// Says goodbye.
    pub(super) async fn quit(mut self) -> Result<Vec<String>, DemoError> {
        self.command("QUIT").await?;
        Ok(self.said)
    }

    /// What was said since the last time.
    pub(super) fn said(&mut self) -> Vec<String> {
        std::mem::take(&mut self.said)
    }

    async fn command(&mut self, line: &str) -> Result<String, DemoError> {
        self.said.push(format!("C: {line}"));
        self.write(&format!("{line}\r\n")).await?;
        self.receive().await
    }

    async fn write(&mut self, text: &str) -> Result<(), DemoError> {
        let channel = &mut self.channel;
        within("the server to read", "writing", async {
            channel.write_all(text.as_bytes()).await?;
            channel.flush().await
        })
        .await
    }

    /// Reads one reply; of its lines, the last one is given and kept.
    async fn receive(&mut self) -> Result<String, DemoError> {
        loop {
            let mut line = String::new();
            let channel = &mut self.channel;
            let count = within("an answer", "reading", channel.read_line(&mut line)).await?;
            if count == 0 {
                let source = io::ErrorKind::UnexpectedEof.into();
                return Err(DemoError::Connection { doing: "reading", source });
            }
            let line = line.trim_end();
            if line.as_bytes().get(3) != Some(&b'-') {
                self.said.push(format!("S: {line}"));
                return Ok(line.to_owned());
            }
        }
    }
}

async fn within<T>(
    what: &'static str,
    doing: &'static str,
    work: impl Future<Output = io::Result<T>>,
) -> Result<T, DemoError> {
    match timeout(PATIENCE, work).await {
        Ok(done) => done.map_err(|source| DemoError::Connection { doing, source }),
        Err(_) => Err(DemoError::TooSlow { what }),
    }
}

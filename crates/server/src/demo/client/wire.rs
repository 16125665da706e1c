//! A connection of a program: lines in the clear or under TLS. It keeps what was said.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use postern_gateway::tls::{certificates_from_pem, provider};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::ServerName;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::demo::DemoError;

/// A connection in the clear or under TLS.
trait Channel: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Channel for T {}

/// A connection that speaks in lines.
pub(super) struct Wire {
    channel: BufReader<Box<dyn Channel>>,
    said: Vec<String>,
    from: IpAddr,
    to: SocketAddr,
}

/// Time for one answer. Loopback needs milliseconds; a machine under load needs more.
const PATIENCE: Duration = Duration::from_secs(10);

/// TLS that trusts exactly the server's own certificate.
pub(in crate::demo) fn connector(pem: &[u8]) -> Result<TlsConnector, DemoError> {
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

/// Connects from the address `from`.
pub(super) async fn connect(from: IpAddr, to: SocketAddr) -> Result<TcpStream, DemoError> {
    within("the connection", "connecting", async {
        let socket = if from.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.bind(SocketAddr::new(from, 0))?;
        socket.connect(to).await
    })
    .await
}

/// Establishes TLS.
pub(super) async fn protect<T: AsyncRead + AsyncWrite + Unpin>(
    stream: T,
    to: SocketAddr,
    connector: &TlsConnector,
) -> Result<TlsStream<T>, DemoError> {
    let name = ServerName::IpAddress(to.ip().into());
    within("the TLS handshake", "establishing TLS", connector.connect(name, stream)).await
}

/// What is said of it.
pub(super) fn under_tls(from: IpAddr, to: SocketAddr) -> String {
    format!("   (TLS with {to}, from {from})")
}

impl Wire {
    /// Connects from the address `from`, in the clear.
    pub(super) async fn open(from: IpAddr, to: SocketAddr) -> Result<Self, DemoError> {
        let channel = BufReader::new(Box::new(connect(from, to).await?) as Box<dyn Channel>);
        Ok(Self { channel, said: Vec::new(), from, to })
    }

    /// Establishes TLS on it.
    pub(super) async fn protect(mut self, connector: &TlsConnector) -> Result<Self, DemoError> {
        self.note(under_tls(self.from, self.to));
        let channel = protect(self.channel.into_inner(), self.to, connector).await?;
        self.channel = BufReader::new(Box::new(channel));
        Ok(self)
    }

    /// Keeps a line of what is said.
    pub(super) fn note(&mut self, line: String) {
        self.said.push(line);
    }

    /// What was said since the last time.
    pub(super) fn said(&mut self) -> Vec<String> {
        std::mem::take(&mut self.said)
    }

    /// Writes; the line is kept by whoever knows what of it is secret.
    pub(super) async fn write(&mut self, text: &str) -> Result<(), DemoError> {
        let channel = &mut self.channel;
        within("the server to read", "writing", async {
            channel.write_all(text.as_bytes()).await?;
            channel.flush().await
        })
        .await
    }

    /// Reads a line; it is not kept.
    pub(super) async fn read(&mut self) -> Result<String, DemoError> {
        let mut line = String::new();
        let count = within("an answer", "reading", self.channel.read_line(&mut line)).await?;
        if count == 0 {
            let source = io::ErrorKind::UnexpectedEof.into();
            return Err(DemoError::Connection { doing: "reading", source });
        }
        Ok(line.trim_end().to_owned())
    }
}

/// Waits for an answer, but not for ever.
pub(super) async fn within<T>(
    what: &'static str,
    doing: &'static str,
    work: impl Future<Output = io::Result<T>>,
) -> Result<T, DemoError> {
    let done = in_time(what, work).await?;
    done.map_err(|source| DemoError::Connection { doing, source })
}

/// Waits for something that fails in its own way.
pub(super) async fn in_time<T>(what: &'static str, work: impl Future<Output = T>) -> Result<T, DemoError> {
    timeout(PATIENCE, work).await.map_err(|_| DemoError::TooSlow { what })
}

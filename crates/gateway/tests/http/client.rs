//! A client of HTTP/1.1 that sends what it is told, octet by octet.

use std::net::SocketAddr;
use std::sync::Arc;

use postern_testkit::certificates::TestAuthority;
use rustls_pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// A connection.
pub(crate) struct Client {
    stream: TlsStream<TcpStream>,
    buffer: Vec<u8>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// The fields as they came, but for `date`.
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Whether the body came to its end.
    pub(crate) is_whole: bool,
}

impl Reply {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(its, _)| its.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Everything, as a transcript.
    pub(crate) fn text(&self) -> String {
        let fields: String = self.fields.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        format!("{}\n{fields}\n{}", self.status, String::from_utf8_lossy(&self.body))
    }
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr, authority: &TestAuthority) -> Self {
        let stream = TcpStream::connect(address).await.expect("the listener");
        Self::over(stream, authority).await
    }

    /// The handshake on a connection that is there.
    pub(crate) async fn over(stream: TcpStream, authority: &TestAuthority) -> Self {
        Self::speaking(b"http/1.1", stream, authority).await
    }

    /// The handshake for an application protocol.
    pub(crate) async fn speaking(protocol: &[u8], stream: TcpStream, authority: &TestAuthority) -> Self {
        stream.set_nodelay(true).expect("an option");
        let mut config = Arc::unwrap_or_clone(authority.client_config());
        config.alpn_protocols = vec![protocol.to_vec()];
        let name = ServerName::try_from("localhost").expect("a name");
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.expect("TLS");
        Self { stream, buffer: Vec::new() }
    }

    pub(crate) async fn send(&mut self, octets: impl AsRef<[u8]>) {
        self.try_send(octets).await.expect("the connection takes it");
    }

    pub(crate) async fn try_send(&mut self, octets: impl AsRef<[u8]>) -> std::io::Result<()> {
        self.stream.write_all(octets.as_ref()).await?;
        self.stream.flush().await
    }

    /// Sends a request and reads its answer.
    pub(crate) async fn ask(&mut self, request: impl AsRef<[u8]>) -> Reply {
        self.send(request).await;
        self.reply().await
    }

    /// Reads more; `false` at the end of the connection, however it came.
    async fn more(&mut self) -> bool {
        let mut chunk = [0; 16 * 1024];
        match self.stream.read(&mut chunk).await {
            Ok(0) | Err(_) => false,
            Ok(count) => {
                self.buffer.extend_from_slice(&chunk[..count]);
                true
            }
        }
    }

    async fn line(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\r\n") {
                let line = String::from_utf8(self.buffer.drain(..end + 2).collect()).expect("a line of text");
                return Some(line.trim_end().to_owned());
            }
            if !self.more().await {
                return None;
            }
        }
    }

    /// The head of an answer.
    pub(crate) async fn head(&mut self) -> Reply {
        let line = self.line().await.expect("an answer");
        let status = line.split(' ').nth(1).expect("a status").parse().expect("a number");
        let mut fields = Vec::new();
        loop {
            let line = self.line().await.expect("the rest of the head");
            let Some((name, value)) = line.split_once(':') else { break };
            if name != "date" {
                fields.push((name.to_owned(), value.trim().to_owned()));
            }
        }
        Reply { status, fields, body: Vec::new(), is_whole: false }
    }

    /// An answer.
    pub(crate) async fn reply(&mut self) -> Reply {
        let mut reply = self.head().await;
        if reply.field("transfer-encoding").is_some() {
            reply.is_whole = loop {
                let Some(line) = self.line().await else { break false };
                let count = usize::from_str_radix(&line, 16).expect("the length of a chunk");
                if !self.take(count, &mut reply.body).await || self.line().await.is_none() {
                    break false;
                }
                if count == 0 {
                    break true;
                }
            };
        } else if let Some(length) = reply.field("content-length").map(str::to_owned) {
            reply.is_whole = self.take(length.parse().expect("a number"), &mut reply.body).await;
        } else {
            reply.is_whole = true;
        }
        reply
    }

    async fn take(&mut self, count: usize, into: &mut Vec<u8>) -> bool {
        while self.buffer.len() < count {
            if !self.more().await {
                into.append(&mut self.buffer);
                return false;
            }
        }
        into.extend(self.buffer.drain(..count));
        true
    }

    /// What comes until the connection ends.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        while self.more().await {}
        std::mem::take(&mut self.buffer)
    }
}

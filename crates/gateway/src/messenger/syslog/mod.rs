//! Syslog: messages of RFC 5424 by UDP, TCP or TLS.

mod format;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use postern_service::messenger::{SyslogMessage, Undelivered};
use rustls::ClientConfig;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UdpSocket, lookup_host};
use tokio::time::timeout;

use super::channel::connect;
use super::config::{SyslogReceiver, SyslogTransport};
use super::later;

/// How long the receiver may take to close after we have: what it has not read until then, it may never read.
const TO_CLOSE: Duration = Duration::from_secs(5);

/// Most octets of a datagram (RFC 5426 3.2: receivers should take 2048); the end of a longer message is cut off.
const LONGEST_DATAGRAM: usize = 2048;

/// A receiver that can be written to.
#[derive(Debug)]
pub(super) struct Syslog {
    pub(super) config: SyslogReceiver,
    pub(super) tls: Arc<ClientConfig>,
    pub(super) host_name: String,
}

impl Syslog {
    /// Sends messages, in this order.
    pub(super) async fn send(&self, messages: &[SyslogMessage]) -> Result<(), Undelivered> {
        let messages: Vec<Vec<u8>> = messages
            .iter()
            .map(|message| format::format(message, self.config.facility, &self.host_name))
            .collect();
        let sent = match self.config.transport {
            SyslogTransport::Udp => self.datagrams(&messages).await,
            SyslogTransport::Tcp => self.stream(&messages, None).await,
            SyslogTransport::Tls => self.stream(&messages, Some(&self.tls)).await,
        };
        sent.map_err(|error| later(&error))
    }

    async fn datagrams(&self, messages: &[Vec<u8>]) -> io::Result<()> {
        let place = (self.config.host.as_str(), self.config.port);
        let address = lookup_host(place).await?.next();
        let address = address.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        let own = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        let socket = UdpSocket::bind(own).await?;
        socket.connect(address).await?;
        for message in messages {
            socket.send(cut(message, LONGEST_DATAGRAM)).await?;
        }
        Ok(())
    }

    /// Length and message, one after the other. A receiver says nothing; that it closes when we have is the best sign
    /// there is that it has read everything.
    async fn stream(&self, messages: &[Vec<u8>], tls: Option<&Arc<ClientConfig>>) -> io::Result<()> {
        let mut stream = connect(&self.config.host, self.config.port, tls).await?;
        for message in messages {
            stream.write_all(format!("{} ", message.len()).as_bytes()).await?;
            stream.write_all(message).await?;
        }
        stream.flush().await?;
        stream.shutdown().await?;
        match timeout(TO_CLOSE, stream.read(&mut [0; 1])).await {
            // A receiver that ends TLS without saying so has read what came before.
            Ok(Err(error)) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
            // One that keeps its side open is left alone.
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Whether it can be reached; for UDP, whether its name can be resolved.
    pub(super) async fn check(&self) -> Result<(), Undelivered> {
        self.send(&[]).await
    }
}

/// The beginning of a message, without half a character at its end.
fn cut(message: &[u8], most: usize) -> &[u8] {
    let mut end = message.len().min(most);
    while end < message.len() && end > 0 && message[end] & 0xc0 == 0x80 {
        end -= 1;
    }
    &message[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_is_cut_between_characters() {
        assert_eq!(cut("aä".as_bytes(), 3), "aä".as_bytes());
        assert_eq!(cut("aäb".as_bytes(), 2), b"a");
        assert_eq!(cut(b"abc", 2), b"ab");
    }
}

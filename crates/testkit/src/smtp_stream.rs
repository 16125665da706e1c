//! A connection of the SMTP test tools, protected or not.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ServerConfig};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, TlsConnector, TlsStream};

enum Channel {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    /// Between the two.
    Nothing,
}

/// A connection with what was read and not used.
pub(crate) struct SmtpStream {
    channel: Channel,
    pending: Vec<u8>,
    /// Where the unused octets begin; moving them for each line would cost the square of a message's length.
    start: usize,
}

impl SmtpStream {
    /// In the clear.
    #[must_use]
    pub(crate) const fn plain(stream: TcpStream) -> Self {
        Self { channel: Channel::Plain(stream), pending: Vec::new(), start: 0 }
    }

    fn take_plain(&mut self) -> io::Result<TcpStream> {
        match std::mem::replace(&mut self.channel, Channel::Nothing) {
            Channel::Plain(stream) => Ok(stream),
            Channel::Tls(_) | Channel::Nothing => Err(io::Error::other("not in the clear")),
        }
    }

    /// Does the handshake as the server.
    ///
    /// # Errors
    /// What the handshake failed with.
    pub(crate) async fn accept_tls(&mut self, config: Arc<ServerConfig>) -> io::Result<()> {
        let stream = TlsAcceptor::from(config).accept(self.take_plain()?).await?;
        self.channel = Channel::Tls(Box::new(TlsStream::Server(stream)));
        Ok(())
    }

    /// Does the handshake as the client; the name is `localhost`.
    ///
    /// # Errors
    /// What the handshake failed with.
    pub(crate) async fn connect_tls(&mut self, config: Arc<ClientConfig>) -> io::Result<()> {
        let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
        let stream = TlsConnector::from(config).connect(name, self.take_plain()?).await?;
        self.channel = Channel::Tls(Box::new(TlsStream::Client(stream)));
        Ok(())
    }

    /// Writes and flushes.
    ///
    /// # Errors
    /// What the connection failed with.
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes).await?;
        self.flush().await
    }

    /// One line with its line end, or what came before the end of the stream.
    ///
    /// # Errors
    /// What the connection failed with.
    pub(crate) async fn line(&mut self) -> io::Result<Vec<u8>> {
        loop {
            if let Some(length) = self.pending[self.start..].iter().position(|&octet| octet == b'\n') {
                let line = self.pending[self.start..=self.start + length].to_vec();
                self.start += line.len();
                return Ok(line);
            }
            if self.fill().await? == 0 {
                return Ok(self.take_pending());
            }
        }
    }

    /// What was read beyond the last line.
    pub(crate) fn take_pending(&mut self) -> Vec<u8> {
        let pending = self.pending.split_off(self.start);
        self.pending.clear();
        self.start = 0;
        pending
    }

    /// Reads once more into what is pending; zero at the end of the stream.
    ///
    /// # Errors
    /// What the connection failed with.
    pub(crate) async fn fill(&mut self) -> io::Result<usize> {
        let mut buffer = vec![0; 64 * 1024];
        let read = self.read(&mut buffer).await?;
        self.pending.drain(..self.start);
        self.start = 0;
        self.pending.extend_from_slice(&buffer[..read]);
        Ok(read)
    }
}

impl AsyncRead for SmtpStream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut self.get_mut().channel {
            Channel::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Channel::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
            Channel::Nothing => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }
}

impl AsyncWrite for SmtpStream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.get_mut().channel {
            Channel::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Channel::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
            Channel::Nothing => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().channel {
            Channel::Plain(stream) => Pin::new(stream).poll_flush(context),
            Channel::Tls(stream) => Pin::new(stream).poll_flush(context),
            Channel::Nothing => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().channel {
            Channel::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Channel::Tls(stream) => Pin::new(stream).poll_shutdown(context),
            Channel::Nothing => Poll::Ready(Ok(())),
        }
    }
}

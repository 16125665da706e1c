//! A plain mail client: it reads its inbox over IMAP and waits for new mail.

use std::net::{IpAddr, SocketAddr};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio_rustls::TlsConnector;
use zeroize::Zeroizing;

use super::wire::Wire;
use crate::demo::DemoError;

/// A client that is connected.
pub(in crate::demo) struct ImapClient {
    wire: Wire,
    commands: u32,
}

impl ImapClient {
    /// Connects from the address `from` under TLS and reads the greeting.
    pub(in crate::demo) async fn connect(
        from: IpAddr,
        to: SocketAddr,
        connector: &TlsConnector,
    ) -> Result<Self, DemoError> {
        let wire = Wire::open(from, to).await?.protect(connector).await?;
        let mut client = Self { wire, commands: 0 };
        client.next_line().await?;
        Ok(client)
    }

    /// Signs in with AUTHENTICATE PLAIN and gives the answer without its tag.
    pub(in crate::demo) async fn sign_in(
        &mut self,
        user: &str,
        secret: &str,
        what: &str,
    ) -> Result<String, DemoError> {
        let plain = Zeroizing::new(format!("\0{user}\0{secret}"));
        let encoded = Zeroizing::new(STANDARD.encode(plain.as_bytes()));
        let tag = self.tag();
        self.wire.note(format!("C: {tag} AUTHENTICATE PLAIN <{user} and {what}>"));
        self.wire.write(&format!("{tag} AUTHENTICATE PLAIN {}\r\n", *encoded)).await?;
        self.answer(&tag).await
    }

    /// Opens the inbox.
    pub(in crate::demo) async fn select(&mut self) -> Result<String, DemoError> {
        let tag = self.tag();
        self.send(&format!("{tag} SELECT INBOX")).await?;
        self.answer(&tag).await
    }

    /// Begins to wait for new mail; gives the server's consent.
    pub(in crate::demo) async fn idle(&mut self) -> Result<String, DemoError> {
        let tag = self.tag();
        self.send(&format!("{tag} IDLE")).await?;
        self.next_line().await
    }

    /// Waits for a line that was not asked for.
    pub(in crate::demo) async fn next_line(&mut self) -> Result<String, DemoError> {
        let line = self.wire.read().await?;
        self.wire.note(format!("S: {line}"));
        Ok(line)
    }

    /// What was said since the last time.
    pub(in crate::demo) fn said(&mut self) -> Vec<String> {
        self.wire.said()
    }

    fn tag(&mut self) -> String {
        self.commands += 1;
        format!("a{}", self.commands)
    }

    async fn send(&mut self, line: &str) -> Result<(), DemoError> {
        self.wire.note(format!("C: {line}"));
        self.wire.write(&format!("{line}\r\n")).await
    }

    /// Reads up to the answer to a command; gives it without its tag.
    async fn answer(&mut self, tag: &str) -> Result<String, DemoError> {
        loop {
            let line = self.next_line().await?;
            if let Some(answer) = line.strip_prefix(tag) {
                return Ok(answer.trim_start().to_owned());
            }
        }
    }
}

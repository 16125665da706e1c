//! A plain SMTP client, as simple as the one in a web site's contact form.

use std::net::{IpAddr, SocketAddr};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio_rustls::TlsConnector;
use zeroize::Zeroizing;

use super::wire::Wire;
use crate::config::ListenerTls;
use crate::demo::DemoError;

/// A client that is connected.
pub(in crate::demo) struct SmtpClient(Wire);

impl SmtpClient {
    /// Connects from the address `from`, establishes TLS, and says EHLO.
    pub(in crate::demo) async fn connect(
        from: IpAddr,
        to: SocketAddr,
        tls: ListenerTls,
        connector: &TlsConnector,
    ) -> Result<Self, DemoError> {
        let mut client = Self(Wire::open(from, to).await?);
        if tls == ListenerTls::StartTls {
            client.receive().await?;
            client.command("EHLO contact-form.example.test").await?;
            client.command("STARTTLS").await?;
        }
        client.0 = client.0.protect(connector).await?;
        if tls == ListenerTls::Implicit {
            client.receive().await?;
        }
        client.command("EHLO contact-form.example.test").await?;
        Ok(client)
    }

    /// Signs in with AUTH PLAIN and gives the last line of the answer.
    pub(in crate::demo) async fn sign_in(
        &mut self,
        user: &str,
        secret: &str,
        what: &str,
    ) -> Result<String, DemoError> {
        let plain = Zeroizing::new(format!("\0{user}\0{secret}"));
        let encoded = Zeroizing::new(STANDARD.encode(plain.as_bytes()));
        self.0.note(format!("C: AUTH PLAIN <{user} and {what}>"));
        self.0.write(&format!("AUTH PLAIN {}\r\n", *encoded)).await?;
        self.receive().await
    }

    /// Sends a message and gives the answer to its end.
    pub(in crate::demo) async fn send(
        &mut self,
        from: &str,
        to: &[&str],
        subject: &str,
    ) -> Result<String, DemoError> {
        let mut lines = vec![format!("MAIL FROM:<{from}>")];
        lines.extend(to.iter().map(|to| format!("RCPT TO:<{to}>")));
        lines.push("DATA".to_owned());
        for line in lines {
            let answer = self.command(&line).await?;
            if !answer.starts_with(['2', '3']) {
                return Ok(answer);
            }
        }
        self.0.note(format!("C: Subject: {subject} …"));
        let to = to.iter().map(|to| format!("<{to}>")).collect::<Vec<_>>().join(", ");
        let message = format!(
            "From: <{from}>\r\nTo: {to}\r\nSubject: {subject}\r\n\r\nSomebody wrote to you.\r\n.\r\n"
        );
        self.0.write(&message).await?;
        self.receive().await
    }

    /// Waits for a line that was not asked for.
    pub(in crate::demo) async fn next_line(&mut self) -> Result<String, DemoError> {
        self.receive().await
    }

    /// Says goodbye.
    pub(in crate::demo) async fn quit(mut self) -> Result<Vec<String>, DemoError> {
        self.command("QUIT").await?;
        Ok(self.said())
    }

    /// What was said since the last time.
    pub(in crate::demo) fn said(&mut self) -> Vec<String> {
        self.0.said()
    }

    async fn command(&mut self, line: &str) -> Result<String, DemoError> {
        self.0.note(format!("C: {line}"));
        self.0.write(&format!("{line}\r\n")).await?;
        self.receive().await
    }

    /// Reads one reply; of its lines, the last one is given and kept.
    async fn receive(&mut self) -> Result<String, DemoError> {
        loop {
            let line = self.0.read().await?;
            if line.as_bytes().get(3) != Some(&b'-') {
                self.0.note(format!("S: {line}"));
                return Ok(line);
            }
        }
    }
}

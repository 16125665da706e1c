//! The sandbox smart host: a small SMTP server that takes every message.

use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::post::{Mail, Post};

/// One connection.
pub(super) async fn session(stream: TcpStream, post: Arc<Post>) {
    let mut session = Session { stream: BufReader::new(stream), post, from: String::new(), to: Vec::new() };
    let _ = session.run().await;
}

struct Session {
    stream: BufReader<TcpStream>,
    post: Arc<Post>,
    from: String,
    to: Vec<String>,
}

impl Session {
    async fn run(&mut self) -> std::io::Result<()> {
        self.say("220 sandbox.example.test ESMTP takes everything").await?;
        while let Some(line) = self.line().await? {
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => self.say("250-sandbox.example.test\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES").await?,
                "HELO" => self.say("250 sandbox.example.test").await?,
                "MAIL" => {
                    self.from = path(&line);
                    self.to.clear();
                    self.say("250 2.1.0 Ok").await?;
                }
                "RCPT" => {
                    self.to.push(path(&line));
                    self.say("250 2.1.5 Ok").await?;
                }
                "DATA" => self.data().await?,
                "RSET" => {
                    self.to.clear();
                    self.say("250 2.0.0 Ok").await?;
                }
                "NOOP" => self.say("250 2.0.0 Ok").await?,
                "QUIT" => return self.say("221 2.0.0 Bye").await,
                _ => self.say("502 5.5.2 Not here").await?,
            }
        }
        Ok(())
    }

    async fn data(&mut self) -> std::io::Result<()> {
        self.say("354 End with <CR><LF>.<CR><LF>").await?;
        let (mut subject, mut text) = (None, String::new());
        while let Some(line) = self.line().await? {
            if line == "." {
                let (from, to) = (std::mem::take(&mut self.from), std::mem::take(&mut self.to));
                self.post.deliver(Mail { from, to, subject: subject.unwrap_or_default(), text });
                return self.say("250 2.0.0 Ok: delivered to the sandbox").await;
            }
            let line = line.strip_prefix('.').unwrap_or(&line);
            if let Some(words) = line.strip_prefix("Subject: ").filter(|_| subject.is_none()) {
                subject = Some(words.to_owned());
            }
            text.push_str(line);
            text.push_str("\r\n");
        }
        Ok(())
    }

    async fn line(&mut self) -> std::io::Result<Option<String>> {
        let mut line = Vec::new();
        let count = self.stream.read_until(b'\n', &mut line).await?;
        let text = String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned();
        Ok((count > 0).then_some(text))
    }

    async fn say(&mut self, text: &str) -> std::io::Result<()> {
        self.stream.write_all(format!("{text}\r\n").as_bytes()).await
    }
}

/// The address between `<` and `>`.
fn path(line: &str) -> String {
    let inner = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or_else(String::new, |(address, _)| address.to_owned())
}

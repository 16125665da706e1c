//! The sandbox smart host: a small SMTP server on loopback that takes every message and hands it to the demo.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::DemoError;

/// A message that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arrived {
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) subject: String,
    pub(super) octets: usize,
}

/// The running sandbox. It ends on drop.
pub(super) struct Sandbox {
    pub(super) address: SocketAddr,
    pub(super) arrivals: mpsc::UnboundedReceiver<Arrived>,
    _tasks: JoinSet<()>,
}

impl Sandbox {
    /// Listens on a free port of 127.0.0.1.
    pub(super) async fn start() -> Result<Self, DemoError> {
        let broken = |source| DemoError::Connection { doing: "starting the sandbox smart host", source };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(broken)?;
        let address = listener.local_addr().map_err(broken)?;
        let (arrived, arrivals) = mpsc::unbounded_channel();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut sessions = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                sessions.spawn(session(stream, arrived.clone()));
                while sessions.try_join_next().is_some() {}
            }
        });
        Ok(Self { address, arrivals, _tasks: tasks })
    }
}

/// One connection. A broken one is the client's affair: it has no answer and sends again.
async fn session(stream: TcpStream, arrived: mpsc::UnboundedSender<Arrived>) {
    let mut session =
        Session { stream: BufReader::new(stream), arrived, from: String::new(), to: Vec::new() };
    let _ = session.run().await;
}

struct Session {
    stream: BufReader<TcpStream>,
    arrived: mpsc::UnboundedSender<Arrived>,
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
        let (mut subject, mut octets) = (String::new(), 0);
        while let Some(line) = self.line().await? {
            if line == "." {
                let (from, to) = (std::mem::take(&mut self.from), std::mem::take(&mut self.to));
                // The demo has ended when nobody listens any more.
                let _ = self.arrived.send(Arrived { from, to, subject, octets });
                return self.say("250 2.0.0 Ok: delivered to the sandbox").await;
            }
            octets += line.len() + 2;
            if let Some(text) = line.strip_prefix("Subject: ").filter(|_| subject.is_empty()) {
                text.clone_into(&mut subject);
            }
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

//! A real service for tests: takes mail and writes down what arrives.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::certificates::Identity;
use crate::smtp_stream::SmtpStream;

/// How a fake upstream protects its channel.
#[derive(Debug, Clone)]
pub enum UpstreamChannel {
    /// Not at all.
    Plain,
    /// By STARTTLS.
    StartTls(Identity),
    /// Before the first octet.
    Implicit(Identity),
}

/// What a fake upstream is like.
#[derive(Debug, Clone)]
pub struct UpstreamBehaviour {
    /// How it protects its channel.
    pub channel: UpstreamChannel,
    /// The keyword lines of its EHLO reply, besides STARTTLS, AUTH and XCLIENT.
    pub keywords: Vec<&'static str>,
    /// The credentials that it demands.
    pub credentials: Option<(&'static str, &'static str)>,
    /// Whether it offers XCLIENT.
    pub xclient: bool,
    /// While this holds `false`, content is not read (a stalled server).
    pub reads: watch::Receiver<bool>,
}

impl Default for UpstreamBehaviour {
    fn default() -> Self {
        Self {
            channel: UpstreamChannel::Plain,
            keywords: vec![
                "PIPELINING",
                "SIZE 104857600",
                "8BITMIME",
                "SMTPUTF8",
                "DSN",
                "ENHANCEDSTATUSCODES",
            ],
            credentials: None,
            xclient: false,
            reads: watch::channel(true).1,
        }
    }
}

/// A message that arrived whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The arguments of MAIL.
    pub mail: String,
    /// The arguments of each RCPT.
    pub recipients: Vec<String>,
    /// The content, dot-stuffing undone, CRLF line ends kept.
    pub content: Vec<u8>,
}

#[derive(Debug, Default)]
struct Record {
    commands: Vec<String>,
    messages: Vec<Received>,
    connections: usize,
    open: usize,
}

/// A fake upstream on a free port of the loopback; stops when it is dropped.
pub struct FakeUpstream {
    /// Where it listens.
    pub address: SocketAddr,
    record: Arc<watch::Sender<()>>,
    notes: Arc<Mutex<Record>>,
    task: JoinHandle<()>,
}

impl Drop for FakeUpstream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl FakeUpstream {
    /// Begins to listen.
    ///
    /// # Panics
    /// When there is no loopback.
    pub async fn start(behaviour: UpstreamBehaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket");
        let record = Arc::new(watch::channel(()).0);
        let notes = Arc::new(Mutex::new(Record::default()));
        let host = Host { behaviour, record: Arc::clone(&record), notes: Arc::clone(&notes) };
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(host.clone().serve(stream));
            }
        });
        Self { address, record, notes, task }
    }

    fn read<T>(&self, look: impl FnOnce(&Record) -> T) -> T {
        look(&self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Connections so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.read(|record| record.connections)
    }

    /// Everything that was said to it, without content.
    #[must_use]
    pub fn commands(&self) -> Vec<String> {
        self.read(|record| record.commands.clone())
    }

    /// The messages that arrived whole.
    #[must_use]
    pub fn messages(&self) -> Vec<Received> {
        self.read(|record| record.messages.clone())
    }

    /// Waits until `count` messages have arrived whole.
    pub async fn wait_for_messages(&self, count: usize) -> Vec<Received> {
        self.wait(|record| record.messages.len() >= count).await;
        self.messages()
    }

    /// Waits until a command was said that begins with `beginning`.
    pub async fn wait_for_command(&self, beginning: &str) {
        self.wait(|record| record.commands.iter().any(|command| command.starts_with(beginning))).await;
    }

    /// Waits until no connection is open.
    pub async fn wait_until_alone(&self) {
        self.wait(|record| record.open == 0).await;
    }

    async fn wait(&self, holds: impl Fn(&Record) -> bool) {
        let mut changes = self.record.subscribe();
        while !self.read(&holds) {
            if changes.changed().await.is_err() {
                return;
            }
        }
    }
}

#[derive(Clone)]
struct Host {
    behaviour: UpstreamBehaviour,
    record: Arc<watch::Sender<()>>,
    notes: Arc<Mutex<Record>>,
}

impl Host {
    fn note(&self, change: impl FnOnce(&mut Record)) {
        change(&mut self.notes.lock().unwrap_or_else(PoisonError::into_inner));
        self.record.send_replace(());
    }

    async fn serve(self, stream: TcpStream) {
        self.note(|record| {
            record.connections += 1;
            record.open += 1;
        });
        let mut stream = SmtpStream::plain(stream);
        // A broken connection is what many tests are about; what arrived is in the notes.
        let _ = self.converse(&mut stream).await;
        self.note(|record| record.open -= 1);
    }

    async fn converse(&self, stream: &mut SmtpStream) -> io::Result<()> {
        let mut is_protected = false;
        if let UpstreamChannel::Implicit(identity) = &self.behaviour.channel {
            stream.accept_tls(identity.server_config()).await?;
            is_protected = true;
        }
        stream.send(b"220 upstream.example.test ESMTP\r\n").await?;
        let mut message = Received { mail: String::new(), recipients: Vec::new(), content: Vec::new() };
        loop {
            let line = stream.line().await?;
            if line.is_empty() {
                return Ok(());
            }
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            self.note(|record| record.commands.push(line.clone()));
            let (verb, arguments) = line.split_once(' ').unwrap_or((&line, ""));
            let reply = match verb {
                "EHLO" => self.hello(is_protected),
                "STARTTLS" => {
                    stream.send(b"220 2.0.0 Ready\r\n").await?;
                    if let UpstreamChannel::StartTls(identity) = &self.behaviour.channel {
                        stream.accept_tls(identity.server_config()).await?;
                        is_protected = true;
                    }
                    continue;
                }
                "XCLIENT" => "220 upstream.example.test ESMTP\r\n".to_owned(),
                "AUTH" => self.authenticate(arguments).to_owned(),
                "MAIL" => {
                    message =
                        Received { mail: arguments.to_owned(), recipients: Vec::new(), content: Vec::new() };
                    "250 2.1.0 Ok\r\n".to_owned()
                }
                "RCPT" => {
                    message.recipients.push(arguments.to_owned());
                    "250 2.1.5 Ok\r\n".to_owned()
                }
                "DATA" => {
                    stream.send(b"354 Go ahead\r\n").await?;
                    message.content = self.content(stream).await?;
                    self.note(|record| record.messages.push(message.clone()));
                    "250 2.0.0 Queued as 4711\r\n".to_owned()
                }
                "QUIT" => {
                    stream.send(b"221 2.0.0 Bye\r\n").await?;
                    return Ok(());
                }
                _ => "250 2.0.0 Ok\r\n".to_owned(),
            };
            stream.send(reply.as_bytes()).await?;
        }
    }

    fn hello(&self, is_protected: bool) -> String {
        let mut lines = vec!["upstream.example.test"];
        lines.extend(&self.behaviour.keywords);
        if matches!(self.behaviour.channel, UpstreamChannel::StartTls(_)) && !is_protected {
            lines.push("STARTTLS");
        }
        if self.behaviour.credentials.is_some() {
            lines.push("AUTH PLAIN LOGIN");
        }
        if self.behaviour.xclient {
            lines.push("XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT");
        }
        let last = lines.len() - 1;
        let mark = |position| if position == last { ' ' } else { '-' };
        lines.iter().enumerate().map(|(position, line)| format!("250{}{line}\r\n", mark(position))).collect()
    }

    fn authenticate(&self, arguments: &str) -> &'static str {
        let expected = self
            .behaviour
            .credentials
            .map(|(user, secret)| format!("PLAIN {}", STANDARD.encode(format!("\0{user}\0{secret}"))));
        if expected.as_deref() == Some(arguments) {
            "235 2.7.0 Signed in\r\n"
        } else {
            "535 5.7.8 The upstream does not know you\r\n"
        }
    }

    /// Reads content up to the final dot; anything but CRLF.CRLF is content.
    async fn content(&self, stream: &mut SmtpStream) -> io::Result<Vec<u8>> {
        let mut reads = self.behaviour.reads.clone();
        let mut content = Vec::new();
        let mut is_line_start = true;
        loop {
            let _ = reads.wait_for(|reads| *reads).await;
            let line = stream.line().await?;
            if !line.ends_with(b"\n") {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if is_line_start && line == b".\r\n" {
                return Ok(content);
            }
            let stuffed = is_line_start && line.starts_with(b".");
            content.extend_from_slice(&line[usize::from(stuffed)..]);
            is_line_start = line.ends_with(b"\r\n");
        }
    }
}

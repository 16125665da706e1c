//! An upstream that does as a script says, however wrong that is.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::certificates::Identity;
use crate::smtp_stream::SmtpStream;

/// One thing that a scripted upstream does.
#[derive(Debug, Clone)]
pub enum Act {
    /// Sends these octets.
    Say(&'static [u8]),
    /// Reads one line.
    Hear,
    /// Reads lines up to one that is a dot.
    HearContent,
    /// Does the TLS handshake as the server.
    Handshake(Identity),
    /// Reads exactly so many octets, which may be lines that were heard in part.
    HearOctets(usize),
    /// Sends so many octets, a pattern that repeats after 251.
    SayMuch(usize),
    /// Sends back whatever comes, to the end of the stream.
    Echo,
    /// Waits until this holds `true`.
    WaitFor(watch::Receiver<bool>),
    /// Neither reads nor writes any more, and keeps the connection open.
    Stall,
}

/// What was heard, and how many connections there were and are.
#[derive(Default)]
struct Notes {
    record: Mutex<Record>,
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct Record {
    heard: Vec<String>,
    connections: usize,
    open: usize,
}

impl Notes {
    fn change(&self, change: impl FnOnce(&mut Record)) {
        change(&mut self.record.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.send_replace(());
    }

    fn read<T>(&self, look: impl FnOnce(&Record) -> T) -> T {
        look(&self.record.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The octets of [`Act::SayMuch`].
#[must_use]
pub fn pattern(count: usize) -> Vec<u8> {
    (0..251).cycle().take(count).collect()
}

/// A scripted upstream on a free port of the loopback; every connection plays the script and is closed. Stops when it
/// is dropped.
pub struct ScriptedUpstream {
    /// Where it listens.
    pub address: SocketAddr,
    notes: Arc<Notes>,
    task: JoinHandle<()>,
}

impl Drop for ScriptedUpstream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl ScriptedUpstream {
    /// Begins to listen.
    ///
    /// # Panics
    /// When there is no loopback.
    pub async fn start(script: Vec<Act>) -> Self {
        Self::start_in_turn(vec![script]).await
    }

    /// The same with a script for each connection in turn; the last is played ever after.
    ///
    /// # Panics
    /// When there is no loopback, or no script.
    pub async fn start_in_turn(scripts: Vec<Vec<Act>>) -> Self {
        assert!(!scripts.is_empty(), "an upstream has a script");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket");
        let notes = Arc::new(Notes::default());
        let ours = Arc::clone(&notes);
        let task = tokio::spawn(async move {
            let mut turn = 0;
            while let Ok((stream, _)) = listener.accept().await {
                let (script, notes) = (scripts[turn].clone(), Arc::clone(&ours));
                turn = (turn + 1).min(scripts.len() - 1);
                tokio::spawn(async move {
                    notes.change(|record| {
                        record.connections += 1;
                        record.open += 1;
                    });
                    // A client that goes away in the middle is what some scripts are for.
                    let _ = play(script, stream, &notes).await;
                    notes.change(|record| record.open -= 1);
                });
            }
        });
        Self { address, notes, task }
    }

    /// The lines heard so far, of all connections.
    #[must_use]
    pub fn heard(&self) -> Vec<String> {
        self.notes.read(|record| record.heard.clone())
    }

    /// Connections so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.notes.read(|record| record.connections)
    }

    /// Waits until so many lines were heard, and gives them.
    pub async fn wait_for_lines(&self, count: usize) -> Vec<String> {
        self.wait(|record| record.heard.len() >= count).await;
        self.heard()
    }

    /// Waits until no connection is open.
    pub async fn wait_until_alone(&self) {
        self.wait(|record| record.open == 0).await;
    }

    async fn wait(&self, holds: impl Fn(&Record) -> bool) {
        let mut changes = self.notes.changed.subscribe();
        while !self.notes.read(&holds) {
            if changes.changed().await.is_err() {
                return;
            }
        }
    }
}

async fn play(script: Vec<Act>, stream: TcpStream, notes: &Notes) -> io::Result<()> {
    let mut stream = SmtpStream::plain(stream);
    for act in script {
        match act {
            Act::Say(bytes) => stream.send(bytes).await?,
            Act::SayMuch(count) => stream.send(&pattern(count)).await?,
            Act::Hear => {
                hear(&mut stream, notes).await?;
            }
            Act::HearContent => while hear(&mut stream, notes).await? != ".\r\n" {},
            Act::HearOctets(count) => hear_octets(&mut stream, count).await?,
            Act::Echo => echo(&mut stream).await?,
            Act::WaitFor(mut condition) => {
                // Nobody is left who could make it true.
                let _ = condition.wait_for(|holds| *holds).await;
            }
            Act::Handshake(identity) => stream.accept_tls(identity.server_config()).await?,
            Act::Stall => std::future::pending().await,
        }
    }
    Ok(())
}

async fn hear_octets(stream: &mut SmtpStream, count: usize) -> io::Result<()> {
    let mut heard = stream.take_pending().len();
    while heard < count {
        if stream.fill().await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        heard += stream.take_pending().len();
    }
    Ok(())
}

async fn echo(stream: &mut SmtpStream) -> io::Result<()> {
    loop {
        let heard = stream.take_pending();
        if heard.is_empty() && stream.fill().await? == 0 {
            return Ok(());
        }
        stream.send(&heard).await?;
    }
}

async fn hear(stream: &mut SmtpStream, notes: &Notes) -> io::Result<String> {
    let line = stream.line().await?;
    if line.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let line = String::from_utf8_lossy(&line).into_owned();
    notes.change(|record| record.heard.push(line.trim_end().to_owned()));
    Ok(line)
}

//! An upstream that does as a script says, however wrong that is.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::{TcpListener, TcpStream};
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
    /// Neither reads nor writes any more, and keeps the connection open.
    Stall,
}

/// A scripted upstream on a free port of the loopback; every connection plays the script and is closed. Stops when it
/// is dropped.
pub struct ScriptedUpstream {
    /// Where it listens.
    pub address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
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
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket");
        let heard = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&heard);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (script, notes) = (script.clone(), Arc::clone(&notes));
                // A client that goes away in the middle is what some scripts are for.
                tokio::spawn(async move { play(script, stream, &notes).await });
            }
        });
        Self { address, heard, task }
    }

    /// The lines heard so far, of all connections.
    #[must_use]
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn play(script: Vec<Act>, stream: TcpStream, notes: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut stream = SmtpStream::plain(stream);
    for act in script {
        match act {
            Act::Say(bytes) => stream.send(bytes).await?,
            Act::Hear => {
                hear(&mut stream, notes).await?;
            }
            Act::HearContent => while hear(&mut stream, notes).await? != ".\r\n" {},
            Act::Handshake(identity) => stream.accept_tls(identity.server_config()).await?,
            Act::Stall => std::future::pending().await,
        }
    }
    Ok(())
}

async fn hear(stream: &mut SmtpStream, notes: &Mutex<Vec<String>>) -> io::Result<String> {
    let line = stream.line().await?;
    if line.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let line = String::from_utf8_lossy(&line).into_owned();
    notes.lock().unwrap_or_else(PoisonError::into_inner).push(line.trim_end().to_owned());
    Ok(line)
}

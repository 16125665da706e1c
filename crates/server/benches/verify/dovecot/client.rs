//! A client of Dovecot's authentication protocol (version 1), which keeps a number of requests on their way.

use std::path::Path;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

use crate::Outcome;

/// Requests on their way at once. Dovecot gets no faster with more (tried up to 1,024).
const WINDOW: usize = 128;

/// A connection after its handshake.
pub(crate) struct Client {
    stream: UnixStream,
    /// The process that answers.
    service_process: u32,
    /// The number of the next request. Never used twice on a connection.
    next: u32,
}

impl Client {
    /// Connects and shakes hands.
    pub(crate) async fn connect(socket: &Path) -> Outcome<Self> {
        let mut stream = UnixStream::connect(socket).await?;
        stream.write_all(format!("VERSION\t1\t1\nCPID\t{}\n", std::process::id()).as_bytes()).await?;
        let mut greeting = String::new();
        let mut buffer = [0; 4_096];
        while !greeting.ends_with("DONE\n") {
            let count = stream.read(&mut buffer).await?;
            if count == 0 {
                return Err(format!("Dovecot hung up after: {greeting}").into());
            }
            greeting.push_str(std::str::from_utf8(&buffer[..count])?);
        }
        let process = greeting.lines().find_map(|line| line.strip_prefix("SPID\t"));
        let service_process = process.ok_or("Dovecot does not say which process answers")?.parse()?;
        Ok(Self { stream, service_process, next: 1 })
    }

    /// The process that answers.
    pub(crate) const fn service_process(&self) -> u32 {
        self.service_process
    }

    /// Has these initial responses of SASL PLAIN verified. Gives how many were accepted.
    pub(crate) async fn verify(&mut self, responses: &[&str]) -> Outcome<usize> {
        let mut waiting = responses.iter();
        let (mut on_their_way, mut accepted) = (0, 0);
        let mut requests = String::new();
        let mut answers = Vec::new();
        loop {
            for response in waiting.by_ref().take(WINDOW - on_their_way) {
                let id = self.next;
                self.next += 1;
                on_their_way += 1;
                // `nologin`: no other process will ask for the result. `resp` is always last.
                requests.push_str(&format!(
                    "AUTH\t{id}\tPLAIN\tservice=smtp\tsecured\tnologin\tresp={response}\n"
                ));
            }
            self.stream.write_all(requests.as_bytes()).await?;
            requests.clear();
            if on_their_way == 0 {
                return Ok(accepted);
            }
            if self.stream.read_buf(&mut answers).await? == 0 {
                return Err("Dovecot hung up".into());
            }
            let end = answers.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
            for line in answers[..end].split_inclusive(|byte| *byte == b'\n') {
                on_their_way -= 1;
                accepted += usize::from(line.starts_with(b"OK\t"));
            }
            answers.drain(..end);
        }
    }
}

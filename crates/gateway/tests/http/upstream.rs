//! An upstream that records what arrives, octet by octet, and answers as a test tells it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use postern_testkit::certificates::Identity;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// A request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arrived {
    /// The number of the connection, from 1.
    pub(crate) connection: usize,
    /// The request line.
    pub(crate) line: String,
    /// The fields, as they came.
    pub(crate) fields: Vec<(String, String)>,
    /// The body, without its framing.
    pub(crate) body: Vec<u8>,
}

impl Arrived {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(its, _)| its.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Everything, as a transcript; the fields in the order of their names.
    pub(crate) fn text(&self) -> String {
        let mut fields = self.fields.clone();
        fields.sort();
        let fields: String = fields.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        format!("{}\n{fields}\n{}", self.line, String::from_utf8_lossy(&self.body))
    }
}

/// What the upstream does about a request, in order.
#[derive(Clone)]
pub(crate) enum Act {
    /// Sends these octets.
    Send(Vec<u8>),
    /// Waits for the test.
    Wait(watch::Receiver<bool>),
    /// Sends octets that were made up, so many.
    Flood(u64),
    /// Closes the connection.
    Close,
}

/// A whole answer with a body.
pub(crate) fn answer(head: &str, body: &str) -> Vec<Act> {
    let length = body.len();
    vec![Act::Send(format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes())]
}

/// When the upstream looks at the body of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reads {
    /// Before it answers.
    All,
    /// Before it answers, but keeps nothing of it except for how much it was.
    Discarding,
    /// Never.
    HeadOnly,
}

type Script = dyn Fn(&Arrived) -> Vec<Act> + Send + Sync;

/// The upstream.
pub(crate) struct FakeUpstream {
    pub(crate) address: SocketAddr,
    state: Arc<State>,
}

struct State {
    arrived: Mutex<Vec<Arrived>>,
    connections: watch::Sender<(usize, usize)>,
    reads: Reads,
    script: Box<Script>,
    tls: Option<TlsAcceptor>,
    sent: AtomicU64,
}

impl FakeUpstream {
    /// In the clear, answering every request with 200 and `hello`.
    pub(crate) async fn hello() -> Self {
        Self::start(|_| answer("200 OK", "hello")).await
    }

    /// In the clear, with a script.
    pub(crate) async fn start(script: impl Fn(&Arrived) -> Vec<Act> + Send + Sync + 'static) -> Self {
        Self::start_as(Reads::All, None, script).await
    }

    /// With everything.
    pub(crate) async fn start_as(
        reads: Reads,
        identity: Option<&Identity>,
        script: impl Fn(&Arrived) -> Vec<Act> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let state = Arc::new(State {
            arrived: Mutex::default(),
            connections: watch::Sender::new((0, 0)),
            reads,
            script: Box::new(script),
            tls: identity.map(|identity| TlsAcceptor::from(identity.server_config())),
            sent: AtomicU64::new(0),
        });
        let serving = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(Arc::clone(&serving).connection(stream));
            }
        });
        Self { address, state }
    }

    /// What has arrived.
    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        self.state.arrived.lock().expect("no panic").clone()
    }

    /// The one request that has arrived.
    pub(crate) fn only(&self) -> Arrived {
        let [arrived] = self.arrived().try_into().expect("one request");
        arrived
    }

    /// Connections so far.
    pub(crate) fn connections(&self) -> usize {
        self.state.connections.borrow().0
    }

    /// Waits until so many requests have arrived.
    pub(crate) async fn has_arrived(&self, count: usize) {
        while self.arrived().len() < count {
            tokio::task::yield_now().await;
        }
    }

    /// Octets made up by [`Act::Flood`] so far.
    pub(crate) fn sent(&self) -> u64 {
        self.state.sent.load(Ordering::Relaxed)
    }

    /// Lets the gateway settle what became of the last exchange: it is seen on no socket.
    pub(crate) async fn quiet(&self) {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
    }

    /// Waits until no connection is open.
    pub(crate) async fn alone(&self) {
        let mut connections = self.state.connections.subscribe();
        connections.wait_for(|(all, closed)| all == closed).await.expect("the upstream is there");
    }
}

impl State {
    async fn connection(self: Arc<Self>, stream: TcpStream) {
        self.connections.send_modify(|(all, _)| *all += 1);
        let number = self.connections.borrow().0;
        let _ = stream.set_nodelay(true);
        match &self.tls {
            None => self.serve(number, stream).await,
            Some(tls) => {
                if let Ok(stream) = tls.accept(stream).await {
                    self.serve(number, stream).await;
                }
            }
        }
        self.connections.send_modify(|(_, closed)| *closed += 1);
    }

    async fn serve(&self, number: usize, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        let mut buffer = Vec::new();
        while let Some(arrived) = self.request(number, &mut stream, &mut buffer).await {
            self.arrived.lock().expect("no panic").push(arrived.clone());
            for act in (self.script)(&arrived) {
                if self.perform(act, &mut stream).await.is_none() {
                    return;
                }
            }
        }
    }

    async fn request(
        &self,
        connection: usize,
        stream: &mut (impl AsyncRead + Unpin),
        buffer: &mut Vec<u8>,
    ) -> Option<Arrived> {
        let line = line(stream, buffer).await?;
        let mut fields = Vec::new();
        loop {
            let line = self::line(stream, buffer).await?;
            let Some((name, value)) = line.split_once(": ") else { break };
            fields.push((name.to_owned(), value.to_owned()));
        }
        let mut arrived = Arrived { connection, line, fields, body: Vec::new() };
        if self.reads == Reads::HeadOnly {
            return Some(arrived);
        }
        let mut taken = 0;
        if arrived.field("transfer-encoding").is_some() {
            loop {
                let count = usize::from_str_radix(&self::line(stream, buffer).await?, 16).ok()?;
                taken += take(stream, buffer, count, self.keep(&mut arrived.body)).await?;
                self::line(stream, buffer).await?;
                if count == 0 {
                    break;
                }
            }
        } else if let Some(length) = arrived.field("content-length") {
            let length = length.parse().ok()?;
            taken = take(stream, buffer, length, self.keep(&mut arrived.body)).await?;
        }
        if self.reads == Reads::Discarding {
            arrived.body = taken.to_string().into_bytes();
        }
        Some(arrived)
    }

    async fn perform(&self, act: Act, stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> Option<()> {
        match act {
            Act::Send(octets) => stream.write_all(&octets).await.ok()?,
            Act::Wait(mut go_on) if self.reads == Reads::HeadOnly => {
                go_on.wait_for(|go_on| *go_on).await.ok()?;
            }
            Act::Wait(mut go_on) => tokio::select! {
                waited = go_on.wait_for(|go_on| *go_on) => drop(waited.ok()?),
                // Nothing more is to come but the end.
                _ = stream.read_u8() => return None,
            },
            Act::Flood(mut octets) => {
                let piece = vec![b'x'; 64 * 1024];
                while octets > 0 {
                    let count = piece.len().min(usize::try_from(octets).unwrap_or(usize::MAX));
                    stream.write_all(&piece[..count]).await.ok()?;
                    octets -= count as u64;
                    self.sent.fetch_add(count as u64, Ordering::Relaxed);
                }
            }
            Act::Close => return None,
        }
        stream.flush().await.ok()
    }

    fn keep<'a>(&self, body: &'a mut Vec<u8>) -> Option<&'a mut Vec<u8>> {
        (self.reads == Reads::All).then_some(body)
    }
}

async fn more(stream: &mut (impl AsyncRead + Unpin), buffer: &mut Vec<u8>) -> Option<()> {
    let mut chunk = [0; 16 * 1024];
    let count = stream.read(&mut chunk).await.ok().filter(|count| *count > 0)?;
    buffer.extend_from_slice(&chunk[..count]);
    Some(())
}

async fn line(stream: &mut (impl AsyncRead + Unpin), buffer: &mut Vec<u8>) -> Option<String> {
    loop {
        if let Some(end) = buffer.windows(2).position(|pair| pair == b"\r\n") {
            let line: Vec<u8> = buffer.drain(..end + 2).collect();
            return Some(String::from_utf8_lossy(&line[..end]).into_owned());
        }
        more(stream, buffer).await?;
    }
}

/// Takes `count` octets, and keeps them if they are wanted.
async fn take(
    stream: &mut (impl AsyncRead + Unpin),
    buffer: &mut Vec<u8>,
    count: usize,
    mut into: Option<&mut Vec<u8>>,
) -> Option<usize> {
    let mut left = count;
    while left > 0 {
        if buffer.is_empty() {
            more(stream, buffer).await?;
        }
        let taken: Vec<u8> = buffer.drain(..left.min(buffer.len())).collect();
        left -= taken.len();
        if let Some(into) = into.as_deref_mut() {
            into.extend(taken);
        }
    }
    Some(count)
}

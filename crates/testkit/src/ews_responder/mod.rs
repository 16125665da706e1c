//! A service that answers Exchange Web Services and Autodiscover well enough for real clients, and writes down what
//! arrives.
//!
//! It reads the impersonation in the laxest way that a server could: the first thing that looks like it, wherever it
//! stands. What it notes is therefore what a hostile request could make a careless server believe.

mod answers;
mod server;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::body::Bytes;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::certificates::Identity;

/// What the responder asks of a request before it answers it.
#[derive(Debug, Clone)]
pub enum EwsDemand {
    /// Nothing.
    Nothing,
    /// Basic authentication with these.
    Basic {
        /// The user name.
        user: String,
        /// The password.
        password: String,
    },
    /// A bearer token, whichever: nobody is asked about it.
    Bearer,
    /// A field that names the user, whoever that is.
    Header(String),
}

impl EwsDemand {
    fn is_met(&self, fields: &BTreeMap<String, String>) -> bool {
        let authorization = fields.get("authorization").map(String::as_str);
        match self {
            Self::Nothing => true,
            Self::Basic { user, password } => {
                let expected = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
                authorization == Some(&expected)
            }
            Self::Bearer => authorization.is_some_and(|value| value.starts_with("Bearer ")),
            Self::Header(name) => fields.contains_key(&name.to_ascii_lowercase()),
        }
    }
}

/// A request that arrived whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EwsRequest {
    /// `GetFolder`, `FindItem`, …; empty when nothing of the kind is in it.
    pub operation: String,
    /// The mailbox that it acts as, read laxly.
    pub impersonated: Option<String>,
    /// The fields, names in lower case; of several with one name, the values joined by `, `.
    pub fields: BTreeMap<String, String>,
    /// The path and the query.
    pub target: String,
    /// The body.
    pub body: String,
    /// Whether the demand was met; if not, the answer was 401.
    pub is_admitted: bool,
}

#[derive(Debug, Default)]
struct Notes {
    requests: Vec<EwsRequest>,
    connections: usize,
    /// Where notifications go: one for each open stream.
    streams: Vec<mpsc::UnboundedSender<Bytes>>,
}

#[derive(Debug, Clone)]
struct Shared {
    demand: EwsDemand,
    port: u16,
    notes: Arc<Mutex<Notes>>,
    changed: Arc<watch::Sender<()>>,
}

impl Shared {
    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, write: impl FnOnce(&mut Notes)) {
        write(&mut self.notes());
        self.changed.send_replace(());
    }
}

/// A responder on a free port of the loopback; it stops when it is dropped.
pub struct EwsResponder {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Shared,
    task: JoinHandle<()>,
}

impl Drop for EwsResponder {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl EwsResponder {
    /// Begins to listen, with TLS when it has an identity.
    ///
    /// # Panics
    /// When there is no loopback.
    pub async fn start(demand: EwsDemand, identity: Option<&Identity>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket");
        let shared = Shared {
            demand,
            port: address.port(),
            notes: Arc::default(),
            changed: Arc::new(watch::channel(()).0),
        };
        let acceptor = identity.map(|identity| TlsAcceptor::from(identity.server_config()));
        let server = shared.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                server.note(|notes| notes.connections += 1);
                tokio::spawn(server::serve(server.clone(), acceptor.clone(), stream));
            }
        });
        Self { address, shared, task }
    }

    /// Connections so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.notes().connections
    }

    /// What arrived, the oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<EwsRequest> {
        self.shared.notes().requests.clone()
    }

    /// Waits until a request with this operation has arrived.
    pub async fn wait_for(&self, operation: &str) -> EwsRequest {
        self.wait(|notes| notes.requests.iter().any(|request| request.operation == operation)).await;
        let mut requests = self.requests().into_iter();
        requests.rfind(|request| request.operation == operation).expect("it was waited for")
    }

    /// Waits until so many streams of notifications are open.
    pub async fn wait_for_streams(&self, count: usize) {
        self.wait(|notes| notes.streams.iter().filter(|stream| !stream.is_closed()).count() >= count).await;
    }

    /// Waits until a stream that was open is not read any more.
    pub async fn wait_until_no_stream_is_read(&self) {
        let streams = self.shared.notes().streams.clone();
        for stream in streams {
            stream.closed().await;
        }
    }

    /// Tells every open stream of a new message.
    pub fn notify(&self) {
        self.to_streams(&answers::new_mail());
    }

    /// Ends every open stream as a server does whose time for one is over.
    pub fn end_streams(&self) {
        self.to_streams(&answers::connection_closed());
        self.shared.note(|notes| notes.streams.clear());
    }

    fn to_streams(&self, envelope: &str) {
        for stream in &self.shared.notes().streams {
            // Nobody reads a stream whose client has gone.
            let _ = stream.send(Bytes::copy_from_slice(envelope.as_bytes()));
        }
    }

    async fn wait(&self, is_there: impl Fn(&Notes) -> bool) {
        let mut changed = self.shared.changed.subscribe();
        while !is_there(&self.shared.notes()) {
            changed.changed().await.expect("the responder holds the sender");
        }
    }
}

//! [`Gateway`]: everything together, from start to shut-down.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use postern_domain::id::NodeId;
use postern_protocols::door::ShutDown;
use postern_service::Service;
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::config::{GatewayConfig, Limits, ListenerConfig, ListenerKind, ListenerTls, Upstream};
use crate::http::{self, HttpShared, Router};
use crate::listener::{self, Admission, Listener};
use crate::sessions::{self, Judge, LiveSessionInfo, Registry};
use crate::start_error::{StartError, StartProblem};
use crate::tls::TlsMaterial;
use crate::upstream::{self, Table};

/// How long sessions that are cut off at the deadline have for their last words.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Where the gateway stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Connections are taken.
    Running,
    /// No more; what is on its way is finished.
    Draining,
    /// Everything is cut off.
    Killed,
}

/// The settings in force; a connection keeps those that it came under.
pub(crate) struct Settings {
    pub(crate) host_name: String,
    pub(crate) limits: Limits,
    pub(crate) upstreams: Table,
    pub(crate) router: Arc<Router>,
}

/// What all connections share.
pub(crate) struct Shared {
    pub(crate) service: Arc<Service>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) judge: Judge,
    pub(crate) admission: Arc<Admission>,
    pub(crate) http: HttpShared,
    pub(crate) phase: watch::Receiver<Phase>,
    settings: RwLock<Arc<Settings>>,
}

impl Shared {
    /// The settings in force.
    pub(crate) fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The running doors. Dropping it cuts everything off; [`Self::shut_down`] is the polite way.
pub struct Gateway {
    shared: Arc<Shared>,
    /// Under which the live sessions of this run are reported.
    node: NodeId,
    phase: watch::Sender<Phase>,
    addresses: Vec<(String, SocketAddr)>,
    /// The accept loops and the watch over live sessions; they end with the gateway.
    background: JoinSet<()>,
    probes: Mutex<JoinSet<()>>,
}

impl Gateway {
    /// Binds every listener, begins to accept, and starts the background tasks. When it returns, programs can connect.
    /// Call it within a tokio runtime.
    ///
    /// # Errors
    /// [`StartError`] with all problems; then nothing listens.
    pub async fn start(
        config: GatewayConfig,
        service: Arc<Service>,
        tls: Arc<TlsMaterial>,
    ) -> Result<Self, StartError> {
        let mut problems = Vec::new();
        let name = &config.host_name;
        if name.is_empty() || name.len() > 255 || !name.bytes().all(|octet| octet.is_ascii_graphic()) {
            problems.push(StartProblem::HostName { host_name: name.clone() });
        }
        let router = Arc::new(Router::new(config.http));
        let table = Table::new(config.upstreams).map_err(|more| problems.extend(more));
        if let Ok(table) = &table {
            problems.extend(http::problems(&router, table, &service));
        }
        let bound = bind_all(config.listeners, &tls, &mut problems);
        let (Ok(upstreams), true) = (table, problems.is_empty()) else {
            return Err(StartError { problems });
        };
        let (phase, phases) = watch::channel(Phase::Running);
        let settings = Settings { host_name: config.host_name, limits: config.limits, upstreams, router };
        let shared = Arc::new(Shared {
            judge: Judge::new(Arc::clone(&service)),
            service,
            registry: Arc::default(),
            admission: Arc::default(),
            http: HttpShared::new(),
            phase: phases,
            settings: RwLock::new(Arc::new(settings)),
        });
        // The feed must be heard before the first session can be there.
        let node = shared.service.new_node();
        let mut background = keep_watching(&shared, node);
        let addresses = accept(&shared, bound, &mut background);
        let probes = Mutex::new(keep_probing(&shared.settings()));
        Ok(Self { shared, node, phase, addresses, background, probes })
    }

    /// The address of the listener of that name, with the port that was chosen for port 0.
    #[must_use]
    pub fn local_addr(&self, listener: &str) -> Option<SocketAddr> {
        self.addresses.iter().find(|(name, _)| name == listener).map(|(_, address)| *address)
    }

    /// Every signed-in session, the oldest first.
    #[must_use]
    pub fn live_sessions(&self) -> Vec<LiveSessionInfo> {
        self.shared.registry.list()
    }

    /// Takes new upstreams and limits for connections that come from now on. Listeners stay as they are; certificates
    /// are replaced in [`TlsMaterial`].
    ///
    /// # Errors
    /// [`StartError`] with all problems; then the old settings stay in force.
    pub fn reload(&self, upstreams: Vec<Upstream>, limits: Limits) -> Result<(), StartError> {
        let upstreams = Table::new(upstreams).map_err(|problems| StartError { problems })?;
        let old = self.shared.settings();
        let (host_name, router) = (old.host_name.clone(), Arc::clone(&old.router));
        let problems = http::problems(&router, &upstreams, &self.shared.service);
        if !problems.is_empty() {
            return Err(StartError { problems });
        }
        let settings = Arc::new(Settings { host_name, limits, upstreams, router });
        *self.probes.lock().unwrap_or_else(PoisonError::into_inner) = keep_probing(&settings);
        *self.shared.settings.write().unwrap_or_else(PoisonError::into_inner) = settings;
        Ok(())
    }

    /// Stops: no new connection is taken, those that have not signed in and those without a message on its way are told
    /// `421 4.3.2`, the others when their message is through, and all of them at `deadline` from now at the latest.
    pub async fn shut_down(self, deadline: Duration) {
        let Self { shared, node, phase, mut background, probes, .. } = self;
        drop(probes);
        let _ = phase.send(Phase::Draining);
        shared.registry.drain();
        let admission = Arc::clone(&shared.admission);
        if tokio::time::timeout(deadline, admission.all_closed()).await.is_err() {
            shared.registry.end_all(ShutDown::ServerStopping, "server-stopping");
            let _ = tokio::time::timeout(LAST_WORDS, admission.all_closed()).await;
        }
        let _ = phase.send(Phase::Killed);
        background.shutdown().await;
        // Otherwise its sessions would be listed until it has been silent for a while.
        match tokio::time::timeout(LAST_WORDS, shared.service.forget_node(node)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the end of this server could not be reported"),
            Err(_) => tracing::warn!("the end of this server could not be reported in time"),
        }
    }
}

/// A listener with what it needs.
struct Bound {
    config: ListenerConfig,
    socket: TcpListener,
    tls: Arc<ServerConfig>,
}

/// Binds all listeners, or says what is wrong with each.
fn bind_all(
    listeners: Vec<ListenerConfig>,
    tls: &Arc<TlsMaterial>,
    problems: &mut Vec<StartProblem>,
) -> Vec<Bound> {
    let mut names = HashSet::new();
    let mut bound = Vec::new();
    for listener in listeners {
        if !names.insert(listener.name.clone()) {
            problems.push(StartProblem::NameTwice { what: "listener", name: listener.name.clone() });
        }
        // HTTP has no STARTTLS that anybody uses.
        if listener.kind == ListenerKind::Http && listener.tls != ListenerTls::Implicit {
            problems.push(StartProblem::Kind { listener: listener.name });
            continue;
        }
        let tls = match tls.server_config(listener.kind.alpn()) {
            Ok(tls) => tls,
            Err(source) => {
                problems.push(StartProblem::Tls { source });
                continue;
            }
        };
        match listener::bind(listener.address) {
            Ok(socket) => bound.push(Bound { config: listener, socket, tls }),
            Err(source) => problems.push(StartProblem::Bind {
                listener: listener.name,
                address: listener.address,
                source,
            }),
        }
    }
    bound
}

/// Begins to accept at every socket; gives the addresses by the listeners' names.
fn accept(
    shared: &Arc<Shared>,
    bound: Vec<Bound>,
    background: &mut JoinSet<()>,
) -> Vec<(String, SocketAddr)> {
    let mut addresses = Vec::new();
    for Bound { config, socket, tls } in bound {
        let address = socket.local_addr().unwrap_or(config.address);
        tracing::info!(listener = config.name, %address, tls = ?config.tls, "listening");
        addresses.push((config.name.clone(), address));
        let listener = Arc::new(Listener { config, tls, shared: Arc::clone(shared) });
        background.spawn(listener::accept_all(listener, socket, shared.phase.clone()));
    }
    addresses
}

fn keep_watching(shared: &Shared, node: NodeId) -> JoinSet<()> {
    let mut background = JoinSet::new();
    background.spawn(sessions::keep_watching(
        Arc::clone(&shared.registry),
        shared.judge.clone(),
        Arc::clone(shared.service.clock()),
        shared.service.changes(),
    ));
    let (registry, service) = (Arc::clone(&shared.registry), Arc::clone(&shared.service));
    background.spawn(sessions::keep_reporting(registry, service, node));
    background
}

fn keep_probing(settings: &Settings) -> JoinSet<()> {
    let mut probes = JoinSet::new();
    for target in settings.upstreams.targets().iter().filter(|target| target.config.probe) {
        let (host_name, limits) = (settings.host_name.clone(), settings.limits.clone());
        probes.spawn(upstream::keep_probing(Arc::clone(target), host_name, limits));
    }
    probes
}

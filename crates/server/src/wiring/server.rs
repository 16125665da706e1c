//! [`Server`]: portal and doors over one service, from start to shutdown.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use postern_gateway::Gateway;
use postern_gateway::tls::{TlsMaterial, TlsMaterialError};
use postern_service::Service;
use postern_web::{InvalidOrigin, ServeLimits};
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use super::alone::Alone;
use super::doors::{limits, listener_name};
use super::open::mailbox_password_upstreams;
use super::upstreams::{UpstreamFileProblem, upstreams};
use super::{Absent, CertificateError, OpenError, certificate, doors, open_service, portal};
use crate::config::{Config, Listener, ListenerTls, PortalUrl, Protocol};

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Data folder, key file or database.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Another server holds the SQLite database.
    #[error(
        "another `postern serve` runs on {database}: stop it first; several servers can share a PostgreSQL database"
    )]
    AnotherServes {
        /// The database.
        database: String,
    },
    /// The file that says so cannot be made.
    #[error("{path}: {source}; give this user the right to write there")]
    Lock {
        /// The file.
        path: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// Certificate or key.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The TLS library has no randomness.
    #[error(transparent)]
    Tls(#[from] TlsMaterialError),
    /// A file that an upstream names.
    #[error("upstream {upstream}: {file}: {source}")]
    UpstreamFile {
        /// The upstream's name.
        upstream: String,
        /// The key that names it, and the path.
        file: String,
        /// Why.
        source: UpstreamFileProblem,
    },
    /// The portal's address.
    #[error("portal.listen: cannot listen on {address}: {source}; {}", remedy(source))]
    Portal {
        /// The address.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// The portal's URL.
    #[error("portal.url: {0}")]
    Origin(#[from] InvalidOrigin),
    /// The doors.
    #[error(transparent)]
    Doors(#[from] postern_gateway::StartError),
    /// Signals cannot be waited for.
    #[error("signals cannot be waited for: {0}")]
    Signals(#[source] io::Error),
}

fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another program listens there, maybe another `postern serve`: stop it, or choose another port"
        }
        io::ErrorKind::PermissionDenied => {
            "ports below 1024 need the capability CAP_NET_BIND_SERVICE: grant it, or choose another port"
        }
        _ => "correct the address",
    }
}

/// What a running server listens on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// The portal's address for browsers.
    pub portal_url: PortalUrl,
    /// Where the portal listens.
    pub portal: SocketAddr,
    /// The listeners of the doors: by protocol, each in the order of the configuration.
    pub listeners: Vec<ReadyListener>,
}

impl Ready {
    /// The listeners of that protocol.
    pub fn of(&self, protocol: Protocol) -> impl Iterator<Item = &ReadyListener> {
        self.listeners.iter().filter(move |listener| listener.protocol == protocol)
    }
}

/// A listener of a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadyListener {
    /// What is spoken there.
    pub protocol: Protocol,
    /// Where it listens, with the port that was chosen for port 0.
    pub address: SocketAddr,
    /// How it is protected.
    pub tls: ListenerTls,
}

/// What a reload changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reloaded {
    /// Sections whose change needs a restart.
    pub needs_restart: Vec<&'static str>,
}

/// A running server.
pub struct Server {
    config: Config,
    /// The upstreams for which the portal takes passwords, since the start.
    with_mailbox_passwords: Vec<String>,
    service: Arc<Service>,
    gateway: Gateway,
    tls: Arc<TlsMaterial>,
    ready: Ready,
    portal: JoinHandle<()>,
    stop_portal: oneshot::Sender<()>,
    /// The portal follows it. The material in it is replaced in place, so nothing is ever sent.
    _portal_tls: watch::Sender<Arc<ServerConfig>>,
    _alone: Alone,
}

impl Server {
    /// Starts everything. When it returns, people and programs can connect.
    ///
    /// # Errors
    /// [`ServeError`]; then nothing listens.
    pub async fn start(config: Config) -> Result<Self, ServeError> {
        let address = config.portal.listen;
        let taken = |source| ServeError::Portal { address, source };
        let listener = TcpListener::bind(address).await.map_err(taken)?;
        let portal_address = listener.local_addr().map_err(taken)?;
        let portal_url = config.portal.url_at(portal_address.port());

        let service = open_service(&config, &portal_url, Absent::Make).await?;
        let alone = Alone::on(&config.database)?;
        if alone.is_certain()
            && let Err(error) = service.forget_all_nodes().await
        {
            // A database that cannot be written does not keep the doors shut.
            tracing::warn!(%error, "live sessions of an earlier run may still be listed for some seconds");
        }
        service.start_deliveries();
        certificate::ensure(&config, service.clock().now())?;
        let tls = certificate::load(&certificate::paths(&config))?;
        let portal_tls = tls.server_config(&postern_web::ALPN)?;
        let gateway = Gateway::start(doors(&config)?, Arc::clone(&service), Arc::clone(&tls)).await?;

        let ready = Ready { portal_url, portal: portal_address, listeners: listeners(&config, &gateway) };
        let router =
            postern_web::router(Arc::clone(&service), portal::portal(&config, &ready.portal_url, &ready)?);
        let (portal_tls, following) = watch::channel(portal_tls);
        let (stop_portal, stopped) = oneshot::channel();
        let limits = ServeLimits { drain: config.limits.shut_down_time, ..ServeLimits::default() };
        let until = async {
            // A dropped sender means that the server is gone, which ends the portal too.
            let _ = stopped.await;
        };
        let portal = tokio::spawn(postern_web::serve(listener, following, router, limits, until));
        Ok(Self {
            with_mailbox_passwords: mailbox_password_upstreams(&config),
            config,
            service,
            gateway,
            tls,
            ready,
            portal,
            stop_portal,
            _portal_tls: portal_tls,
            _alone: alone,
        })
    }

    /// What it listens on.
    #[must_use]
    pub const fn ready(&self) -> &Ready {
        &self.ready
    }

    /// The service that it runs on.
    #[must_use]
    pub const fn service(&self) -> &Arc<Service> {
        &self.service
    }

    /// Its configuration.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Where its certificate is.
    #[must_use]
    pub fn certificate(&self) -> PathBuf {
        certificate::paths(&self.config).certificate
    }

    /// Takes a new configuration: certificates, upstreams and limits at once; the rest needs a restart.
    ///
    /// # Errors
    /// [`ServeError`]; then the old one stays in force.
    pub fn reload(&mut self, new: Config) -> Result<Reloaded, ServeError> {
        let paths = certificate::paths(&new);
        let (chain, key) = certificate::read(&paths)?;
        let upstreams = upstreams(&new)?;
        self.tls.replace(&chain, &key).map_err(|source| certificate::unusable(&paths, source))?;
        self.gateway.reload(upstreams, limits(&new.limits))?;
        let old = &self.config;
        let sections = [
            ("data", old.data != new.data),
            ("database", old.database != new.database),
            ("portal", old.portal != new.portal),
            ("smtp", old.smtp != new.smtp),
            ("imap", old.imap != new.imap),
            ("pop3", old.pop3 != new.pop3),
            ("managesieve", old.managesieve != new.managesieve),
            ("http", old.http != new.http),
            ("provider", old.providers != new.providers),
            ("identity_provider", old.identity_providers != new.identity_providers),
            (
                "upstream (mailbox passwords in the portal)",
                self.with_mailbox_passwords != mailbox_password_upstreams(&new),
            ),
            ("mail", old.mail != new.mail),
            ("text_messages", old.text_messages != new.text_messages),
            ("webhook", old.webhooks != new.webhooks),
            ("syslog", old.syslog != new.syslog),
            ("log", old.log != new.log),
            ("limits.hashing", old.limits.hashing != new.limits.hashing),
        ];
        let needs_restart =
            sections.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect();
        // What needs a restart stays as it was, so that the next reload says so again.
        self.config.tls = new.tls;
        self.config.upstreams = new.upstreams;
        self.config.limits = crate::config::Limits { hashing: self.config.limits.hashing, ..new.limits };
        Ok(Reloaded { needs_restart })
    }

    /// Stops: takes nothing new, lets messages that are on their way through, ends the rest at the deadline.
    pub async fn shut_down(self) {
        let deadline = self.config.limits.shut_down_time;
        // The portal may have ended by itself; then nobody listens to this.
        let _ = self.stop_portal.send(());
        let (_, portal) = tokio::join!(self.gateway.shut_down(deadline), self.portal);
        if let Err(error) = portal {
            tracing::error!(%error, "the portal ended with a defect");
        }
        self.service.close().await;
    }
}

fn listeners(config: &Config, gateway: &Gateway) -> Vec<ReadyListener> {
    let of = |protocol: Protocol| {
        let ready = move |(position, listener): (usize, &Listener)| {
            let name = listener_name(protocol, position, listener);
            let address = gateway.local_addr(&name).unwrap_or(listener.listen);
            ReadyListener { protocol, address, tls: listener.tls }
        };
        config.listeners(protocol).iter().enumerate().map(ready)
    };
    Protocol::ALL.into_iter().flat_map(of).collect()
}

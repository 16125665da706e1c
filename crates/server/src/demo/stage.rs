//! The stage: the real server on its own folder, and the sandbox smart host behind it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use postern_service::Service;
use postern_service::system::SystemRandom;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::DemoError;
use super::client::{self, Client};
use super::folder::Folder;
use super::sandbox::{Arrived, Sandbox};
use crate::config::{Config, ListenerTls, Overlay, Protocol};
use crate::wiring::Server;

/// Everything that the story needs.
pub(super) struct Stage {
    pub(super) server: Server,
    pub(super) sandbox: Sandbox,
    pub(super) connector: TlsConnector,
    pub(super) folder: Folder,
}

/// Where the web site connects from.
pub(super) const SITE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 1));
/// Where somebody else connects from. Every address of 127.0.0.0/8 is loopback.
pub(super) const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

impl Stage {
    pub(super) async fn set_up(temporary: &Path) -> Result<Self, DemoError> {
        let folder = Folder::make(temporary, &SystemRandom)?;
        let sandbox = Sandbox::start().await?;
        let overlay = Overlay { data: Some(folder.path().to_owned()), database: None };
        let file = folder.path().join("postern.toml");
        let text = configuration(sandbox.address);
        // Written down too, so that the reader can look at it and use it with the commands.
        std::fs::write(&file, &text)
            .map_err(|source| DemoError::Folder { path: file.display().to_string(), source })?;
        let server = Server::start(Config::parse(&text, &file, &overlay)?).await?;
        let certificate = server.certificate();
        let pem = std::fs::read(&certificate)
            .map_err(|source| DemoError::Folder { path: certificate.display().to_string(), source })?;
        Ok(Self { connector: client::connector(&pem)?, server, sandbox, folder })
    }

    pub(super) fn service(&self) -> &Arc<Service> {
        self.server.service()
    }

    /// Where the SMTP door listens.
    pub(super) fn door(&self, tls: ListenerTls) -> SocketAddr {
        let mut listeners = self.server.ready().of(Protocol::Smtp);
        listeners.find(|listener| listener.tls == tls).map_or(self.server.ready().portal, |it| it.address)
    }

    /// The web site's SMTP client, connected from an address.
    pub(super) async fn connect(&self, from: IpAddr, tls: ListenerTls) -> Result<Client, DemoError> {
        Client::connect(from, self.door(tls), tls, &self.connector).await
    }

    /// The next message that arrives at the sandbox.
    pub(super) async fn arrival(&mut self) -> Result<Arrived, DemoError> {
        let what = "a message at the sandbox smart host";
        let arrived = timeout(Duration::from_secs(10), self.sandbox.arrivals.recv()).await;
        arrived.ok().flatten().ok_or(DemoError::TooSlow { what })
    }

    pub(super) async fn tear_down(self) {
        self.server.shut_down().await;
    }
}

/// The demo's configuration: the default ports where they are free, otherwise others.
fn configuration(sandbox: SocketAddr) -> String {
    let (portal, starttls, implicit) = (free(8443), free(2587), free(2465));
    format!(
        "# The demo's configuration.\n\
         [data]\ndirectory = \".\"\n\n\
         [portal]\nlisten = \"{portal}\"\n\n\
         [[smtp.listener]]\nlisten = \"{starttls}\"\ntls = \"starttls\"\n\n\
         [[smtp.listener]]\nlisten = \"{implicit}\"\ntls = \"implicit\"\n\n\
         [[upstream]]\nname = \"sandbox\"\nhost = \"{}\"\nport = {}\ntls = \"none\"\n\n\
         [limits]\nshut_down_time = \"1s\"\n\n\
         [log]\nlevel = \"warn\"\n",
        sandbox.ip(),
        sandbox.port()
    )
}

/// That port of 127.0.0.1 if it is free, otherwise one that the system chooses.
fn free(port: u16) -> SocketAddr {
    let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    if TcpListener::bind(wanted).is_ok() { wanted } else { any }
}

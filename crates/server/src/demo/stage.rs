//! The stage: the real server on its own folder, and the sandbox behind it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use postern_service::account::AddAccount;
use postern_service::system::SystemRandom;
use postern_service::{By, Service};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::DemoError;
use super::client::{self, EwsClient, ImapClient, SmtpClient};
use super::folder::Folder;
use super::sandbox::{IDENTITY_HEADER, MASTER_SECRET, MASTER_USER, Mail, Sandbox};
use crate::config::{Config, ListenerTls, Overlay, Protocol};
use crate::wiring::Server;

/// Everything that the story needs.
pub(super) struct Stage {
    pub(super) server: Server,
    pub(super) sandbox: Sandbox,
    pub(super) connector: TlsConnector,
    pub(super) folder: Folder,
}

/// Where the story's programs connect from.
pub(super) const SITE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 1));
/// Where somebody else connects from. Every address of 127.0.0.0/8 is loopback.
pub(super) const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

impl Stage {
    pub(super) async fn set_up(temporary: &Path) -> Result<Self, DemoError> {
        let folder = Folder::make(temporary, &SystemRandom)?;
        let sandbox = Sandbox::start().await?;
        let overlay = Overlay { data: Some(folder.path().to_owned()), database: None };
        let file = folder.path().join("postern.toml");
        let text = configuration(&sandbox);
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

    /// Adds an account, as somebody with the command line does.
    pub(super) async fn add(&self, account: AddAccount) -> Result<(), DemoError> {
        self.service().add_account(By::Operator { user: "demo" }, account).await?;
        Ok(())
    }

    /// Where that protocol's doors listen.
    pub(super) fn door(&self, protocol: Protocol, tls: ListenerTls) -> SocketAddr {
        let mut listeners = self.server.ready().of(protocol);
        listeners.find(|listener| listener.tls == tls).map_or(self.server.ready().portal, |it| it.address)
    }

    /// The web site's SMTP client, connected from an address.
    pub(super) async fn connect(&self, from: IpAddr, tls: ListenerTls) -> Result<SmtpClient, DemoError> {
        SmtpClient::connect(from, self.door(Protocol::Smtp, tls), tls, &self.connector).await
    }

    /// The mail client, connected.
    pub(super) async fn mail_client(&self) -> Result<ImapClient, DemoError> {
        let door = self.door(Protocol::Imap, ListenerTls::Implicit);
        ImapClient::connect(SITE, door, &self.connector).await
    }

    /// The backup tool, with what it signs in with.
    pub(super) fn backup_tool<'a>(&'a self, user: &'a str, secret: &'a str) -> EwsClient<'a> {
        let to = self.door(Protocol::Http, ListenerTls::Implicit);
        EwsClient { from: SITE, to, connector: &self.connector, user, secret }
    }

    /// The next message that arrives at the sandbox.
    pub(super) async fn arrival(&mut self) -> Result<Arc<Mail>, DemoError> {
        let what = "a message at the sandbox smart host";
        let arrived = timeout(Duration::from_secs(10), self.sandbox.arrivals.recv()).await;
        arrived.ok().flatten().ok_or(DemoError::TooSlow { what })
    }

    pub(super) async fn tear_down(self) {
        self.server.shut_down().await;
    }
}

/// The demo's configuration: the usual ports of an own server where they are free, otherwise others.
fn configuration(sandbox: &Sandbox) -> String {
    let [portal, starttls, implicit, imaps, https] = [8443, 2587, 2465, 2993, 2443].map(free);
    let upstream = |name: &str, doors: &str, at: SocketAddr, sign_in: &str| {
        let (host, port) = (at.ip(), at.port());
        format!(
            "[[upstream]]\nname = \"{name}\"\ndoors = [\"{doors}\"]\nhost = \"{host}\"\nport = {port}\ntls = \"none\"\n{sign_in}\n"
        )
    };
    let master = format!(
        "sign_in = \"master\"\nuser_name = \"{MASTER_USER}\"\nsecret = \"{MASTER_SECRET}\"\nsign_in_without_tls = true\n"
    );
    let header = format!("sign_in = \"header\"\nidentity_header = \"{IDENTITY_HEADER}\"\n");
    [
        "# The demo's configuration.\n[data]\ndirectory = \".\"\n\n".to_owned(),
        format!("[portal]\nlisten = \"{portal}\"\n\n"),
        format!("[[smtp.listener]]\nlisten = \"{starttls}\"\ntls = \"starttls\"\n\n"),
        format!("[[smtp.listener]]\nlisten = \"{implicit}\"\ntls = \"implicit\"\n\n"),
        format!("[[imap.listener]]\nlisten = \"{imaps}\"\ntls = \"implicit\"\n\n"),
        format!("[[http.listener]]\nlisten = \"{https}\"\n\n"),
        upstream("sandbox", "smtp", sandbox.smart_host, ""),
        upstream("sandbox-mailboxes", "imap", sandbox.imap, &master),
        upstream("sandbox-exchange", "ews", sandbox.ews, &header),
        "[limits]\nshut_down_time = \"1s\"\n\n[log]\nlevel = \"warn\"\n".to_owned(),
    ]
    .concat()
}

/// That port of 127.0.0.1 if it is free, otherwise one that the system chooses.
fn free(port: u16) -> SocketAddr {
    let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    if TcpListener::bind(wanted).is_ok() { wanted } else { any }
}

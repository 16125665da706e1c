//! What is measured: programs between an IMAP client and the real service, each a private instance with two workers.

mod dovecot;
mod haproxy;
mod nginx;
mod postern;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use postern_testkit::certificates::TestAuthority;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::Outcome;
use crate::process::Tree;

/// How often it is looked whether a peer listens, and how many times.
const LOOK_EVERY: Duration = Duration::from_millis(20);
const MOST_LOOKS: usize = 500;

/// How the channel to the client is protected.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Channel {
    /// Not at all.
    Plain,
    /// TLS 1.3 from the first octet.
    Tls,
}

/// Who stands between.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Peer {
    /// We.
    Postern,
    /// nginx's mail module, asking an HTTP server that always says yes.
    Nginx,
    /// Dovecot's IMAP proxy, with a password file.
    Dovecot,
    /// HAProxy passing octets on; it authenticates nobody.
    HaProxy,
}

/// Everybody, in the order of the tables.
pub(crate) const PEERS: [Peer; 4] = [Peer::Postern, Peer::Nginx, Peer::Dovecot, Peer::HaProxy];

impl Peer {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Postern => "Postern",
            Self::Nginx => "nginx mail",
            Self::Dovecot => "Dovecot proxy",
            Self::HaProxy => "HAProxy (no authentication)",
        }
    }
}

/// What the program signs in with.
pub(crate) struct Credentials {
    pub(crate) user: String,
    pub(crate) secret: String,
}

/// What all peers are started with.
pub(crate) struct Surroundings {
    pub(crate) authority: TestAuthority,
    pub(crate) backend: SocketAddr,
    pub(crate) auth_http: SocketAddr,
}

/// A running peer; ended when dropped.
pub(crate) struct Instance {
    pub(crate) plain: SocketAddr,
    pub(crate) tls: SocketAddr,
    pub(crate) credentials: Credentials,
    pub(crate) tree: Tree,
    child: Child,
    _folder: TempDir,
}

/// Asked to end, so that it ends the processes below it too; killed after that.
impl Drop for Instance {
    fn drop(&mut self) {
        let Some(process) = self.child.id().map(|process| process.to_string()) else { return };
        let kill = |signal: &str| std::process::Command::new("kill").args([signal, &process]).status();
        // What comes of it does not matter: the child is killed in any case. Those below it need a moment.
        let _ = kill("-TERM");
        let _ = std::process::Command::new("sleep").arg("0.2").status();
    }
}

impl Instance {
    pub(crate) const fn address(&self, channel: Channel) -> SocketAddr {
        match channel {
            Channel::Plain => self.plain,
            Channel::Tls => self.tls,
        }
    }

    /// Starts one and waits until it listens.
    pub(crate) async fn start(peer: Peer, surroundings: &Surroundings) -> Outcome<Self> {
        let folder = tempfile::Builder::new().prefix("postern-bench-").tempdir()?;
        let identity = surroundings.authority.issue(&["localhost", "127.0.0.1"]);
        std::fs::write(folder.path().join("door.pem"), &identity.chain)?;
        std::fs::write(folder.path().join("door.key"), &identity.key)?;
        std::fs::write(folder.path().join("both.pem"), format!("{}{}", identity.chain, identity.key))?;
        let (plain, tls) = (free_port()?, free_port()?);
        let site = Site { folder: folder.path(), plain, tls, surroundings };
        let (mut command, credentials) = match peer {
            Peer::Postern => postern::prepare(&site).await?,
            Peer::Nginx => nginx::prepare(&site)?,
            Peer::Dovecot => dovecot::prepare(&site)?,
            Peer::HaProxy => haproxy::prepare(&site)?,
        };
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true).spawn()?;
        let root = child.id().ok_or("it ended at once")?;
        let instance = Self { plain, tls, credentials, tree: Tree::of(root), child, _folder: folder };
        for address in [plain, tls] {
            listens(address).await.map_err(|error| format!("{}: {error}", peer.name()))?;
        }
        Ok(instance)
    }
}

/// What a peer's configuration is made from.
struct Site<'a> {
    folder: &'a Path,
    plain: SocketAddr,
    tls: SocketAddr,
    surroundings: &'a Surroundings,
}

/// What the peers that compare no app passwords are given.
fn simple_credentials() -> Credentials {
    Credentials { user: "webmaster@example.test".to_owned(), secret: "k7m2q9x4t8w3r5y6u1p0a2s4".to_owned() }
}

async fn listens(address: SocketAddr) -> Outcome<()> {
    for _ in 0..MOST_LOOKS {
        if TcpStream::connect(address).await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Err(format!("nobody listens on {address}").into())
}

fn free_port() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// Runs a command to its end.
async fn run(command: &mut Command) -> Outcome<String> {
    let output = command.output().await?;
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?);
    }
    Err(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr)).into())
}

//! The sandbox: small services on loopback, behind the doors. What the smart host takes is in the mailboxes at once.

mod ews;
mod imap;
mod post;
mod smart_host;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use self::post::Post;
use super::DemoError;

pub(super) use ews::IDENTITY_HEADER;
pub(super) use imap::{MASTER_SECRET, MASTER_USER};
pub(super) use post::Mail;

/// The running sandbox. It ends on drop.
pub(super) struct Sandbox {
    /// The smart host, without TLS.
    pub(super) smart_host: SocketAddr,
    /// The mailboxes over IMAP, without TLS.
    pub(super) imap: SocketAddr,
    /// The mailboxes over Exchange Web Services, without TLS.
    pub(super) ews: SocketAddr,
    /// What arrives.
    pub(super) arrivals: mpsc::UnboundedReceiver<Arc<Mail>>,
    _tasks: JoinSet<()>,
}

impl Sandbox {
    /// Listens on free ports of 127.0.0.1.
    pub(super) async fn start() -> Result<Self, DemoError> {
        let (post, arrivals) = Post::new();
        let post = Arc::new(post);
        let mut tasks = JoinSet::new();
        Ok(Self {
            smart_host: serve(&mut tasks, &post, smart_host::session).await?,
            imap: serve(&mut tasks, &post, imap::session).await?,
            ews: serve(&mut tasks, &post, ews::session).await?,
            arrivals,
            _tasks: tasks,
        })
    }
}

/// Serves one protocol. A connection that breaks is the client's affair: it has no answer and comes again.
async fn serve<F: Future<Output = ()> + Send + 'static>(
    tasks: &mut JoinSet<()>,
    post: &Arc<Post>,
    session: fn(TcpStream, Arc<Post>) -> F,
) -> Result<SocketAddr, DemoError> {
    let broken = |source| DemoError::Connection { doing: "starting the sandbox", source };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(broken)?;
    let address = listener.local_addr().map_err(broken)?;
    let post = Arc::clone(post);
    tasks.spawn(async move {
        let mut sessions = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            sessions.spawn(session(stream, Arc::clone(&post)));
            while sessions.try_join_next().is_some() {}
        }
    });
    Ok(address)
}

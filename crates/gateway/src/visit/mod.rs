//! One client's connection until it has signed in: the same for every protocol that greets its clients.
//!
//! The protocol's core says what to do next ([`Front`]); this module does it, asks the service about credentials, and
//! opens the upstream only when the service has said yes.

mod before_sign_in;
mod front;
mod sign_in;

use std::sync::Arc;

use postern_protocols::door::Tls;
use tokio::net::TcpStream;
use tokio::time::Instant;

pub(crate) use before_sign_in::{Outcome, SignedIn, run};
pub(crate) use front::Front;
pub(crate) use sign_in::Established;

use crate::config::ListenerTls;
use crate::gateway::Settings;
use crate::io::Stream;
use crate::listener::{Listener, Peer};

/// What a connection knows of its surroundings.
pub(crate) struct Visit<'a> {
    /// Where it came in.
    pub(crate) listener: &'a Arc<Listener>,
    /// The settings in force when it came.
    pub(crate) settings: &'a Settings,
    /// Who is there.
    pub(crate) peer: Peer,
    /// When it must have signed in.
    pub(crate) deadline: Instant,
}

impl<'a> Visit<'a> {
    /// Begins a visit; its time to sign in runs from now.
    pub(crate) fn begin(listener: &'a Arc<Listener>, settings: &'a Settings, peer: Peer) -> Self {
        Self { listener, settings, peer, deadline: Instant::now() + settings.limits.sign_in }
    }

    /// How the connection is protected, as the cores have it.
    pub(crate) fn tls(&self) -> Tls {
        match self.listener.config.tls {
            // Either way the core has nothing to do with it.
            ListenerTls::Implicit | ListenerTls::EndedInFront => Tls::Implicit,
            ListenerTls::StartTls => Tls::StartTls,
        }
    }

    /// Does the handshake where TLS comes before the first octet; `None` when it failed, which is logged.
    pub(crate) async fn protect(&self, stream: TcpStream) -> Option<Stream> {
        let stream = Stream::Plain(stream);
        if self.listener.config.tls != ListenerTls::Implicit {
            return Some(stream);
        }
        let address = self.peer.address.ip();
        let handshake = Box::pin(stream.accept_tls(Arc::clone(&self.listener.tls)));
        match tokio::time::timeout_at(self.deadline, handshake).await {
            Ok(Ok(stream)) => return Some(stream),
            Ok(Err(error)) => tracing::debug!(%address, %error, "TLS handshake failed"),
            Err(_) => tracing::debug!(%address, "no TLS handshake in time"),
        }
        None
    }
}

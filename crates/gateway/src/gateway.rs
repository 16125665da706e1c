//! [`Gateway`]: everything together, from start to shut-down.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use postern_service::Service;

use crate::config::{GatewayConfig, Limits, Upstream};
use crate::sessions::LiveSessionInfo;
use crate::start_error::StartError;
use crate::tls::TlsMaterial;

/// The running doors.
pub struct Gateway {}

impl Gateway {
    /// Binds every listener, begins to accept, and starts the background tasks. When it returns, programs can connect.
    ///
    /// # Errors
    /// [`StartError`] with all problems; then nothing listens.
    pub async fn start(
        _config: GatewayConfig,
        _service: Arc<Service>,
        _tls: Arc<TlsMaterial>,
    ) -> Result<Self, StartError> {
        todo!()
    }

    /// The address of the listener of that name, with the port that was chosen for port 0.
    #[must_use]
    pub fn local_addr(&self, _listener: &str) -> Option<SocketAddr> {
        todo!()
    }

    /// Every signed-in session, the oldest first.
    #[must_use]
    pub fn live_sessions(&self) -> Vec<LiveSessionInfo> {
        todo!()
    }

    /// Takes new upstreams and limits for connections that come from now on. Listeners stay as they are; certificates
    /// are replaced in [`TlsMaterial`].
    ///
    /// # Errors
    /// [`StartError`] with all problems; then the old settings stay in force.
    pub fn reload(&self, _upstreams: Vec<Upstream>, _limits: Limits) -> Result<(), StartError> {
        todo!()
    }

    /// Stops: no new connection is taken, those that have not signed in and those without a message on its way are told
    /// `421 4.3.2`, the others when their message is through, and all of them at `deadline` from now at the latest.
    pub async fn shut_down(self, _deadline: Duration) {
        todo!()
    }
}

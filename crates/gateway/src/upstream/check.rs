//! Asking an upstream once, for an operator who wants to know whether it can be used.

use std::net::{IpAddr, Ipv4Addr};

use postern_protocols::smtp::upstream::ClientFacts;

use super::{ConnectError, Target, connect};
use crate::config::{Limits, Upstream};
use crate::io::{close, send};
use crate::start_error::StartProblem;

/// Why an upstream cannot be used now.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct UpstreamProblem(#[from] Why);

#[derive(Debug, thiserror::Error)]
enum Why {
    #[error(transparent)]
    Settings(#[from] StartProblem),
    #[error(transparent)]
    Connect(#[from] ConnectError),
}

impl UpstreamProblem {
    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match &self.0 {
            Why::Settings(_) => "correct this upstream's settings",
            Why::Connect(error) => error.remedy(),
        }
    }
}

/// Connects to an upstream as a session would: with its certificate checked, and signed in as configured (where that is
/// XCLIENT, for nobody at this machine's own address). Nothing is sent but a farewell.
///
/// # Errors
/// [`UpstreamProblem`].
pub async fn check_upstream(
    upstream: Upstream,
    our_name: &str,
    limits: &Limits,
) -> Result<(), UpstreamProblem> {
    let target = Target::new(upstream).map_err(Why::from)?;
    let facts = ClientFacts {
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        port: None,
        name: None,
        helo: None,
        login: None,
        destination: None,
    };
    let mut connection = connect(&target, our_name, Some(facts), limits).await.map_err(Why::from)?;
    // A courtesy; what comes of it does not matter.
    let _ = send(&mut connection.stream, b"QUIT\r\n", limits.upstream_connect).await;
    close(connection.stream).await;
    Ok(())
}

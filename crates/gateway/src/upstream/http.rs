//! From an upstream's name to a channel for HTTP.

use super::connect::{open, protect};
use super::{ConnectError, Target};
use crate::config::{Limits, UpstreamTls};
use crate::io::Stream;

/// Connects and secures. HTTP has no greeting and no sign-in of the connection.
pub(crate) async fn connect_http(target: &Target, limits: &Limits) -> Result<Stream, ConnectError> {
    let ready = tokio::time::timeout(limits.upstream_ready, async {
        let stream = Stream::Plain(open(target, limits.upstream_connect).await?);
        match target.config.tls {
            UpstreamTls::Implicit => protect(stream, target).await,
            UpstreamTls::None | UpstreamTls::StartTls => Ok(stream),
        }
    });
    ready.await.unwrap_or(Err(ConnectError::TimedOut))
}

//! From an upstream's name to a channel for HTTP.

use super::dial::dial;
use super::{ConnectError, Opening, Target};
use crate::config::Limits;
use crate::io::Stream;

/// Connects and secures. HTTP has no greeting and no sign-in of the connection; a PROXY header speaks for nobody, because
/// the requests of several addresses may share the connection.
pub(crate) async fn connect_http(target: &Target, limits: &Limits) -> Result<Stream, ConnectError> {
    let opening = Opening { target, our_name: "", limits, service: None, visitor: None };
    let dialled = tokio::time::timeout(limits.upstream_ready, dial(&opening)).await;
    dialled.unwrap_or(Err(ConnectError::TimedOut))
}

//! From an upstream's name to a channel for HTTP.

use super::dial::dial;
use super::{ConnectError, Opening, Target, Visitor};
use crate::config::Limits;
use crate::io::Stream;

/// Connects and secures. HTTP has no greeting and no sign-in of the connection. Where a PROXY header is wanted it speaks
/// for the visitor, and the connection must not be used for another address.
pub(crate) async fn connect_http(
    target: &Target,
    limits: &Limits,
    visitor: Option<&Visitor>,
) -> Result<Stream, ConnectError> {
    let opening = Opening { target, our_name: "", limits, service: None, visitor };
    let dialled = tokio::time::timeout(limits.upstream_ready, dial(&opening)).await;
    dialled.unwrap_or(Err(ConnectError::TimedOut))
}

//! Noticing that a peer is gone although nobody says so.

use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;

/// Silence before the first question: less than the patience of the address translators between, which forget a
/// connection after five minutes and more (RFC 5382 asks for two hours).
const TIME: Duration = Duration::from_secs(120);
/// Between the questions. Linux asks nine times.
const INTERVAL: Duration = Duration::from_secs(30);

/// Asks a silent peer from time to time whether it is still there. A session with a mailbox may rightly be silent for
/// half an hour.
pub(crate) fn keep_alive(stream: &TcpStream) {
    let times = TcpKeepalive::new().with_time(TIME).with_interval(INTERVAL);
    if let Err(error) = SockRef::from(stream).set_tcp_keepalive(&times) {
        tracing::debug!(%error, "TCP keepalive cannot be set");
    }
}

//! The SMTP submission door: drives the cores of `protocols` on real connections.

mod relay;
mod sender_rule;
mod sign_in;
mod submission;

use std::sync::Arc;

use postern_service::door::DoorSession;

use crate::config::ListenerTls;
use crate::io::{Stream, close};
use crate::listener::{Listener, Peer, Unsigned};

/// The proof of a sign-in that the cores carry.
type Proof = Arc<DoorSession>;

/// One connection, from the first octet to the last.
///
/// Every phase is boxed, so that an idle session does not keep the room that only the others need.
pub(crate) async fn serve(
    listener: &Arc<Listener>,
    stream: tokio::net::TcpStream,
    peer: Peer,
    unsigned: Unsigned,
) {
    let settings = listener.shared.settings();
    let deadline = tokio::time::Instant::now() + settings.limits.sign_in;
    let mut stream = Stream::Plain(stream);
    if listener.config.tls == ListenerTls::Implicit {
        let handshake = Box::pin(stream.accept_tls(Arc::clone(&listener.tls)));
        stream = match tokio::time::timeout_at(deadline, handshake).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => {
                return tracing::debug!(address = %peer.address.ip(), %error, "TLS handshake failed");
            }
            Err(_) => return tracing::debug!(address = %peer.address.ip(), "no TLS handshake in time"),
        };
    }
    let door = submission::Door { listener, settings: &settings, peer, deadline };
    match Box::pin(submission::run(&door, stream)).await {
        Ok(submission::Outcome::SignedIn(signed_in)) => {
            drop(unsigned);
            Box::pin(relay::run(&door, *signed_in)).await;
        }
        Ok(submission::Outcome::Closed(stream)) => Box::pin(close(stream)).await,
        Err(error) => {
            tracing::debug!(address = %peer.address.ip(), %error, "connection broke before sign-in");
        }
    }
}

//! The SMTP submission door: drives the cores of `protocols` on real connections.

mod allowance;
mod front;
mod relay;
mod sender_rule;

use std::sync::Arc;

use postern_service::door::DoorSession;

use crate::io::close;
use crate::listener::{Listener, Peer, Unsigned};
use crate::visit::{self, Outcome, Visit};

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
    let visit = Visit::begin(listener, &settings, peer);
    let Some(stream) = Box::pin(visit.protect(stream)).await else { return };
    match Box::pin(visit::run(&visit, front::submission(&visit), stream)).await {
        Ok(Outcome::SignedIn(signed_in)) => {
            drop(unsigned);
            Box::pin(relay::run(&visit, *signed_in)).await;
        }
        Ok(Outcome::Closed(stream)) => Box::pin(close(stream)).await,
        Err(error) => {
            tracing::debug!(address = %peer.address.ip(), %error, "connection broke before sign-in");
        }
    }
}

//! The doors to a mailbox, IMAP, POP3 and ManageSieve: one driver for all, and a blind relay after sign-in.
//!
//! What differs between them is in [`Protocol`]; the words are those of the cores in `protocols`.

mod front;
mod last_words;
mod protocol;
mod relay;

use std::sync::Arc;

use postern_service::door::DoorSession;

pub(crate) use protocol::{Imap, ManageSieve, Pop3, Protocol};

use self::front::Greeter;
use crate::io::{close, keep_alive};
use crate::listener::{Listener, Peer, Unsigned};
use crate::visit::{self, Outcome, Visit};

/// The proof of a sign-in that the cores carry.
type Proof = Arc<DoorSession>;

/// One connection, from the first octet to the last.
///
/// Every phase is boxed, so that an idle session does not keep the room that only the others need.
pub(crate) async fn serve<P: Protocol>(
    listener: &Arc<Listener>,
    stream: tokio::net::TcpStream,
    peer: Peer,
    unsigned: Unsigned,
) {
    let settings = listener.shared.settings();
    let visit = Visit::begin(listener, &settings, peer);
    keep_alive(&stream);
    let Some(stream) = Box::pin(visit.protect(stream)).await else { return };
    match Box::pin(visit::run(&visit, Greeter::<P>::new(&visit), stream)).await {
        Ok(Outcome::SignedIn(signed_in)) => {
            drop(unsigned);
            Box::pin(relay::run::<P>(&settings.limits, signed_in)).await;
        }
        Ok(Outcome::Closed(stream)) => Box::pin(close(stream)).await,
        Err(error) => {
            tracing::debug!(address = %peer.address.ip(), %error, "connection broke before sign-in");
        }
    }
}

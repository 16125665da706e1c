//! Whom a connection to an upstream is for.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use postern_protocols::door::upstream as mailbox;
use postern_protocols::proxy_protocol::Addresses;
use postern_protocols::smtp::upstream as smtp;
use postern_service::door::DoorSession;

use crate::listener::Peer;

/// How many proxies may stand behind us; Dovecot's own number.
const HOPS_LEFT: u8 = 5;

/// A client that has signed in, or nobody at this machine's own address.
pub(crate) struct Visitor {
    /// Where it comes from.
    pub(crate) peer: Peer,
    /// What it calls itself.
    pub(crate) client: Option<String>,
    /// Its session; none: an operator only wants to know whether the upstream can be used.
    pub(crate) session: Option<Arc<DoorSession>>,
}

impl Visitor {
    /// Nobody.
    pub(super) fn nobody() -> Self {
        // Dovecot takes no client with port 0: the discard service's, which never connects.
        let address = (IpAddr::V4(Ipv4Addr::LOCALHOST), 9).into();
        Self { peer: Peer { address, destination: address }, client: None, session: None }
    }

    /// For the PROXY header; nobody's is none.
    pub(super) fn addresses(&self) -> Option<Addresses> {
        let Peer { address, destination } = self.peer;
        self.session.is_some().then_some(Addresses { source: address, destination })
    }

    /// For Postfix's XCLIENT; the account only where that is how we sign in.
    pub(super) fn smtp_facts(&self, is_sign_in: bool) -> smtp::ClientFacts {
        let session = self.session.as_ref();
        let login = session.filter(|_| is_sign_in).map(|session| session.mailbox().as_str().to_owned());
        smtp::ClientFacts {
            address: self.peer.address.ip().to_canonical(),
            port: session.map(|_| self.peer.address.port()),
            name: None,
            helo: self.client.clone(),
            login,
            destination: session.map(|_| self.peer.destination),
        }
    }

    /// For Dovecot's ID and XCLIENT.
    pub(super) fn mailbox_facts(&self) -> mailbox::ClientFacts {
        let session = self.session.as_ref().map_or_else(|| "check".to_owned(), |it| it.id().to_string());
        mailbox::ClientFacts {
            address: self.peer.address.ip().to_canonical(),
            port: self.peer.address.port(),
            session,
            hops_left: HOPS_LEFT,
        }
    }
}

//! What differs between the protocols of a mailbox.

use std::sync::Arc;

use postern_domain::door::Door;
use postern_protocols::door::{self, Session, ShutDown};
use postern_protocols::{imap, managesieve, pop3};

use super::Proof;
use crate::visit::Visit;

/// A protocol of a mailbox.
pub(crate) trait Protocol: Send + Sync + 'static {
    /// The door.
    const DOOR: Door;
    /// The end of a command after which octets are compressed in both directions: upper case, line end included.
    const COMPRESS: Option<&'static [u8]>;
    /// The words towards the client.
    type Server: door::Dialect + Send;
    /// The words towards the upstream.
    type Client: door::upstream::Dialect + Send;

    /// The core for a visit.
    fn session(visit: &Visit<'_>) -> Session<Proof, Self::Server>;
    /// What the client calls itself, where the protocol lets it.
    fn client_name(session: &Session<Proof, Self::Server>) -> Option<&str>;
    /// The last words of a session that we end.
    fn bye(reason: ShutDown) -> Vec<u8>;
}

/// IMAP.
pub(crate) struct Imap;

impl Protocol for Imap {
    const DOOR: Door = Door::Imap;
    /// RFC 4978. The client has to wait for the answer, so this is the end of what it sends.
    const COMPRESS: Option<&'static [u8]> = Some(b" COMPRESS DEFLATE\r\n");
    type Server = imap::Imap;
    type Client = imap::upstream::ImapClient;

    fn session(visit: &Visit<'_>) -> Session<Proof, Self::Server> {
        Session::<Proof, imap::Imap>::new(&Arc::new(imap::Config { tls: visit.tls() }))
    }

    fn client_name(session: &Session<Proof, Self::Server>) -> Option<&str> {
        session.client_name()
    }

    fn bye(reason: ShutDown) -> Vec<u8> {
        imap::bye(reason)
    }
}

/// POP3.
pub(crate) struct Pop3;

impl Protocol for Pop3 {
    const DOOR: Door = Door::Pop3;
    const COMPRESS: Option<&'static [u8]> = None;
    type Server = pop3::Pop3;
    type Client = pop3::upstream::Pop3Client;

    fn session(visit: &Visit<'_>) -> Session<Proof, Self::Server> {
        Session::<Proof, pop3::Pop3>::new(&Arc::new(pop3::Config { tls: visit.tls() }))
    }

    fn client_name(_session: &Session<Proof, Self::Server>) -> Option<&str> {
        None
    }

    fn bye(reason: ShutDown) -> Vec<u8> {
        pop3::bye(reason)
    }
}

/// ManageSieve.
pub(crate) struct ManageSieve;

impl Protocol for ManageSieve {
    const DOOR: Door = Door::ManageSieve;
    const COMPRESS: Option<&'static [u8]> = None;
    type Server = managesieve::ManageSieve;
    type Client = managesieve::upstream::ManageSieveClient;

    fn session(visit: &Visit<'_>) -> Session<Proof, Self::Server> {
        let extensions = visit.settings.upstreams.sieve_extensions();
        let config = Arc::new(managesieve::Config { tls: visit.tls(), extensions });
        Session::<Proof, managesieve::ManageSieve>::new(&config)
    }

    fn client_name(_session: &Session<Proof, Self::Server>) -> Option<&str> {
        None
    }

    fn bye(reason: ShutDown) -> Vec<u8> {
        managesieve::bye(reason)
    }
}

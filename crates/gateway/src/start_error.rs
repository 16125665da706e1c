//! Why a gateway did not start: all problems at once, each with its remedy.

use std::io;
use std::net::SocketAddr;

use postern_domain::door::Door;

use crate::tls::TlsMaterialError;

/// Why a gateway did not start or take new settings. Its text has one problem on each line.
#[derive(Debug)]
pub struct StartError {
    /// All that was found; never empty.
    pub problems: Vec<StartProblem>,
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (position, problem) in self.problems.iter().enumerate() {
            if position > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for StartError {}

/// One thing that the operator has to mend.
#[derive(Debug, thiserror::Error)]
pub enum StartProblem {
    /// A listener cannot have its address.
    #[error("listener {listener}: cannot listen on {address}: {source}; {}", remedy(source))]
    Bind {
        /// The listener's name.
        listener: String,
        /// Its address.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// The protocol cannot be protected in that way.
    #[error("listener {listener}: HTTP has TLS from the first octet only; use implicit")]
    Kind {
        /// The listener's name.
        listener: String,
    },
    /// An upstream speaks one protocol.
    #[error(
        "upstream {upstream}: its doors do not belong together; give it one of smtp, imap, pop3 and managesieve, or doors of HTTP"
    )]
    UpstreamDoors {
        /// The upstream's name.
        upstream: String,
    },
    /// The protocol has no way to report the client's address.
    #[error(
        "upstream {upstream}: ManageSieve has no way to be told the client's address; switch forward_client off, or use the PROXY header"
    )]
    ForwardClient {
        /// The upstream's name.
        upstream: String,
    },
    /// The way to sign in does not suit the doors of an upstream.
    #[error("upstream {upstream}: this way to sign in does not suit its doors; choose another sign_in")]
    SignIn {
        /// The upstream's name.
        upstream: String,
    },
    /// A route leads to an upstream that is not there, or not behind its door.
    #[error(
        "route {path}: the upstream {upstream} is not there or not behind the door {door}; correct the one or the other"
    )]
    Route {
        /// The route's path.
        path: String,
        /// Its door.
        door: Door,
        /// The upstream that it names.
        upstream: String,
    },
    /// Our own access tokens open every mailbox of an upstream, and only at EWS can it be said which one is meant.
    #[error(
        "upstream {upstream}: its provider gives tokens for every mailbox, so that one app password would open them all; leave it the door ews only, or use a provider with the owners' consent"
    )]
    ApplicationDoors {
        /// The upstream's name.
        upstream: String,
    },
    /// Two listeners or two upstreams have the same name.
    #[error("{what} {name}: the name is used twice; give each its own")]
    NameTwice {
        /// `listener` or `upstream`.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// Our own TLS cannot be set up.
    #[error("TLS cannot be set up: {source}")]
    Tls {
        /// Why.
        source: TlsMaterialError,
    },
    /// Our own name cannot stand in a reply.
    #[error("the host name `{host_name}` is not one; write it like mail.example.org")]
    HostName {
        /// What was configured.
        host_name: String,
    },
    /// An upstream's host can be in no certificate.
    #[error("upstream {upstream}: `{host}` is neither a host name nor an address")]
    UpstreamHost {
        /// The upstream's name.
        upstream: String,
        /// What was configured.
        host: String,
    },
    /// The certification authorities cannot be used.
    #[error("upstream {upstream}: its certification authorities cannot be used: {source}; check the CA file")]
    Trust {
        /// The upstream's name.
        upstream: String,
        /// What the TLS library said.
        source: rustls::Error,
    },
    /// Credentials would travel in the clear.
    #[error(
        "upstream {upstream}: credentials without TLS; use TLS, or permit it explicitly for an upstream on the same machine"
    )]
    CredentialsWithoutTls {
        /// The upstream's name.
        upstream: String,
    },
}

/// What to do about an address that cannot be had.
fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => "another program listens there: stop it, or choose another port",
        io::ErrorKind::PermissionDenied => {
            "ports below 1024 need the capability CAP_NET_BIND_SERVICE: grant it, or choose another port"
        }
        io::ErrorKind::AddrNotAvailable => "this machine does not have that address: correct it",
        _ => "correct the address",
    }
}

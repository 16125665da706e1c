//! Why an upstream could not be opened. None of it is the client's fault; the texts are for the operator.

use std::io;
use std::net::SocketAddr;

use postern_protocols::smtp::relay::OpenFailure;
use postern_protocols::upstream::{Failure, Stage, patience_text};

/// Why an upstream could not be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    /// Its name has no address.
    #[error("its name cannot be resolved: {0}")]
    Resolve(#[source] io::Error),
    /// Its name has no address at all.
    #[error("its name has no address")]
    NoAddress,
    /// No address takes a connection; the last error.
    #[error("cannot connect to {address}: {source}")]
    Connect {
        /// The address tried last.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// The TLS handshake failed: its certificate, most often.
    #[error("TLS failed: {0}")]
    Tls(#[source] io::Error),
    /// TLS is asked for where the settings have none.
    #[error("the settings have no TLS for it")]
    NoTls,
    /// The connection broke.
    #[error("the connection broke: {0}")]
    Broken(#[source] io::Error),
    /// It took too long.
    #[error("it was not ready in time")]
    TimedOut,
    /// The conversation failed.
    #[error(transparent)]
    Handshake(#[from] Failure),
}

impl ConnectError {
    /// What the relay is to be told.
    pub(crate) fn open_failure(&self) -> OpenFailure {
        match self {
            Self::Handshake(Failure::Throttled { retry_after, .. }) => {
                OpenFailure::Throttled { retry_after: *retry_after }
            }
            Self::Handshake(Failure::Refused { .. }) => OpenFailure::Refused,
            _ => OpenFailure::Unreachable,
        }
    }

    /// What a program is told about it at the sign-in, if it is more than that the upstream cannot be had.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::Handshake(Failure::Throttled { retry_after, .. }) => Some(patience_text(*retry_after)),
            _ => None,
        }
    }

    /// What to do about it, for the operator.
    pub(crate) fn remedy(&self) -> &'static str {
        match self {
            Self::Resolve(_) | Self::NoAddress => "check the upstream's host name and the machine's DNS",
            Self::Connect { .. } | Self::Broken(_) | Self::TimedOut => {
                "check that the upstream runs and that no firewall stands between"
            }
            Self::Tls(_) => "check the upstream's certificate, its name and the trusted authorities",
            Self::NoTls => "report this as a defect",
            Self::Handshake(Failure::Refused { stage: Stage::Authentication, .. }) => {
                "check our user name and secret at the upstream"
            }
            Self::Handshake(Failure::Throttled { .. }) => {
                "nothing, if it is seldom; otherwise ask the upstream's operator for higher limits"
            }
            Self::Handshake(Failure::ClientFactsNotOffered) => {
                "add this machine to the upstream's smtpd_authorized_xclient_hosts, or choose another sign_in"
            }
            Self::Handshake(Failure::StartTlsNotOffered) => {
                "enable STARTTLS at the upstream; it is never left out"
            }
            Self::Handshake(_) => "look at the upstream's log",
        }
    }
}

//! Why an upstream could not be opened. None of it is the client's fault; the texts are for the operator.

use std::io;
use std::net::SocketAddr;

use postern_protocols::smtp::relay::OpenFailure;
use postern_protocols::upstream::{Failure, Stage, patience_text};
use postern_service::upstream::TokenProblem;

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
    /// The mailbox's name has the character in it that separates it from the master user's.
    #[error("the mailbox's name has a `{separator}` in it, which separates it from the master user's")]
    SeparatorInName {
        /// The character.
        separator: char,
    },
    /// The owner of the mailbox has not given its password.
    #[error("the password of the mailbox is not known; its owner has to enter it in the portal")]
    NoMailboxPassword,
    /// There is no access token.
    #[error("no access token: {0}")]
    Token(#[from] TokenProblem),
    /// A secret that is kept for the account cannot be read.
    #[error("the secret for it cannot be had: {0}")]
    Service(#[from] postern_service::Failure),
    /// A secret that is kept for an account is asked for where nobody keeps any.
    #[error("nobody keeps the secrets of accounts here")]
    NoService,
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
            Self::Token(TokenProblem::Throttled { retry_after }) => Some(patience_text(Some(*retry_after))),
            _ => None,
        }
    }

    /// Whether the owner of the mailbox can mend it, and nobody else: by a new consent, or by the mailbox's password.
    /// `is_theirs` says whether it was the owner who gave what we sign in with.
    pub(crate) fn is_for_the_owner(&self, is_theirs: bool) -> bool {
        match self {
            Self::NoMailboxPassword | Self::Token(TokenProblem::NoConsent | TokenProblem::Lapsed) => true,
            Self::Handshake(failure) => is_theirs && failure.refuses_credentials(),
            _ => false,
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
            Self::SeparatorInName { .. } => "choose another separator, or none, at the upstream and here",
            Self::NoMailboxPassword => "its owner enters the mailbox's password in the portal",
            Self::Token(TokenProblem::NoConsent | TokenProblem::Lapsed) => {
                "its owner connects the mailbox in the portal"
            }
            Self::Token(TokenProblem::NoSuchProvider) => "add the provider to the configuration",
            Self::Token(_) => "check that the provider of access tokens can be reached; look at the log",
            Self::Service(_) => "look at the log; the database or the key file cannot be used",
            Self::NoService | Self::NoTls => "report this as a defect",
            Self::Handshake(Failure::Refused { stage: Stage::Authentication, .. }) => {
                "check our user name and secret at the upstream"
            }
            Self::Handshake(Failure::Throttled { .. }) => {
                "nothing, if it is seldom; otherwise ask the upstream's operator for higher limits"
            }
            Self::Handshake(Failure::ClientFactsNotOffered) => {
                "let the upstream trust this machine (smtpd_authorized_xclient_hosts, login_trusted_networks), or forward nothing"
            }
            Self::Handshake(Failure::StartTlsNotOffered) => {
                "enable STARTTLS at the upstream; it is never left out"
            }
            Self::Handshake(_) => "look at the upstream's log",
        }
    }
}

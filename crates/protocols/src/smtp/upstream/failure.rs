//! Why a handshake failed, and whose fault it is. None of these is ever the client's.

use crate::smtp::{Reply, ReplyError};

/// Where in the handshake something went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Waiting for the greeting.
    Greeting,
    /// EHLO, any of them.
    Ehlo,
    /// STARTTLS.
    StartTls,
    /// XCLIENT.
    Xclient,
    /// AUTH.
    Authentication,
}

/// Whose fault a failure is; the driver chooses reply and log level by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The upstream says "not now": try again later.
    UpstreamTemporary,
    /// The upstream says "no", for good.
    UpstreamPermanent,
    /// Our settings and the upstream's do not fit together; only the operator can mend it.
    Configuration,
    /// The upstream, or somebody between, breaks the protocol.
    Protocol,
}

/// Why the handshake failed. The texts are for the operator; a client sees none of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// A reply that refuses the step.
    #[error("the upstream refused {stage:?} with code {}", reply.code())]
    Refused {
        /// Where.
        stage: Stage,
        /// What it said.
        reply: Reply,
    },
    /// A reply that has no meaning at this point.
    #[error("the upstream answered {stage:?} with the unexpected code {}", reply.code())]
    Unexpected {
        /// Where.
        stage: Stage,
        /// What it said.
        reply: Reply,
    },
    /// The upstream's octets are not a reply.
    #[error("{error} ({stage:?})")]
    Garbage {
        /// Where.
        stage: Stage,
        /// In what way.
        error: ReplyError,
    },
    /// The upstream closed the connection.
    #[error("the upstream closed the connection during {stage:?}")]
    Closed {
        /// Where.
        stage: Stage,
    },
    /// STARTTLS is required and not offered.
    #[error("the upstream does not offer STARTTLS, which the settings require")]
    StartTlsNotOffered,
    /// Octets were sent in the clear after the reply to STARTTLS; somebody wants them read as if they were protected.
    #[error("octets in the clear followed the reply to STARTTLS")]
    InjectedBeforeTls,
    /// XCLIENT is required and not offered, or not with the attribute ADDR.
    #[error("the upstream does not offer XCLIENT to us, which the settings require")]
    XclientNotOffered,
    /// Neither PLAIN nor LOGIN is offered.
    #[error("the upstream offers neither PLAIN nor LOGIN")]
    AuthenticationNotOffered,
    /// Credentials are set, the channel is not protected, and the settings do not allow that.
    #[error("credentials are set for an upstream without TLS; allow it explicitly or use TLS")]
    AuthenticationNeedsTls,
    /// The credentials cannot be encoded (a NUL in them), or our name does not fit in a command.
    #[error("the upstream's user name, secret or our own name has an octet that cannot be sent")]
    Unencodable,
}

impl Failure {
    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Refused { reply, .. } if reply.is_temporary() => Fault::UpstreamTemporary,
            Self::Refused { stage, .. } if *stage != Stage::Authentication => Fault::UpstreamPermanent,
            Self::Closed { .. } => Fault::UpstreamTemporary,
            Self::Unexpected { .. } | Self::Garbage { .. } | Self::InjectedBeforeTls => Fault::Protocol,
            Self::Refused { .. }
            | Self::StartTlsNotOffered
            | Self::XclientNotOffered
            | Self::AuthenticationNotOffered
            | Self::AuthenticationNeedsTls
            | Self::Unencodable => Fault::Configuration,
        }
    }
}

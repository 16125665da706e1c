//! Why a handshake failed, and whose fault it is. None of these is ever the client's.

use super::Fault;

/// Where in the handshake something went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Waiting for the greeting.
    Greeting,
    /// Asking for capabilities before sign-in.
    Capabilities,
    /// STARTTLS or STLS.
    StartTls,
    /// ID or XCLIENT.
    ClientFacts,
    /// Signing in, and asking for the capabilities that hold after it.
    Authentication,
}

/// Why the handshake failed. The texts are for the operator; a client sees none of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// An answer that refuses the step.
    #[error("the upstream refused {stage:?}: {text}")]
    Refused {
        /// Where.
        stage: Stage,
        /// Its code says that this is not for good.
        is_temporary: bool,
        /// What it said: one line, cleaned.
        text: String,
    },
    /// An answer that has no meaning at this point, or is no answer at all.
    #[error("the upstream broke the protocol ({stage:?})")]
    Garbage {
        /// Where.
        stage: Stage,
    },
    /// The upstream closed the connection, or said that it is going to.
    #[error("the upstream closed the connection during {stage:?}")]
    Closed {
        /// Where.
        stage: Stage,
    },
    /// STARTTLS is required and not offered.
    #[error("the upstream does not offer STARTTLS, which the settings require")]
    StartTlsNotOffered,
    /// Octets were sent in the clear after the answer to STARTTLS.
    #[error("octets in the clear followed the answer to STARTTLS")]
    InjectedBeforeTls,
    /// The client's address is to be forwarded, and the upstream does not take it.
    #[error("the upstream does not offer to be told the client's address, which the settings require")]
    ClientFactsNotOffered,
    /// No way of signing in that suits the settings is offered.
    #[error("the upstream does not offer a way of signing in that suits the settings")]
    AuthenticationNotOffered,
    /// The channel is not protected, and the settings do not allow that.
    #[error("the upstream has no TLS; allow it explicitly or use TLS")]
    AuthenticationNeedsTls,
    /// Something in the settings cannot be sent.
    #[error("the upstream's user name or secret or the session's name has an octet that cannot be sent")]
    Unencodable,
}

impl Failure {
    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Refused { is_temporary: true, .. } | Self::Closed { .. } => Fault::UpstreamTemporary,
            Self::Refused { stage, .. } if *stage != Stage::Authentication => Fault::UpstreamPermanent,
            Self::Garbage { .. } | Self::InjectedBeforeTls => Fault::Protocol,
            Self::Refused { .. }
            | Self::StartTlsNotOffered
            | Self::ClientFactsNotOffered
            | Self::AuthenticationNotOffered
            | Self::AuthenticationNeedsTls
            | Self::Unencodable => Fault::Configuration,
        }
    }
}

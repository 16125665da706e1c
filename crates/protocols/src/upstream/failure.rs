//! Why a handshake with an upstream failed, and whose fault it is. None of these is ever the client's.

use std::time::Duration;

use super::patience;
use crate::door::clean;
use crate::sasl::client::{Exchange, Unwilling};
use crate::smtp::ReplyError;

/// Where in the handshake something went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Waiting for the greeting.
    Greeting,
    /// Asking for capabilities before sign-in; in SMTP, any EHLO.
    Capabilities,
    /// STARTTLS or STLS.
    StartTls,
    /// ID or XCLIENT.
    ClientFacts,
    /// Signing in, and asking for the capabilities that hold after it.
    Authentication,
}

/// Whose fault a failure is; the driver chooses answer and log level by it.
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
    /// An answer that refuses the step.
    #[error("the upstream refused {stage:?}: {text}")]
    Refused {
        /// Where.
        stage: Stage,
        /// Its code says that this is not for good.
        is_temporary: bool,
        /// What it said: one line, cleaned; of a refused token also the status that came before.
        text: String,
    },
    /// An answer that asks for fewer attempts, or for some time between them.
    #[error("the upstream asks for patience ({stage:?}): {text}")]
    Throttled {
        /// Where.
        stage: Stage,
        /// How long it wants to be left alone, if it said so; at most an hour.
        retry_after: Option<Duration>,
        /// What it said: one line, cleaned.
        text: String,
    },
    /// An SMTP reply that has no meaning at this point.
    #[error("the upstream answered {stage:?} with the unexpected code {code}")]
    Unexpected {
        /// Where.
        stage: Stage,
        /// Its code.
        code: u16,
    },
    /// The octets of an SMTP upstream are not a reply.
    #[error("{error} ({stage:?})")]
    NotAReply {
        /// Where.
        stage: Stage,
        /// In what way.
        error: ReplyError,
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
    /// Octets were sent in the clear after the answer to STARTTLS; somebody wants them read as if they were protected.
    #[error("octets in the clear followed the answer to STARTTLS")]
    InjectedBeforeTls,
    /// The client's address is to be forwarded, and the upstream does not take it from us.
    #[error("the upstream does not offer to be told the client's address, which the settings require")]
    ClientFactsNotOffered,
    /// No way of signing in that suits the settings is offered.
    #[error("the upstream does not offer a way of signing in that suits the settings")]
    AuthenticationNotOffered,
    /// The channel is not protected, and the settings do not allow that.
    #[error("the upstream has no TLS; allow it explicitly or use TLS")]
    AuthenticationNeedsTls,
    /// Something that is to be sent cannot be: a NUL in a password, a space in a token, a line end in a name.
    #[error(
        "the upstream's user name or secret, our own or the session's name has an octet that cannot be sent"
    )]
    Unencodable,
}

impl Failure {
    /// A refusal in the upstream's words, which may turn out to be a request for patience.
    pub(crate) fn refused(stage: Stage, is_temporary: bool, text: &str) -> Self {
        let text = clean(text.trim());
        if patience::is_asked_for(&text) {
            let retry_after = patience::back_off(&text);
            Self::Throttled { stage, retry_after, text }
        } else {
            Self::Refused { stage, is_temporary, text }
        }
    }

    /// The same for the end of a sign-in, with what was said in it about the token.
    pub(crate) fn sign_in_refused(exchange: &Exchange, is_temporary: bool, text: &str) -> Self {
        match exchange.status() {
            Some(status) => {
                Self::refused(Stage::Authentication, is_temporary, &format!("{text} (status {status})"))
            }
            None => Self::refused(Stage::Authentication, is_temporary, text),
        }
    }

    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Refused { is_temporary: true, .. } | Self::Throttled { .. } | Self::Closed { .. } => {
                Fault::UpstreamTemporary
            }
            Self::Refused { stage, .. } if *stage != Stage::Authentication => Fault::UpstreamPermanent,
            Self::Unexpected { .. }
            | Self::NotAReply { .. }
            | Self::Garbage { .. }
            | Self::InjectedBeforeTls => Fault::Protocol,
            Self::Refused { .. }
            | Self::StartTlsNotOffered
            | Self::ClientFactsNotOffered
            | Self::AuthenticationNotOffered
            | Self::AuthenticationNeedsTls
            | Self::Unencodable => Fault::Configuration,
        }
    }

    /// Whether the upstream has refused our credentials for good: a token is to be fetched anew, a password to be
    /// corrected.
    pub fn refuses_credentials(&self) -> bool {
        matches!(self, Self::Refused { stage: Stage::Authentication, is_temporary: false, .. })
    }
}

impl From<Unwilling> for Failure {
    fn from(unwilling: Unwilling) -> Self {
        match unwilling {
            Unwilling::NotOffered => Self::AuthenticationNotOffered,
            Unwilling::Unencodable => Self::Unencodable,
        }
    }
}

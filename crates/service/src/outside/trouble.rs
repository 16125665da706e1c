//! What can be wrong with an outside identity provider itself. Never the fault of who wants to sign in.

use crate::upstream::EndpointProblem;

/// A part of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The discovery document.
    Document,
    /// The keys.
    Keys,
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Document => "its discovery document",
            Self::Keys => "its list of keys",
        })
    }
}

/// Why a provider cannot be used, or not now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutsideTrouble {
    /// A part of it cannot be had.
    #[error("{part} cannot be fetched: {problem}")]
    Endpoint {
        /// Which.
        part: Part,
        /// Why.
        problem: EndpointProblem,
    },
    /// It answers with an error.
    #[error("{part} cannot be fetched: HTTP status {status}")]
    Status {
        /// Which part.
        part: Part,
        /// The HTTP status.
        status: u16,
    },
    /// What it publishes has no meaning.
    #[error("{part} has no meaning")]
    Unreadable {
        /// Which part.
        part: Part,
    },
    /// It is another than the one that is configured.
    #[error("its discovery document is of another issuer, {said}")]
    OtherIssuer {
        /// What it calls itself, at most 200 printable characters.
        said: String,
    },
    /// It publishes no key that Postern can verify a signature with.
    #[error("it publishes no key for signatures with RSA, ECDSA or Ed25519")]
    NoKeys,
    /// It issues nothing: its words, or what is wrong with its token endpoint.
    #[error("its token endpoint issues nothing: {words}")]
    NotIssued {
        /// At most 300 printable characters.
        words: String,
    },
}

impl OutsideTrouble {
    /// The one thing to do about it.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Endpoint { problem: EndpointProblem::Certificate, .. } => {
                "name the authority of its certificate with ca_file, or correct issuer"
            }
            Self::Endpoint { problem: EndpointProblem::Unreachable | EndpointProblem::TooSlow, .. } => {
                "open the way to it from this machine, or correct issuer"
            }
            Self::OtherIssuer { .. } => {
                "write the issuer exactly as the provider calls itself, or the tenant's identifier"
            }
            Self::NotIssued { .. } => "correct client_id and its secret or key, which may have expired",
            Self::NoKeys => "let it sign with RS256, PS256, ES256, ES384 or EdDSA",
            Self::Endpoint { .. } | Self::Status { .. } | Self::Unreadable { .. } => {
                "correct issuer: /.well-known/openid-configuration must lie below it"
            }
        }
    }
}

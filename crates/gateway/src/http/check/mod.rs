//! What a request must be before anything else is done with it: readable in exactly one way.
//!
//! hyper refuses what cannot be framed. Here is what can be framed and is refused all the same, because the upstream, or a
//! proxy on the way, could read it differently from us.

mod head;
mod look_alike;
mod path;
mod target;

pub(super) use head::{FIELDS, check_head};
pub(super) use path::{PathProblem, readings};
pub(super) use target::{RequestTarget, TargetProblem};

use hyper::StatusCode;

/// Why a request is refused before anybody is asked who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    /// The request's target.
    #[error(transparent)]
    Target(#[from] TargetProblem),
    /// Its path.
    #[error(transparent)]
    Path(#[from] PathProblem),
    /// More in the head than anybody needs.
    #[error("its head is too large")]
    TooLarge,
    /// A method that is for proxies or echoes credentials.
    #[error("this method is not served")]
    Method,
    /// A method that nobody has, for its length.
    #[error("no method is this long")]
    UnknownMethod,
    /// A field name that servers read like another one.
    #[error("a field name has a character that servers read differently")]
    FieldName,
    /// A field that must not come twice.
    #[error("a field comes twice that may come once")]
    Duplicate,
    /// Another transfer coding than `chunked`.
    #[error("this transfer coding is not served")]
    TransferCoding,
    /// Another expectation than `100-continue`.
    #[error("this expectation cannot be met")]
    Expectation,
}

impl Problem {
    /// What the program is told.
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::TransferCoding | Self::UnknownMethod => StatusCode::NOT_IMPLEMENTED,
            Self::Expectation => StatusCode::EXPECTATION_FAILED,
            Self::Target(_) | Self::Path(_) | Self::FieldName | Self::Duplicate => StatusCode::BAD_REQUEST,
        }
    }
}

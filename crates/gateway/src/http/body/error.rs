//! Why a body breaks off.

use std::error::Error;
use std::io;

use postern_protocols::ews::HeaderProblem;

/// Why a body breaks off. The peer only sees that it did: HTTP/1.1 closes without the last chunk, HTTP/2 resets the
/// stream.
#[derive(Debug, thiserror::Error)]
pub(in crate::http) enum BodyError {
    /// The session was ended.
    #[error("the session was ended")]
    Ended,
    /// Nothing came for too long.
    #[error("nothing came for too long")]
    Silence,
    /// What came is not passed on (EWS).
    #[error(transparent)]
    Refused(HeaderProblem),
    /// The other side broke it off.
    #[error(transparent)]
    Broken(#[from] hyper::Error),
}

/// Whether a request's body ended because its chunks are none, and not because nothing more came: in HTTP/1.1 the library
/// has no other word for it than the kind of the error beneath.
pub(in crate::http) fn is_malformed(error: &hyper::Error) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
    cause
        .is_some_and(|cause| matches!(cause.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput))
}

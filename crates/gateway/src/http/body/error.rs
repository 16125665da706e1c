//! Why a body breaks off.

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

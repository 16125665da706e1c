//! What the client roles towards all upstreams share: how to sign in, what to do next, and why it failed.
//!
//! - **There is no falling back**: not to an unprotected channel when STARTTLS is missing, not to another mechanism
//!   when one is refused (that would be a second failed attempt with the same secret, and a password is no token).
//! - **Octets in the clear behind the answer to STARTTLS fail the handshake**: somebody wants them read as protected.
//! - What the upstream says to a refused sign-in is for the operator's log, never for the client: it names accounts.

mod authentication;
mod echo;
mod failure;
pub(crate) mod patience;

pub use authentication::{Authentication, Method};
pub(crate) use echo::without_credentials;
pub use failure::{Failure, Fault, Stage};
pub use patience::{patience_text, try_again};
use zeroize::Zeroizing;

/// How the channel to the upstream is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Not at all: the upstream is on the same machine or in the same protected network.
    None,
    /// STARTTLS, required: without it the handshake fails.
    StartTls,
    /// TLS was established before the first octet.
    Implicit,
}

/// The next thing to do. Perform it, then ask again. `R` is the outcome of the handshake.
pub enum Step<R> {
    /// Read from the upstream, give the octets to `receive` (or call `closed`) and ask again.
    NeedBytes,
    /// Write these octets to the upstream; they may hold a secret.
    Send(Zeroizing<Vec<u8>>),
    /// Do the TLS handshake as the client, with full name checking, then call `tls_established`.
    StartTls,
    /// The upstream is ready.
    Ready(R),
    /// Close the connection.
    Failed(Failure),
}

impl<R: std::fmt::Debug> std::fmt::Debug for Step<R> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NeedBytes => formatter.write_str("NeedBytes"),
            Self::Send(_) => formatter.write_str("Send"),
            Self::StartTls => formatter.write_str("StartTls"),
            Self::Ready(ready) => ready.fmt(formatter),
            Self::Failed(failure) => failure.fmt(formatter),
        }
    }
}

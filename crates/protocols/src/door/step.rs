//! What a session asks its driver to do, and what it is told, at every door until sign-in.

use zeroize::Zeroizing;

use crate::sasl::Credentials;

/// The next thing to do. Perform it, then ask again. `R` is what the relay begins with.
pub enum Step<R> {
    /// Read from the client, give the octets to `receive` and ask again.
    NeedBytes,
    /// Write these octets to the client.
    Send(Vec<u8>),
    /// Do the TLS handshake as the server, then call `tls_established`.
    StartTls,
    /// Verify the credentials; if they are good, sign in at the upstream (SMTP: or leave that to the first message);
    /// then call `verdict`. Until then there is no further step.
    Verify(Credentials),
    /// The client has signed in and knows it. The session is finished; relay.
    Relay(R),
    /// Close the connection.
    Close,
}

impl<R> std::fmt::Debug for Step<R> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::NeedBytes => "NeedBytes",
            Self::Send(_) => "Send",
            Self::StartTls => "StartTls",
            Self::Verify(_) => "Verify",
            Self::Relay(_) => "Relay",
            Self::Close => "Close",
        })
    }
}

/// What [`Verdict::Unavailable`] is in words, at every door.
pub(crate) const UNAVAILABLE: &str =
    "Signing in is not possible at the moment; the password was not refused, try again later";

/// What the relay needs from the session.
pub struct HandOver<P> {
    /// The proof of the sign-in.
    pub proof: P,
    /// What the client sent behind its sign-in; the first octets for the upstream.
    pub received: Zeroizing<Vec<u8>>,
}

/// The answer to [`Step::Verify`]. `A` is what comes with an acceptance. How each is said at each door stands side by side
/// in `tests/transcript/side_by_side.rs`.
pub enum Verdict<A> {
    /// The client is who it claims to be and may use this door, and its upstream takes it.
    Accepted(A),
    /// The sign-in is refused, with a text that is the same for every cause. The only verdict that tells a program
    /// that its password is bad. Texts are printable; control characters are replaced.
    Refused {
        /// For the user.
        text: String,
    },
    /// Throttled, or a failure of ours that can be named.
    Temporary {
        /// For the user.
        text: String,
    },
    /// The app password is good, and the upstream does not take us: somebody has to do something (its consent has
    /// lapsed, say), and changing the password in the program is not it.
    UpstreamRefused {
        /// For the user.
        text: String,
    },
    /// The app password is good and has too many sessions.
    Limit {
        /// For the user.
        text: String,
    },
    /// The verifier or the upstream cannot be reached; the text is the core's own.
    Unavailable,
}

/// What comes with an acceptance.
pub struct Accepted<P> {
    /// The proof that somebody verified the credentials. The core cannot make one.
    pub proof: P,
    /// What the upstream offers after its sign-in: for IMAP its capabilities; the other protocols say nothing of them here.
    pub capabilities: Vec<String>,
}

impl<A> std::fmt::Debug for Verdict<A> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Accepted(_) => "Accepted",
            Self::Refused { .. } => "Refused",
            Self::Temporary { .. } => "Temporary",
            Self::UpstreamRefused { .. } => "UpstreamRefused",
            Self::Limit { .. } => "Limit",
            Self::Unavailable => "Unavailable",
        })
    }
}

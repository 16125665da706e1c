//! The end of a connection that we bring about, in SMTP's own words.

use super::Reply;

/// Why a connection is ended from our side. The client has proved its secret by the time one of the first three can
/// happen, so the words may be plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShutDown {
    /// The app password was revoked, has expired or was suspended.
    Revoked,
    /// The account was blocked or deleted.
    Blocked,
    /// The sessions of the account were ended.
    SignedOut,
    /// The server is stopping.
    ServerStopping,
    /// The client was silent for too long.
    Idle,
    /// The time to sign in is over.
    SignInDeadline,
    /// There are too many connections.
    TooManyConnections,
}

impl ShutDown {
    /// The `421` reply, which may be sent at any moment (RFC 5321 §3.8); the connection is closed after it.
    pub fn reply(self, host_name: &str) -> Vec<u8> {
        let (enhanced, text) = match self {
            Self::Revoked => ("4.7.0", "The app password is no longer valid; this session has ended"),
            Self::Blocked => ("4.7.0", "The account is blocked; this session has ended"),
            Self::SignedOut => ("4.7.0", "The sessions of this account were ended; sign in again"),
            Self::ServerStopping => ("4.3.2", "The server is stopping; try again later"),
            Self::Idle => ("4.4.2", "Nothing was received for too long"),
            Self::SignInDeadline => ("4.7.0", "The time to sign in is over"),
            Self::TooManyConnections => ("4.7.0", "Too many connections; try again later"),
        };
        Reply::new(421, enhanced, &format!("{host_name} {text}")).to_bytes()
    }
}

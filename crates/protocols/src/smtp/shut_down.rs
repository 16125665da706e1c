//! The end of a connection that we bring about, in SMTP's own words.

use super::Reply;

/// Why a connection is ended from our side. By the time a reason that concerns an account or a secret can come up,
/// the client has proved its secret, so the words may be plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShutDown {
    /// The app password was revoked, has expired or was suspended.
    Revoked,
    /// The account password was changed.
    PasswordChanged,
    /// The account password is no longer accepted at doors, because of MFA or by the organization's rule.
    AppPasswordNeeded,
    /// App passwords were switched off.
    AppPasswordsOff,
    /// The door was switched off.
    DoorOff,
    /// The account was blocked.
    Blocked,
    /// The account was deleted.
    Deleted,
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
        let enhanced = match self {
            Self::ServerStopping => "4.3.2",
            Self::Idle => "4.4.2",
            _ => "4.7.0",
        };
        let text = match self {
            Self::DoorOff => "Mail submission is switched off here; this session has ended",
            other => other.mailbox_text(),
        };
        Reply::new(421, enhanced, &format!("{host_name} {text}")).to_bytes()
    }
}

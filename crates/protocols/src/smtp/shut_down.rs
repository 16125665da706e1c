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
        let (enhanced, text) = match self {
            Self::Revoked => ("4.7.0", "The app password is no longer valid; this session has ended"),
            Self::PasswordChanged => {
                ("4.7.0", "The password of this account was changed; sign in with the new one")
            }
            Self::AppPasswordNeeded => {
                ("4.7.0", "The account password is no longer accepted here; sign in with an app password")
            }
            Self::AppPasswordsOff => ("4.7.0", "App passwords are switched off; this session has ended"),
            Self::DoorOff => ("4.7.0", "Mail submission is switched off here; this session has ended"),
            Self::Blocked => ("4.7.0", "The account is blocked; this session has ended"),
            Self::Deleted => ("4.7.0", "The account was deleted; this session has ended"),
            Self::SignedOut => ("4.7.0", "The sessions of this account were ended; sign in again"),
            Self::ServerStopping => ("4.3.2", "The server is stopping; try again later"),
            Self::Idle => ("4.4.2", "Nothing was received for too long"),
            Self::SignInDeadline => ("4.7.0", "The time to sign in is over"),
            Self::TooManyConnections => ("4.7.0", "Too many connections; try again later"),
        };
        Reply::new(421, enhanced, &format!("{host_name} {text}")).to_bytes()
    }
}

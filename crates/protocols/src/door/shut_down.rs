//! The words for a session that is ended from our side.

use crate::smtp::ShutDown;

/// What a program can do about it, for protocols that have a code for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Try again later.
    Later,
    /// There are too many connections.
    Limit,
    /// Somebody has to do something first.
    Permanent,
    /// Nothing is wrong; connect again at any time.
    Harmless,
}

impl ShutDown {
    /// The words. What sends them is a door to a mailbox; SMTP has its own word for the door.
    pub(crate) fn mailbox_text(self) -> &'static str {
        match self {
            Self::Revoked => "The app password is no longer valid; this session has ended",
            Self::PasswordChanged => "The password of this account was changed; sign in with the new one",
            Self::AppPasswordNeeded => {
                "The account password is no longer accepted here; sign in with an app password"
            }
            Self::AppPasswordsOff => "App passwords are switched off; this session has ended",
            Self::DoorOff => "This way to the mailbox is switched off; this session has ended",
            Self::Blocked => "The account is blocked; this session has ended",
            Self::Deleted => "The account was deleted; this session has ended",
            Self::SignedOut => "The sessions of this account were ended; sign in again",
            Self::ServerStopping => "The server is stopping; try again later",
            Self::Idle => "Nothing was received for too long",
            Self::SignInDeadline => "The time to sign in is over",
            Self::TooManyConnections => "Too many connections; try again later",
        }
    }

    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::ServerStopping => Kind::Later,
            Self::TooManyConnections => Kind::Limit,
            Self::Idle | Self::SignInDeadline | Self::SignedOut => Kind::Harmless,
            Self::Revoked
            | Self::PasswordChanged
            | Self::AppPasswordNeeded
            | Self::AppPasswordsOff
            | Self::DoorOff
            | Self::Blocked
            | Self::Deleted => Kind::Permanent,
        }
    }
}

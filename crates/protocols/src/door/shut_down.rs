//! The end of a connection that we bring about, in words that every protocol can use.

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
    /// The account may no longer act for the mailbox.
    MailboxNotGranted,
    /// The sessions of the account were ended.
    SignedOut,
    /// This session was ended, by the account's owner or an administrator.
    EndedAlone,
    /// The server is stopping.
    ServerStopping,
    /// The client was silent for too long.
    Idle,
    /// The time to sign in is over.
    SignInDeadline,
    /// There are too many connections.
    TooManyConnections,
}

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
            Self::MailboxNotGranted => {
                "This app password may no longer act for this mailbox; this session has ended"
            }
            Self::SignedOut => "The sessions of this account were ended; sign in again",
            Self::EndedAlone => "This session was ended by its account's owner or an administrator",
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
            Self::Idle | Self::SignInDeadline | Self::SignedOut | Self::EndedAlone => Kind::Harmless,
            Self::Revoked
            | Self::PasswordChanged
            | Self::AppPasswordNeeded
            | Self::AppPasswordsOff
            | Self::DoorOff
            | Self::Blocked
            | Self::MailboxNotGranted
            | Self::Deleted => Kind::Permanent,
        }
    }
}

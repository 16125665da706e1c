//! Limits of an app password: how much may be done with it.
//!
//! They hold what a program that runs wild, or whoever stole its secret, can do at once; they are no replacement for
//! revoking. Each server counts by itself.

mod allowance;
mod window;

pub use allowance::{Allowance, InvalidAllowance};
pub use window::Window;

use crate::text::counted;

/// The limits of one app password.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Limits {
    /// Sessions at once; none: [`Limits::USUAL_SESSIONS`].
    pub sessions: Option<Allowance>,
    /// Sign-ins in any minute; none: [`Limits::USUAL_SIGN_INS_PER_MINUTE`].
    pub sign_ins_per_minute: Option<Allowance>,
    /// Messages that it may send in any hour, at the SMTP door; none: as many as it likes.
    pub messages_per_hour: Option<Allowance>,
    /// Recipients of messages in any hour, at the SMTP door; none: as many as it likes.
    pub recipients_per_hour: Option<Allowance>,
}

impl Limits {
    /// Sessions at once where nothing else is said. Mail programs hold 5 to 15 connections, Gmail allows 15 for an
    /// account, Exchange 27 for EWS: fifty leaves room for three programs that share a secret, and keeps one that runs
    /// wild from taking every connection.
    pub const USUAL_SESSIONS: u32 = 50;

    /// Sign-ins in a minute where nothing else is said: ten a second. A web site that signs in for each message of its
    /// newsletter stays under it; a program in a loop is held there.
    pub const USUAL_SIGN_INS_PER_MINUTE: u32 = 600;

    /// Sessions at once.
    #[must_use]
    pub fn sessions(&self) -> u32 {
        self.sessions.map_or(Self::USUAL_SESSIONS, Allowance::get)
    }

    /// Whether they allow more sessions or sign-ins than usual.
    #[must_use]
    pub fn exceed_the_usual(&self) -> bool {
        self.sessions() > Self::USUAL_SESSIONS || self.sign_ins_per_minute() > Self::USUAL_SIGN_INS_PER_MINUTE
    }

    /// Sign-ins in any minute.
    #[must_use]
    pub fn sign_ins_per_minute(&self) -> u32 {
        self.sign_ins_per_minute.map_or(Self::USUAL_SIGN_INS_PER_MINUTE, Allowance::get)
    }
}

/// `50 sessions at once, 600 sign-ins a minute, 300 messages an hour, 1000 recipients an hour`
impl std::fmt::Display for Limits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counted = |number: u32, one| counted(number.into(), one);
        let sign_ins = counted(self.sign_ins_per_minute(), "sign-in");
        write!(f, "{} at once, {sign_ins} a minute", counted(self.sessions(), "session"))?;
        if let Some(messages) = self.messages_per_hour {
            write!(f, ", {} an hour", counted(messages.get(), "message"))?;
        }
        if let Some(recipients) = self.recipients_per_hour {
            write!(f, ", {} an hour", counted(recipients.get(), "recipient"))?;
        }
        Ok(())
    }
}

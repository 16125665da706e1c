//! What a protocol says: the words between the handshake core and an upstream.

use zeroize::Zeroizing;

use super::{Failure, Settings, Stage};
use crate::door::LiteralLimits;
use crate::sasl::client::{Exchange, concatenated};

/// A protocol's words. Only this crate implements it.
#[expect(private_interfaces, reason = "the trait is named in public bounds and implemented here only")]
pub trait Dialect: Default + sealed::Sealed {
    #[doc(hidden)]
    const LIMITS: LiteralLimits;

    /// What follows from a line of the upstream, its literals included.
    #[doc(hidden)]
    fn answer(&mut self, line: &[u8], settings: &Settings, is_protected: bool) -> Result<Move, Failure>;
    /// What follows from the TLS handshake.
    #[doc(hidden)]
    fn secured(&mut self, settings: &Settings) -> Result<Move, Failure>;
    /// Where the handshake stands.
    #[doc(hidden)]
    fn stage(&self) -> Stage;
}

pub(crate) mod sealed {
    /// Keeps the dialects in this crate.
    pub trait Sealed {}
}

/// What follows from a line.
pub(crate) enum Move {
    /// More lines.
    Wait,
    /// Send this and wait for the answer.
    Send(Zeroizing<Vec<u8>>),
    /// Do the handshake, unless there are octets that should not be there.
    StartTls,
    /// The sign-in is done; the capabilities.
    Ready(Vec<String>),
}

impl Move {
    /// A command without secrets.
    pub(crate) fn send(line: &str) -> Self {
        Self::Send(Zeroizing::new(format!("{line}\r\n").into_bytes()))
    }

    /// The line that answers a challenge, or the end of the handshake when there is nothing to say any more.
    pub(crate) fn respond(exchange: &mut Exchange, challenge: &[u8]) -> Result<Self, Failure> {
        match exchange.respond(challenge) {
            Some(response) => Ok(Self::send_secret(&[&response])),
            None if exchange.status().is_some() => {
                Err(Failure::sign_in_refused(exchange, false, "asked for more"))
            }
            None => Err(Failure::Garbage { stage: Stage::Authentication }),
        }
    }

    /// A command with secrets; the parts and a line end.
    pub(crate) fn send_secret(parts: &[&[u8]]) -> Self {
        Self::Send(concatenated(&[parts, &[b"\r\n"]].concat()))
    }
}

//! What a protocol says: the words between the session core and a client.

use super::{Framing, LiteralLimits, ShutDown};
use crate::sasl::{Progress, SaslError};

/// A protocol's words. Only this crate implements it.
#[expect(private_interfaces, reason = "the trait is named in public bounds and implemented here only")]
pub trait Dialect: sealed::Sealed {
    #[doc(hidden)]
    const LIMITS: LiteralLimits;
    /// Whether a SASL response is a line of its own; otherwise it is a string, which may be a literal.
    #[doc(hidden)]
    const RESPONSE_IS_LINE: bool;

    /// The greeting.
    #[doc(hidden)]
    fn greeting(&self, is_protected: bool) -> Vec<u8>;
    /// What is said when the handshake is done; what was learnt before it is forgotten.
    #[doc(hidden)]
    fn secured(&mut self) -> Vec<u8>;
    /// The answer to a whole command.
    #[doc(hidden)]
    fn command(&mut self, command: &[u8], is_protected: bool) -> Answer;
    /// The answer to a literal for which the client waits.
    #[doc(hidden)]
    fn announced(&mut self, so_far: &[u8], is_protected: bool) -> Answer;
    /// The answer to a literal that is too large, or one too many.
    #[doc(hidden)]
    fn literal_refused(&mut self, so_far: &[u8]) -> Vec<u8>;
    /// The last words when the framing is lost.
    #[doc(hidden)]
    fn broken(&self, fault: Framing) -> Vec<u8>;
    /// What a response says: base64 or `*`.
    #[doc(hidden)]
    fn response(&self, unit: &[u8]) -> Result<Vec<u8>, SaslError>;
    /// A challenge.
    #[doc(hidden)]
    fn challenge(&self, prompt: &str) -> Vec<u8>;
    /// The answer to an exchange that ended without credentials.
    #[doc(hidden)]
    fn exchange_failed(&mut self, error: SaslError) -> Vec<u8>;
    /// The answer to an accepted sign-in.
    #[doc(hidden)]
    fn accepted(&mut self, capabilities: &[String]) -> Vec<u8>;
    /// The answer to a sign-in that was not accepted.
    #[doc(hidden)]
    fn rejected(&mut self, cause: Cause, text: &str) -> Vec<u8>;
    /// The last words to a client that makes too many mistakes, or sends too much before it is answered.
    #[doc(hidden)]
    fn enough(&self, text: &str) -> Vec<u8>;
    /// The last words of a session that is ended from our side.
    #[doc(hidden)]
    fn bye(&self, reason: ShutDown) -> Vec<u8>;
}

pub(crate) mod sealed {
    /// Keeps the dialects in this crate.
    pub trait Sealed {}
}

/// What follows from a command.
pub(crate) enum Answer {
    /// Say this.
    Say(Vec<u8>),
    /// Say this; it was the client's mistake.
    Mistake(Vec<u8>),
    /// Say this and close.
    End(Vec<u8>),
    /// Say this and do the handshake.
    StartTls(Vec<u8>),
    /// A SASL exchange has begun, or ended at once.
    Authenticate(Result<Progress, SaslError>),
}

/// Why a sign-in was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    Refused,
    Temporary,
    UpstreamRefused,
    Limit,
}

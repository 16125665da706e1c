//! SASL PLAIN (RFC 4616) and LOGIN (draft-murchison-sasl-login-00), server and client side; XOAUTH2 and OAUTHBEARER (RFC
//! 7628), client side.
//!
//! LOGIN was never standardised, but the printers and scripts that this project exists for often speak nothing else.

pub(crate) mod client;
mod codec;
mod server;

use std::fmt;

pub(crate) use codec::read_credentials;
pub use codec::{MAX_USER_NAME, decode_base64, encode_base64};
pub use server::{Exchange, Progress};

use crate::Secret;

/// A mechanism that carries the secret itself; both need a protected channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// RFC 4616.
    Plain,
    /// draft-murchison-sasl-login-00.
    Login,
}

impl Mechanism {
    /// Every mechanism that this crate speaks, in the order in which it is advertised.
    pub const ALL: [Self; 2] = [Self::Plain, Self::Login];

    /// The registered name, as it stands in `AUTH` and in the capabilities.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
        }
    }

    /// Finds a mechanism by its name; names are case-insensitive (RFC 4422 §3.1 allows only upper case on the
    /// wire, real clients disagree).
    pub fn from_name(name: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|mechanism| name.eq_ignore_ascii_case(mechanism.name().as_bytes()))
    }
}

/// What a client presented. Nothing in it has been verified.
pub struct Credentials {
    /// How it was presented.
    pub mechanism: Mechanism,
    /// The identity to act as (PLAIN only), when it is not empty and not the user name in other letters' case.
    /// The verifier decides whether acting as somebody else is granted; it must not be ignored.
    pub authorization_id: Option<String>,
    /// The user name: UTF-8, no control characters, 1 to [`MAX_USER_NAME`] octets. People type their secret here
    /// by mistake, so it must not be logged before it is known to name an account.
    pub user_name: String,
    /// The secret; it may be empty, and the verifier must refuse that like any wrong one.
    pub secret: Secret,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Credentials")
    }
}

/// Why an exchange ended without credentials. All of these are the client's mistakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SaslError {
    /// Not canonical base64 (RFC 4648 §4 with padding), SMTP: `501 5.5.2`.
    #[error("the response is not valid base64")]
    Base64,
    /// The decoded message does not have the mechanism's form, SMTP: `501 5.5.2`.
    #[error("the response does not have the form that the mechanism prescribes")]
    Malformed,
    /// The client sent `*`, SMTP: `501 5.7.0`.
    #[error("the client cancelled the exchange")]
    Cancelled,
}

//! HTTP Basic authentication (RFC 7617), server side: the value of an `Authorization` field to credentials.
//!
//! Programs disagree about the character set. .NET clients send UTF-8 when told to, Python's requests sends
//! ISO-8859-1, and neither says which. Octets that can be read both ways therefore give two [`Reading`]s, which
//! together are *one* attempt to sign in.

mod codec;

use std::fmt;

pub use codec::parse;

use crate::Secret;

/// The longest field value taken, in octets. It is the longest AUTH line of SMTP (RFC 4954 §4), so that no door takes a
/// secret that another one refuses.
pub const MAX_FIELD: usize = 12_288;

/// What a client presented, in every way in which it can be read. Nothing in it has been verified.
pub struct BasicCredentials {
    readings: Vec<Reading>,
}

impl BasicCredentials {
    /// One or two readings: UTF-8 before ISO-8859-1. There are two only when the octets are UTF-8 beyond ASCII and make
    /// sense in ISO-8859-1 too.
    pub fn readings(&self) -> &[Reading] {
        &self.readings
    }

    /// Likewise, for the one who goes on with them.
    pub fn into_readings(self) -> Vec<Reading> {
        self.readings
    }
}

impl fmt::Debug for BasicCredentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("BasicCredentials")
    }
}

/// A user name and a secret, read in one character set.
pub struct Reading {
    /// How the octets were read.
    pub charset: Charset,
    /// The user name: no control characters, no colon, 1 to 320 characters. People type their secret here by mistake,
    /// so it must not be logged before it is known to name an account.
    pub user_name: String,
    /// The secret in UTF-8; it may be empty, and the verifier must refuse that like any wrong one.
    pub secret: Secret,
}

impl fmt::Debug for Reading {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Reading")
    }
}

/// The character set of a [`Reading`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// RFC 3629; ASCII counts as this.
    Utf8,
    /// ISO-8859-1, where every octet is the character of the same number.
    Latin1,
}

/// Why a field value holds no Basic credentials. All of these are the client's mistakes, and none of them is a wrong
/// secret: the door answers like to a request without credentials, and counts nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BasicProblem {
    /// Another scheme than Basic: Bearer, NTLM, Negotiate.
    #[error("the scheme is not Basic")]
    OtherScheme,
    /// More than [`MAX_FIELD`] octets.
    #[error("the credentials are longer than 12 KiB")]
    TooLong,
    /// Not base64 (RFC 4648 §4); only the padding may be missing.
    #[error("the credentials are not valid base64")]
    Base64,
    /// No colon between user name and secret.
    #[error("there is no colon between user name and secret")]
    NoColon,
    /// RFC 7617 §2 forbids control characters in both.
    #[error("the credentials have a control character")]
    ControlCharacter,
    /// No user name, or one of more than [`crate::sasl::MAX_USER_NAME`] octets.
    #[error("the user name is empty or too long")]
    UserName,
}

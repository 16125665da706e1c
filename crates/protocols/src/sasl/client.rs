//! The client side: signing in at an upstream by PLAIN, LOGIN, XOAUTH2 or OAUTHBEARER.

mod message;
mod status;

use std::collections::VecDeque;

use zeroize::Zeroizing;

pub(crate) use self::message::concatenated;
use self::message::{encode, oauth_bearer, plain, xoauth2};
use self::status::status;
use crate::upstream::{Authentication, Method};

type Response = Zeroizing<Vec<u8>>;

/// Why there is nothing to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unwilling {
    /// The upstream does not offer what the settings say.
    NotOffered,
    /// Something has an octet in it that the mechanism cannot carry.
    Unencodable,
}

/// What an exchange answers to a challenge for which it has no response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Farewell {
    /// Nothing: such a challenge breaks the protocol.
    None,
    /// The empty line that XOAUTH2 wants before it says no.
    Empty,
    /// One ^A, which OAUTHBEARER wants (RFC 7628 §3.2.3).
    ControlA,
}

/// An exchange in progress: what is still to be said.
pub(crate) struct Exchange {
    mechanism: &'static str,
    may_begin: bool,
    responses: VecDeque<Response>,
    farewell: Farewell,
    status: Option<String>,
}

impl Exchange {
    /// Chooses the mechanism, of those that are offered, by the settings alone. A password is said by PLAIN, or by LOGIN,
    /// which cannot act as somebody else; a token by its mechanism or not at all.
    pub(crate) fn begin(
        authentication: &Authentication,
        offers: impl Fn(&str) -> bool,
    ) -> Result<Self, Unwilling> {
        let Authentication { user_name, act_as, secret, method, .. } = authentication;
        let mechanism = match method {
            Method::Password if offers("PLAIN") => "PLAIN",
            Method::Password if act_as.is_none() => "LOGIN",
            Method::Password => return Err(Unwilling::NotOffered),
            Method::XOAuth2 => "XOAUTH2",
            Method::OAuthBearer { .. } => "OAUTHBEARER",
        };
        if !offers(mechanism) {
            return Err(Unwilling::NotOffered);
        }
        let mailbox = authentication.mailbox();
        let (first, farewell) = match method {
            Method::Password if mechanism == "LOGIN" => {
                let responses = [encode(user_name.as_bytes()), encode(secret.expose())];
                return Ok(Self { mechanism, may_begin: false, ..Self::of(responses) });
            }
            Method::Password => {
                (plain(act_as.as_deref().unwrap_or_default(), user_name, secret), Farewell::None)
            }
            Method::XOAuth2 => (xoauth2(mailbox, secret), Farewell::Empty),
            Method::OAuthBearer { host, port } => {
                (oauth_bearer(mailbox, host, *port, secret), Farewell::ControlA)
            }
        };
        let first = first.ok_or(Unwilling::Unencodable)?;
        Ok(Self { mechanism, may_begin: true, farewell, ..Self::of([first]) })
    }

    /// No mechanism: responses as they are, to whatever is asked.
    pub(crate) fn of(responses: impl Into<VecDeque<Response>>) -> Self {
        let responses = responses.into();
        Self { mechanism: "", may_begin: false, responses, farewell: Farewell::None, status: None }
    }

    /// The mechanism's name.
    pub(crate) fn mechanism(&self) -> &'static str {
        self.mechanism
    }

    /// The initial response in base64, if the mechanism has one and it is not longer than `room`. A longer one is given
    /// to the first challenge.
    pub(crate) fn initial(&mut self, room: usize) -> Option<Response> {
        let first = self.responses.front()?;
        if self.may_begin && first.len() <= room { self.responses.pop_front() } else { None }
    }

    /// The response to a challenge, without line end. The first challenge beyond the mechanism's own explains why the
    /// token is refused, and is answered as the mechanism wants it. `None`: there is nothing to say any more.
    pub(crate) fn respond(&mut self, challenge: &[u8]) -> Option<Response> {
        if let Some(response) = self.responses.pop_front() {
            return Some(response);
        }
        let response: &[u8] = match std::mem::replace(&mut self.farewell, Farewell::None) {
            Farewell::None => return None,
            Farewell::Empty => b"",
            Farewell::ControlA => b"AQ==",
        };
        self.status = status(challenge);
        Some(Zeroizing::new(response.to_vec()))
    }

    /// The status that the upstream gave for a refused token: a few letters, digits, `_`, `-` and `.`.
    pub(crate) fn status(&self) -> Option<&str> {
        self.status.as_deref()
    }
}

#[cfg(test)]
mod tests;

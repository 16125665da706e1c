//! AUTH with fixed credentials.

use std::collections::VecDeque;

use zeroize::Zeroizing;

use super::{Authentication, Failure};
use crate::sasl::{Mechanism, client};
use crate::smtp::limits::MAX_INITIAL_RESPONSE_LINE;

type Line = Zeroizing<Vec<u8>>;

/// The AUTH command, and the answers to the challenges that follow it. PLAIN is preferred; it needs one round trip,
/// unless the initial response makes the command too long (RFC 4954 §4).
pub(super) fn plan(
    authentication: &Authentication,
    offered: &[Mechanism],
) -> Result<(Line, VecDeque<Line>), Failure> {
    let Authentication { user_name, secret, .. } = authentication;
    if offered.contains(&Mechanism::Plain) {
        let response = client::plain(user_name, secret).ok_or(Failure::Unencodable)?;
        if "AUTH PLAIN ".len() + response.len() <= MAX_INITIAL_RESPONSE_LINE {
            return Ok((line("AUTH PLAIN ", &response), VecDeque::new()));
        }
        return Ok((line("AUTH PLAIN", ""), VecDeque::from([line("", &response)])));
    }
    if offered.contains(&Mechanism::Login) {
        let [user_name, secret] = client::login(user_name, secret);
        return Ok((line("AUTH LOGIN", ""), VecDeque::from([line("", &user_name), line("", &secret)])));
    }
    Err(Failure::AuthenticationNotOffered)
}

fn line(head: &str, tail: &str) -> Line {
    let mut line = Zeroizing::new(Vec::with_capacity(head.len() + tail.len() + 2));
    for part in [head, tail, "\r\n"] {
        line.extend_from_slice(part.as_bytes());
    }
    line
}

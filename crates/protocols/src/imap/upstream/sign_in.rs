//! Which command signs in, and what follows its `+`.

use std::collections::VecDeque;

use zeroize::Zeroizing;

use crate::door::limits::MAX_IMAP_COMMAND;
use crate::door::upstream::{Authentication, Failure};
use crate::sasl::client;

type Line = Zeroizing<Vec<u8>>;

/// AUTHENTICATE PLAIN when it is offered, otherwise LOGIN, which cannot act as somebody else.
pub(super) fn plan(
    authentication: &Authentication,
    offers: impl Fn(&str) -> bool,
) -> Result<(Line, VecDeque<Line>), Failure> {
    let Authentication { user_name, act_as, secret, .. } = authentication;
    if offers("AUTH=PLAIN") {
        let act_as = act_as.as_deref().unwrap_or_default();
        let response = client::plain_as(act_as, user_name, secret).ok_or(Failure::Unencodable)?;
        let command: &[u8] = b"P AUTHENTICATE PLAIN";
        if offers("SASL-IR") && command.len() + 1 + response.len() <= MAX_IMAP_COMMAND {
            return Ok((line(&[command, b" ", response.as_bytes()]), VecDeque::new()));
        }
        return Ok((line(&[command]), VecDeque::from([line(&[response.as_bytes()])])));
    }
    if act_as.is_some() || offers("LOGINDISABLED") {
        return Err(Failure::AuthenticationNotOffered);
    }
    login(user_name.as_bytes(), secret.expose())
}

/// Literals always: they carry every octet but NUL, and no quoting can go wrong.
fn login(user_name: &[u8], secret: &[u8]) -> Result<(Line, VecDeque<Line>), Failure> {
    if user_name.contains(&0) || secret.contains(&0) {
        return Err(Failure::Unencodable);
    }
    let [first, second] = [user_name, secret].map(|octets| format!("{{{}}}", octets.len()));
    let answers = VecDeque::from([line(&[user_name, b" ", second.as_bytes()]), line(&[secret])]);
    Ok((line(&[b"P LOGIN ", first.as_bytes()]), answers))
}

fn line(parts: &[&[u8]]) -> Line {
    let mut line = Zeroizing::new(Vec::with_capacity(parts.iter().map(|part| part.len()).sum::<usize>() + 2));
    for part in parts {
        line.extend_from_slice(part);
    }
    line.extend_from_slice(b"\r\n");
    line
}

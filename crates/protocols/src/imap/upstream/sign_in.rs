//! Which command signs in, and what follows its `+`.

use zeroize::Zeroizing;

use crate::door::limits::MAX_IMAP_COMMAND;
use crate::door::upstream::{Authentication, Failure, Method, Move};
use crate::sasl::client::{Exchange, concatenated};

/// AUTHENTICATE, or LOGIN when the upstream does not take a password by PLAIN; LOGIN cannot act as somebody else.
pub(super) fn begin(
    authentication: &Authentication,
    offers: impl Fn(&str) -> bool,
) -> Result<(Move, Exchange), Failure> {
    if authentication.method == Method::Password && !offers("AUTH=PLAIN") {
        if authentication.act_as.is_some() || offers("LOGINDISABLED") {
            return Err(Failure::AuthenticationNotOffered);
        }
        return login(authentication.user_name.as_bytes(), authentication.secret.expose());
    }
    let mut exchange = Exchange::begin(authentication, |name| offers(&format!("AUTH={name}")))?;
    let mechanism = exchange.mechanism().as_bytes();
    let room =
        if offers("SASL-IR") { MAX_IMAP_COMMAND - "P AUTHENTICATE  ".len() - mechanism.len() } else { 0 };
    let command = match exchange.initial(room) {
        Some(response) => Move::send_secret(&[b"P AUTHENTICATE ", mechanism, b" ", &response]),
        None => Move::send_secret(&[b"P AUTHENTICATE ", mechanism]),
    };
    Ok((command, exchange))
}

/// Literals always: they carry every octet but NUL, and no quoting can go wrong.
fn login(user_name: &[u8], secret: &[u8]) -> Result<(Move, Exchange), Failure> {
    if user_name.contains(&0) || secret.contains(&0) {
        return Err(Failure::Unencodable);
    }
    let [first, second] = [user_name, secret].map(|octets| format!("{{{}}}", octets.len()));
    let responses = [concatenated(&[user_name, b" ", second.as_bytes()]), Zeroizing::new(secret.to_vec())];
    Ok((Move::send_secret(&[b"P LOGIN ", first.as_bytes()]), Exchange::of(responses)))
}

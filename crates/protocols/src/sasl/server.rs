//! The server side: a state machine that is consumed by each response.

use super::codec::{decode_base64, read_name, read_plain, read_secret};
use super::{Credentials, Mechanism, SaslError};

/// base64 of `Username:`. Xerox devices break on any other spelling (smtp-oauth-relay#57).
const PROMPT_USER_NAME: &str = "VXNlcm5hbWU6";
/// base64 of `Password:`.
const PROMPT_PASSWORD: &str = "UGFzc3dvcmQ6";

/// An exchange that waits for the client's next response line.
#[derive(Debug)]
pub struct Exchange(State);

enum State {
    Plain,
    LoginUserName,
    LoginSecret { user_name: String },
}

impl std::fmt::Debug for State {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("State")
    }
}

/// What follows from a response.
#[derive(Debug)]
pub enum Progress {
    /// Send this base64 text as the challenge (SMTP: after `334 `), then give the answer to `next`.
    Challenge {
        /// Already encoded; empty for PLAIN.
        prompt: &'static str,
        /// The exchange to continue.
        next: Exchange,
    },
    /// Ask the verifier.
    Complete(Credentials),
}

impl Exchange {
    /// Starts an exchange with what stood behind the mechanism's name, without the separating space.
    ///
    /// `None` and `=` (an empty initial response, RFC 4954 §4) both say nothing yet, so both are answered with the
    /// first prompt. LOGIN takes the user name inline, and the secret too after one more space: both variants are
    /// in use (Veeam, Python's smtplib; some scanners).
    pub fn start(mechanism: Mechanism, initial: Option<&[u8]>) -> Result<Progress, SaslError> {
        let initial = initial.filter(|text| !text.is_empty() && *text != b"=");
        match (mechanism, initial) {
            (Mechanism::Plain, None) => Ok(challenge("", State::Plain)),
            (Mechanism::Plain, Some(text)) => Self(State::Plain).respond(text),
            (Mechanism::Login, None) => Ok(challenge(PROMPT_USER_NAME, State::LoginUserName)),
            (Mechanism::Login, Some(text)) => match text.iter().position(|&octet| octet == b' ') {
                None => Self(State::LoginUserName).respond(text),
                Some(space) => match Self(State::LoginUserName).respond(&text[..space])? {
                    Progress::Challenge { next, .. } => next.respond(&text[space + 1..]),
                    complete @ Progress::Complete(_) => Ok(complete),
                },
            },
        }
    }

    /// Takes one response line without its line end.
    pub fn respond(self, line: &[u8]) -> Result<Progress, SaslError> {
        if line == b"*" {
            return Err(SaslError::Cancelled);
        }
        let message = decode_base64(line)?;
        match self.0 {
            State::Plain => read_plain(&message).map(Progress::Complete),
            State::LoginUserName => {
                let user_name = read_name(&message)?;
                Ok(challenge(PROMPT_PASSWORD, State::LoginSecret { user_name }))
            }
            State::LoginSecret { user_name } => Ok(Progress::Complete(Credentials {
                mechanism: Mechanism::Login,
                authorization_id: None,
                user_name,
                secret: read_secret(message)?,
            })),
        }
    }
}

fn challenge(prompt: &'static str, state: State) -> Progress {
    Progress::Challenge { prompt, next: Exchange(state) }
}

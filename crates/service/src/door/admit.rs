//! Admit messages and recipients of a session, within the limits of its app password.

use std::time::Duration;

use super::DoorSession;
use crate::Service;
use crate::meters::Sending;

/// A limit of the app password is reached. Temporary; the session goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a limit of the app password is reached")]
pub struct LimitReached {
    /// After how long it is worth trying again.
    pub retry_after: Duration,
}

impl Service {
    /// Counts a message that a session wants to send. To be asked once for each, before it is taken. The limits are those
    /// that the app password had when the session began; with an account password there are none.
    ///
    /// # Errors
    /// [`LimitReached`]; the message is not counted then.
    pub fn admit_message(&self, session: &DoorSession) -> Result<(), LimitReached> {
        self.admit_sending(session, Sending::Message)
    }

    /// Counts a recipient of a message that a session wants to send. To be asked once for each, before it is taken.
    ///
    /// # Errors
    /// [`LimitReached`]; the recipient is not counted then.
    pub fn admit_recipient(&self, session: &DoorSession) -> Result<(), LimitReached> {
        self.admit_sending(session, Sending::Recipient)
    }

    fn admit_sending(&self, session: &DoorSession, what: Sending) -> Result<(), LimitReached> {
        let Some(app_password) = &session.app_password else { return Ok(()) };
        self.meters.send(app_password, what, self.now()).map_err(|retry_after| LimitReached { retry_after })
    }
}

//! Admit messages and recipients of a session, within the limits of its app password.

use std::time::Duration;

use super::DoorSession;
use crate::Service;

/// A limit of the app password is reached. Temporary; the session goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a limit of the app password is reached")]
pub struct LimitReached {
    /// After how long it is worth trying again.
    pub retry_after: Duration,
}

impl Service {
    /// Counts a message that a session wants to send. To be asked once for each, before it is taken.
    ///
    /// # Errors
    /// [`LimitReached`]; the message is not counted then.
    pub fn admit_message(&self, _session: &DoorSession) -> Result<(), LimitReached> {
        Ok(())
    }

    /// Counts a recipient of a message that a session wants to send. To be asked once for each, before it is taken.
    ///
    /// # Errors
    /// [`LimitReached`]; the recipient is not counted then.
    pub fn admit_recipient(&self, _session: &DoorSession) -> Result<(), LimitReached> {
        Ok(())
    }
}

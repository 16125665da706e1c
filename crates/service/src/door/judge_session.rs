//! Judge a live session anew after something changed.

use postern_domain::sign_in::RefusalReason;

use super::DoorSession;
use crate::{Failure, Service};

/// What is to become of a live session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Judgement {
    /// It goes on.
    GoesOn,
    /// It ends.
    Ends(RefusalReason),
}

impl Service {
    /// Asks the rules about a live session with what the database holds now.
    ///
    /// # Errors
    /// [`Failure`]: then the session goes on, and the question is to be asked again.
    pub async fn judge_session(&self, _session: &DoorSession) -> Result<Judgement, Failure> {
        todo!()
    }
}

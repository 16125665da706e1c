//! Live sessions at the doors: reported by every running server, shown by each of them, and ended one by one.

mod end_live_session;
mod list_live_sessions;
mod report_live_sessions;

pub use list_live_sessions::{LiveSessionList, LiveSessionQuery};
pub use postern_storage::{ListedLiveSession, LiveSession, LiveSessionPlace};
pub use report_live_sessions::{HEARD_EVERY, Report, Reported};

use std::time::Duration;

use postern_storage::StorageError;

use crate::Failure;

/// A server that was not heard of for so long has no sessions any more: it is gone, or cut off. Three reports may be
/// late, and clocks may differ by some seconds.
const SILENT: Duration = Duration::from_secs(15);

/// Why a deed on live sessions was not done.
#[derive(Debug, thiserror::Error)]
pub enum LiveSessionError {
    /// No account has that name.
    #[error("there is no account with that name")]
    NoSuchAccount,
    /// There is no such session (or it is another account's, which who may not see it cannot tell apart).
    #[error("there is no such session: it may have ended already")]
    NoSuchSession,
    /// Who asked may not.
    #[error("your role does not allow that")]
    NotAllowed,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for LiveSessionError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

#[cfg(test)]
mod tests;

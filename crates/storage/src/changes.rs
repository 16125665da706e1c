//! The change feed: what tells every running server that another process changed something.

use postern_domain::id::{AccountId, AppPasswordId, DoorSessionId};

/// Something changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Change {
    /// Its place in the feed; grows, gaps are possible.
    pub sequence: u64,
    /// What changed.
    pub kind: ChangeKind,
}

/// What changed. A server looks the new state up by itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ChangeKind {
    /// An app password was revoked, suspended, narrowed or rotated: its live sessions are to be judged anew.
    AppPassword(AccountId, AppPasswordId),
    /// An account was blocked, deleted, renamed, or its MFA state or password changed.
    Account(AccountId),
    /// All live sessions of the account are to end (force sign-out).
    EndSessions(AccountId),
    /// This live session is to end.
    EndDoorSession(DoorSessionId),
    /// A setting was changed.
    Settings,
    /// A key of a new version came into use: the key file is to be read again.
    Keys,
    /// Changes may have been missed: look at everything anew. Made by the store itself, never announced.
    Resync,
}

impl Change {
    /// A change that is to be announced; the feed gives it its place.
    #[must_use]
    pub const fn new(kind: ChangeKind) -> Self {
        Self { sequence: 0, kind }
    }
}

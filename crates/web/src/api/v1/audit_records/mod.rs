//! The audit log.

pub(super) mod list;
pub(super) mod verify;

//! Groups.

pub(super) mod list;
pub(super) mod members;

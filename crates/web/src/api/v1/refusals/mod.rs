//! Refusals.

pub(super) mod ask;
pub(super) mod get;

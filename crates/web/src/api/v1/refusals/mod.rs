//! Refusals, by their references.

pub(super) mod get;

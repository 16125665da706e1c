//! The caller itself.

pub(super) mod get;

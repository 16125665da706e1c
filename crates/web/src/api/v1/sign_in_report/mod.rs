//! The report of sign-ins.

pub(super) mod get;

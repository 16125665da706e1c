//! MFA of every account: the states, and what stops when one is changed.

pub(crate) mod programs;
pub(crate) mod show;

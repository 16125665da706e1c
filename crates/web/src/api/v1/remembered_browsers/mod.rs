//! The browsers in which an owner is remembered, so that they are not asked for a second factor at sign-in there.

pub(super) mod forget;
pub(super) mod forget_all;
pub(super) mod list;

//! How many accounts are in each MFA state.

pub(super) mod count;

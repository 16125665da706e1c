//! The passwords of mailboxes at upstreams that want them. Nobody reads one again.

pub(super) mod list;
pub(super) mod remove;
pub(super) mod set;

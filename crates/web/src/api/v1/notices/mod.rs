//! What somebody was told.

pub(super) mod list;

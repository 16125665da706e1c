//! What goes out by itself: shipped records and notices, and mails that were not delivered.

pub(super) mod destinations;
pub(super) mod mails;

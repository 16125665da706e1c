//! What single doors need beside a relay.

mod activesync;
mod autodiscover;
mod ews;

pub(super) use activesync::check_user;
pub(super) use autodiscover::{expects_plain_text, rewrite};
pub(super) use ews::{Looked, anchor, look, refused};

//! The portal in a real browser, over its real listener.

mod mailbox;
mod pictures;
mod portal;
mod site;

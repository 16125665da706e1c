//! Facts about access tokens, with a provider that counts.

mod application;
mod consent;
mod harness;
mod mailbox_password;
mod refresh;

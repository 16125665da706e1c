//! Facts about access tokens, with a provider that counts.

mod application;
mod harness;

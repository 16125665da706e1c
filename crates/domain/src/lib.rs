//! What an app password is: types, states, the sign-in rule table, lockout, secrets.
//!
//! No IO and no async. Time and randomness are parameters ([`Clock`], [`Random`]).
//! The words, and where a rule goes, are in `ARCHITECTURE.md`.

pub mod account;
pub mod actor;
pub mod api_token;
pub mod app_password;
pub mod audit;
pub mod clock;
pub mod consent;
pub mod directory;
pub mod door;
pub mod id;
pub mod impersonation;
pub mod limits;
pub mod lockout;
pub mod mfa;
mod named;
pub mod network;
pub mod notice;
mod octets;
pub mod outside_identity;
pub mod random;
pub mod setting;
pub mod sign_in;
mod symbols;
pub mod text;

pub use clock::{Clock, Timestamp};
pub use octets::Octets;
pub use random::Random;

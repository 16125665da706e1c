//! One file for each deed. Rules, storage, clock and audit meet only here.
//!
//! A deed is one transaction, its audit record included; a door never opens one. Every deed is a method of [`Service`].
//! Who asks is a type: [`By`] for deeds on accounts and app passwords, a portal session for what a person does, and
//! what a door got for its questions ([`door::DoorSession`]) cannot be made anywhere else.

pub mod account;
pub mod api;
pub mod app_password;
pub mod audit;
mod authorise;
mod authorization_response;
mod by;
mod credential;
pub mod directory;
pub mod door;
mod event;
mod failure;
mod follow;
mod guessing;
mod hashing;
pub mod inventory;
mod key_check;
pub mod keys;
mod keys_in_use;
pub mod live_session;
pub mod messenger;
mod meters;
pub mod notice;
pub mod outside;
pub mod portal;
mod recent;
mod recorder;
pub mod refusal;
mod service;
pub mod setting;
pub mod shipping;
pub mod system;
#[cfg(test)]
mod testing;
pub mod upstream;

pub use authorization_response::AuthorizationResponse;
pub use by::By;
pub use failure::Failure;
pub use postern_storage::{Change, ChangeKind};
pub use service::{Parts, Service};

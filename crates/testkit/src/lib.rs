//! What tests share. Only ever a development dependency.

mod browser;
pub mod certificates;
mod clock;
pub mod crash;
mod door_client;
pub mod dovecot;
pub mod ews_responder;
mod exchangelib;
pub mod oauth_provider;
pub mod oidc_provider;
mod ports;
mod postfix;
pub mod postgres;
pub mod radicale;
mod random;
mod service;
pub mod smtp_client;
pub mod smtp_hostile;
mod smtp_stream;
pub mod smtp_upstream;
mod switchable_store;
mod totp;

pub use browser::{Browser, Scheme};
pub use clock::TestClock;
pub use door_client::DoorClient;
pub use dovecot::Dovecot;
pub use ews_responder::{EwsDemand, EwsRequest, EwsResponder};
pub use exchangelib::Exchangelib;
pub use oauth_provider::FakeProvider;
pub use oidc_provider::OidcProvider;
pub use postfix::Postfix;
pub use radicale::{Radicale, Vdirsyncer};
pub use random::TestRandom;
pub use service::{ACCOUNT_PASSWORD, OPERATOR, TestService, account_name, app_password_for, door_sign_in};
pub use switchable_store::SwitchableStore;
pub use totp::totp_code;

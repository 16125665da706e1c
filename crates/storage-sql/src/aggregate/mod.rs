//! One file for each aggregate, with its SQL.

pub(crate) mod accounts;
pub(crate) mod app_passwords;
mod audit_log;
mod key_checks;
mod live_sessions;
mod methods;
mod portal_sessions;
pub(crate) mod secrets;
mod settings;
mod setup_links;
mod sign_in_events;
mod upstream_credentials;

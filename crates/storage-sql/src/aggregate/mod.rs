//! One file for each aggregate, with its SQL.

mod account_list;
mod account_password_uses;
pub(crate) mod accounts;
mod api_tokens;
mod app_password_history;
pub(crate) mod app_passwords;
mod audit_log;
mod bulk_jobs;
mod ceremonies;
mod directory;
mod help_requests;
mod inventory;
mod key_checks;
mod live_sessions;
mod methods;
mod notices;
mod outside_identities;
mod portal_sessions;
mod remembered_browsers;
pub(crate) mod secrets;
mod sent_codes;
mod settings;
mod setup_links;
mod shipping;
mod sign_in_events;
pub(crate) mod tallies;
mod upstream_credentials;

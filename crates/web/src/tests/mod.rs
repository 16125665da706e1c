//! The portal as a browser meets it, over the real service.

mod access;
mod accounts;
mod admin;
mod admin_accounts;
mod api;
mod app_passwords;
mod audit;
mod changes;
mod client;
mod forms;
mod headers;
mod import;
mod inventory;
mod isolation;
mod live_sessions;
mod mailbox;
mod notification_addresses;
mod outside;
mod pages;
mod passkeys;
mod programs;
mod scim;
mod sessions;
mod settings;
mod sign_in;
mod step_up;

//! The portal: where people sign in with both factors and manage their app passwords.
//!
//! Pages are rendered on the server and work without JavaScript (a copy button appears where it runs). No rule lives
//! here: a handler reads a form, asks the service for one deed, and shows the answer. [`router`] makes the pages,
//! [`serve()`] offers them over TLS.

mod admin;
mod answer;
mod api;
mod apple_profile;
mod config;
mod cookies;
mod file;
mod form;
mod middleware;
mod next;
mod once;
mod page;
mod portal;
mod problem;
mod reader;
mod scim;
mod serve;
mod session;
mod view;

#[cfg(test)]
mod tests;

pub use api::openapi_document;
pub use config::{ConnectionHint, InvalidOrigin, Origin, PortalConfig, TransportSecurity};
pub use middleware::PeerAddress;
pub use portal::router;
pub use portal::routes::{Reader, admin_addresses, pages_to_read};
pub use serve::{ALPN, ServeLimits, serve};
pub use view::next_page;

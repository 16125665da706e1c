//! TLS in both roles: 1.2 and 1.3 only, P-256, X25519 and the hybrid X25519MLKEM768, no early data.

mod client;
mod client_certificate;
mod material;
mod provider;

pub(crate) use client::client_config;
pub use client_certificate::ClientCertificate;
pub use material::{TlsMaterial, TlsMaterialError, certificates_from_pem};
pub use provider::provider;

//! How Postern signs in at the real services behind the doors: access tokens of OAuth 2.0, the consents by which owners
//! let it have them, and the mailbox passwords that owners gave it.
//!
//! Access tokens are held in memory only; refresh tokens and mailbox passwords are sealed in the database (ADR 0016).

mod access_token;
mod answer;
mod application;
mod endpoint;
mod endpoint_url;
mod exchange;
mod form;
mod mailbox_password;
mod provider;
mod signing_key;
mod slot;
mod upstream_token;
mod upstream_token_refused;

pub use endpoint::{
    EndpointAnswer, EndpointProblem, EndpointRequest, LONGEST_BODY, NoTokenEndpoint, TokenEndpoint,
};
pub use endpoint_url::{EndpointUrl, InvalidEndpointUrl};
pub use provider::{
    ClientAuthentication, ClientSecret, Delegation, Grant, Identity, IdentityClaim, Provider,
};
pub use signing_key::{SignatureAlgorithm, SigningKey, SigningKeyError};
pub use upstream_token::{TokenProblem, UpstreamToken};

use std::sync::Arc;

use slot::Slots;

/// What a service knows of the upstreams' providers.
pub(crate) struct Upstreams {
    pub(crate) providers: Vec<Provider>,
    pub(crate) endpoint: Arc<dyn TokenEndpoint>,
    pub(crate) slots: Slots,
}

impl Upstreams {
    pub(crate) fn new(providers: Vec<Provider>, endpoint: Arc<dyn TokenEndpoint>) -> Self {
        Self { providers, endpoint, slots: Slots::default() }
    }

    pub(crate) fn provider(&self, name: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.name == name)
    }
}

#[cfg(test)]
mod tests;

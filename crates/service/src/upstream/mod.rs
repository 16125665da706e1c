//! How Postern signs in at the real services behind the doors: access tokens of OAuth 2.0, the consents by which owners
//! let it have them, and the mailbox passwords that owners gave it.
//!
//! Access tokens are held in memory only; refresh tokens and mailbox passwords are sealed in the database (ADR 0020).

mod access_token;
mod answer;
mod application;
mod check_provider;
mod consent;
mod endpoint;
mod endpoint_url;
mod exchange;
mod form;
pub(crate) mod keep_consents;
mod mailbox_password;
mod provider;
mod refresh;
mod sealed;
mod signing_key;
mod slot;
mod upstream_token;
mod upstream_token_refused;

pub use check_provider::ProviderProblem;
pub(crate) use consent::nonce;
pub use consent::{
    ConsentError, ConsentOffer, ConsentRow, ConsentStart, DeviceConsent, DeviceProgress, DeviceStand,
};
pub use endpoint::{
    DocumentRequest, EndpointAnswer, EndpointProblem, EndpointRequest, LONGEST_BODY, NoTokenEndpoint,
    TokenEndpoint,
};
pub use endpoint_url::{EndpointUrl, InvalidEndpointUrl};
pub(crate) use exchange::Trouble;
pub(crate) use form::{AsClient, Form};
pub use mailbox_password::{MailboxPasswordError, MailboxPasswordOffer};
pub use postern_storage::ConsentPlace;
pub use provider::{
    ClientAuthentication, ClientSecret, Delegation, Grant, Identity, IdentityClaim, Provider,
};
pub use signing_key::{SignatureAlgorithm, SigningKey, SigningKeyError};
pub use upstream_token::{TokenProblem, UpstreamToken};

use std::sync::{Arc, OnceLock};

use postern_domain::Random;
use postern_storage::LeaseHolder;
use slot::Slots;

/// What a service knows of the upstreams' providers.
pub(crate) struct Upstreams {
    pub(crate) providers: Vec<Provider>,
    pub(crate) endpoint: Arc<dyn TokenEndpoint>,
    /// The upstreams that want the mailbox's own password.
    pub(crate) with_mailbox_passwords: Vec<String>,
    pub(crate) slots: Slots,
    holder: OnceLock<LeaseHolder>,
}

impl Upstreams {
    pub(crate) fn new(
        providers: Vec<Provider>,
        endpoint: Arc<dyn TokenEndpoint>,
        with_mailbox_passwords: Vec<String>,
    ) -> Self {
        let (slots, holder) = (Slots::default(), OnceLock::new());
        Self { providers, endpoint, with_mailbox_passwords, slots, holder }
    }

    /// This process among those that renew tokens.
    pub(crate) fn holder(&self, random: &dyn Random) -> LeaseHolder {
        *self.holder.get_or_init(|| LeaseHolder(postern_domain::random::bytes(random)))
    }

    pub(crate) fn provider(&self, name: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.name == name)
    }
}

#[cfg(test)]
mod tests;

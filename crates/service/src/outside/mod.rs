//! Sign-in of people through an outside identity provider (OpenID Connect), beside account passwords.

mod provider;

pub use provider::{AcrClaim, AddressClaim, IdentityProvider, LinkRule, MfaTrust};

use crate::Service;

/// What a service knows of the outside identity providers.
pub(crate) struct OutsideProviders {
    list: Vec<IdentityProvider>,
}

impl OutsideProviders {
    pub(crate) const fn new(list: Vec<IdentityProvider>) -> Self {
        Self { list }
    }
}

impl Service {
    /// Every outside identity provider.
    #[must_use]
    pub fn identity_providers(&self) -> &[IdentityProvider] {
        &self.outside.list
    }
}

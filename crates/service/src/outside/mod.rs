//! Sign-in of people through an outside identity provider (OpenID Connect), beside account passwords.
//!
//! The provider vouches for somebody, by issuer and subject; which account that opens, and whether it counts as a second
//! factor, is decided here (ADR 0026). A request is bound to the browser that began it and is answered once.

mod account_for;
mod back_channel_logout;
mod begin;
mod carried;
mod check;
mod discovery;
mod error;
mod finish;
mod id_token;
mod identity;
mod keys;
mod link;
mod list;
mod logout_token;
mod memory;
mod provider;
mod request;
mod sign_out_there;
mod start_outside_session;
mod step_up;
mod trouble;
mod unlink;

pub use back_channel_logout::BackChannelLogoutError;
pub use begin::{OutsideBrowser, OutsideStart};
pub use error::OutsideError;
pub use finish::OutsideFinish;
pub use id_token::TokenFault;
pub use identity::VerifiedIdentity;
pub use link::{LinkIdentity, LinkIdentityError};
pub use list::LinkedIdentity;
pub use provider::{AcrClaim, AddressClaim, IdentityProvider, LinkRule, MfaTrust};
pub use trouble::{OutsideTrouble, Part};
pub use unlink::UnlinkIdentityError;

use memory::Memory;
use tokio::sync::Mutex;

use crate::Service;

/// What a service knows of the outside identity providers.
pub(crate) struct OutsideProviders {
    list: Vec<IdentityProvider>,
    /// One for each of the list.
    memories: Vec<Mutex<Memory>>,
}

impl OutsideProviders {
    pub(crate) fn new(list: Vec<IdentityProvider>) -> Self {
        let memories = list.iter().map(|_| Mutex::default()).collect();
        Self { list, memories }
    }

    /// The provider of that issuer.
    fn of_issuer(&self, issuer: &str) -> Option<&IdentityProvider> {
        self.list.iter().find(|provider| provider.issuer.as_str() == issuer)
    }
}

impl Service {
    /// Every outside identity provider.
    #[must_use]
    pub fn identity_providers(&self) -> &[IdentityProvider] {
        &self.outside.list
    }
}

//! Access tokens without anybody's consent: the application's own, and a service account's in the name of a mailbox.

use postern_domain::account::AccountName;

use super::answer::Issued;
use super::exchange::Trouble;
use super::form::{Form, mailbox_assertion};
use super::{Provider, SigningKey};
use crate::Service;

impl Service {
    /// Client credentials (RFC 6749 4.4).
    pub(super) async fn ask_as_application(&self, provider: &Provider) -> Result<Issued, Trouble> {
        let form = Form::new().field("grant_type", "client_credentials").scopes(provider);
        self.ask_for_tokens(provider, form).await
    }

    /// A signed assertion in the name of a mailbox (RFC 7523 2.1).
    pub(super) async fn ask_for_mailbox(
        &self,
        provider: &Provider,
        key: &SigningKey,
        mailbox: &AccountName,
    ) -> Result<Issued, Trouble> {
        let endpoint = &provider.token_endpoint;
        let assertion = mailbox_assertion(key, provider, endpoint, mailbox.as_str(), self.now());
        let form = Form::new().field("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
        self.ask_for_tokens(provider, form.field("assertion", &assertion)).await
    }
}

//! Begin a consent: the request with which the owner's browser goes to the provider (RFC 6749 4.1.1, RFC 7636).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use postern_storage::ConsentRequest;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::ConsentError;
use crate::Service;
use crate::authorise::settings_for;
use crate::portal::{FullSession, SessionToken, is_fresh, read_anew};
use crate::upstream::form::Form;

/// How long an owner may take at the provider.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// Where the owner's browser goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentStart {
    /// The whole address, with the request in it.
    pub url: String,
    /// Its host, for the owner's eyes.
    pub host: String,
}

impl Service {
    /// Begins to connect the session's own mailbox at a provider. The answer must come back to this session within 15
    /// minutes. Needs a fresh second factor.
    ///
    /// # Errors
    /// [`ConsentError`].
    pub async fn begin_consent(
        &self,
        session: &FullSession,
        provider: &str,
    ) -> Result<ConsentStart, ConsentError> {
        let provider = self.upstreams.provider(provider).ok_or(ConsentError::NoSuchProvider)?;
        let delegation = provider.delegation().ok_or(ConsentError::NoSuchProvider)?;
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        let read = read_anew(session.session(), &mut *transaction, now).await?;
        let (session, account) = read.ok_or(ConsentError::SessionOver)?;
        if !is_fresh(&session, &settings_for(&mut *transaction, &account).await?, now) {
            return Err(ConsentError::StepUpNeeded);
        }
        // A reference token like a session's: 256 random bits, of which the hash is stored.
        let state = SessionToken::generate(self.random());
        let verifier = SessionToken::generate(self.random());
        transaction.delete_stale_consent_requests(now).await?;
        let request = ConsentRequest {
            state: state.hash(),
            account: account.id,
            session: session.id,
            provider: provider.name.clone(),
            verifier: self.seal_verifier(account.id, session.id, &provider.name, verifier.expose()),
            expires_at: now.plus(PATIENCE),
        };
        transaction.insert_consent_request(&request).await?;
        transaction.commit().await?;
        let challenge = BASE64URL.encode(Sha256::digest(verifier.expose()));
        let mut query = Form::new()
            .field("response_type", "code")
            .field("client_id", &provider.client_id)
            .field("redirect_uri", &self.consent_callback())
            .scopes(provider)
            .field("state", state.expose())
            .field("code_challenge", &challenge)
            .field("code_challenge_method", "S256")
            .field("nonce", &nonce(verifier.expose()))
            .field("login_hint", account.name.as_str());
        for (name, value) in &delegation.parameters {
            query = query.field(name, value);
        }
        let url = delegation.authorization_endpoint.with_query(&query.text());
        Ok(ConsentStart { url, host: delegation.authorization_endpoint.authority().to_owned() })
    }

    /// Where a provider sends the owner's browser back to. Registered there.
    #[must_use]
    pub fn consent_callback(&self) -> String {
        format!("{}/consents/callback", self.parts.portal_url)
    }
}

/// What the identity token must repeat: made of the verifier, so that there is one secret to keep.
pub(crate) fn nonce(verifier: &str) -> String {
    let text = Zeroizing::new(format!("nonce of {verifier}"));
    BASE64URL.encode(Sha256::digest(text.as_bytes()))
}

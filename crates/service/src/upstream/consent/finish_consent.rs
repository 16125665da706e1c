//! Finish a consent: the provider's answer, as the owner's browser brings it back (RFC 6749 4.1.2).

use crate::AuthorizationResponse;
use postern_storage::ConsentRequest;

use super::ConsentError;
use super::begin_consent::nonce;
use super::identity::Expected;
use super::store_consent::NewConsent;
use crate::event::printable;
use crate::portal::{FullSession, SessionToken, read_anew};
use crate::upstream::form::Form;
use crate::{By, Service};

impl Service {
    /// Finishes what [`Service::begin_consent`] began in the same session, once, and gives the provider's name.
    ///
    /// # Errors
    /// [`ConsentError`]; then a consent that was there before still is.
    pub async fn finish_consent(
        &self,
        session: &FullSession,
        callback: AuthorizationResponse,
    ) -> Result<String, ConsentError> {
        let request = self.take_request(session, &callback.state).await?;
        let provider = self.upstreams.provider(&request.provider).ok_or(ConsentError::NoSuchProvider)?;
        let delegation = provider.delegation().ok_or(ConsentError::NoSuchProvider)?;
        if let (Some(expected), Some(said)) = (&delegation.issuer, &callback.issuer)
            && expected != said
        {
            return Err(ConsentError::OtherIssuer);
        }
        let code = match (callback.code, callback.error) {
            (Some(code), None) if !code.is_empty() => code,
            (_, error) => {
                let error = error.unwrap_or_else(|| "no code".to_owned());
                let words = callback
                    .error_description
                    .map_or_else(|| error.clone(), |more| format!("{error}: {more}"));
                return Err(ConsentError::Denied { words: printable(&words, 300) });
            }
        };
        let opened =
            self.open_verifier(request.account, request.session, &request.provider, &request.verifier);
        let verifier = opened?;
        let form = Form::new()
            .field("grant_type", "authorization_code")
            .field("code", &code)
            .field("redirect_uri", &self.consent_callback())
            .field("code_verifier", &verifier);
        // Of the moment before: the token is no younger.
        let asked_at = self.now();
        let issued = self.ask_for_tokens(provider, form).await?;
        let expected = Expected { nonce: Some(nonce(&verifier)), now: self.now() };
        let mailbox = self.identify(provider, session.account(), &issued, &expected).await?;
        let new = NewConsent { provider, account: request.account, mailbox, issued, asked_at };
        self.store_consent(By::Session(session), new).await?;
        Ok(request.provider)
    }

    /// Takes the request out, so that no answer counts twice. What is no request of this session's stays where it is.
    async fn take_request(&self, session: &FullSession, state: &str) -> Result<ConsentRequest, ConsentError> {
        let state = SessionToken::from_cookie(state).ok_or(ConsentError::UnknownRequest)?;
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        let read = read_anew(session.session(), &mut *transaction, now).await?;
        let (session, account) = read.ok_or(ConsentError::UnknownRequest)?;
        let request = transaction.take_consent_request(&state.hash(), session.id).await?;
        transaction.commit().await?;
        let good = |request: &ConsentRequest| request.account == account.id && now < request.expires_at;
        request.filter(good).ok_or(ConsentError::UnknownRequest)
    }
}

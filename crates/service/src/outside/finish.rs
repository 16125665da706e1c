//! Finish a sign-in at an outside identity provider: its answer, as the browser brings it back.

use crate::AuthorizationResponse;
use postern_domain::sign_in::{CredentialUsed, Place, RefusalReason, RefusalReference};
use postern_storage::{OutsidePurpose, OutsideRequest};

use super::carried::Carried;
use super::id_token::{self, Expected};
use super::identity::identity;
use super::{IdentityProvider, OutsideBrowser, OutsideError, OutsideTrouble, TokenFault, VerifiedIdentity};
use crate::Service;
use crate::event::{Origin, client_name, printable};
use crate::portal::{FullSession, SessionToken, StartedPortalSession};
use crate::upstream::{AsClient, Form, Trouble, nonce};

/// How it came to its end.
#[derive(Debug)]
pub enum OutsideFinish {
    /// A session was started.
    SignedIn {
        /// The session, and how far the person got.
        started: Box<StartedPortalSession>,
        /// Where to go on to, as it was given at the beginning.
        next: String,
    },
    /// The person at the provider is linked to the session's account.
    Linked {
        /// Where to go on to.
        next: String,
    },
    /// The person at the session has confirmed who they are; its token was rotated.
    Confirmed {
        /// For the cookie.
        token: SessionToken,
        /// The session.
        session: Box<FullSession>,
        /// Where to go on to.
        next: String,
    },
}

impl Service {
    /// Finishes what was begun in the same browser, once. `session` is the token of the browser's session, if it has one.
    ///
    /// # Errors
    /// [`OutsideError`].
    pub async fn finish_outside(
        &self,
        browser: &OutsideBrowser<'_>,
        session: Option<&SessionToken>,
        callback: AuthorizationResponse,
    ) -> Result<OutsideFinish, OutsideError> {
        self.recorder.room().await;
        let request = self.take_outside(browser, &callback.state).await?;
        let identity = self.verified(browser, &request, callback).await?;
        let next = request.next.clone();
        match request.purpose {
            OutsidePurpose::SignIn => {
                self.use_up(&request).await?;
                let started = Box::new(self.start_outside_session(identity, browser, session).await?);
                Ok(OutsideFinish::SignedIn { started, next })
            }
            OutsidePurpose::Link(id) => {
                self.finish_link(identity, (id, session)).await?;
                Ok(OutsideFinish::Linked { next })
            }
            OutsidePurpose::StepUp(id) => {
                let confirmed = self.finish_step_up(identity, (id, session), request.asked_at).await?;
                let (token, session) = confirmed;
                Ok(OutsideFinish::Confirmed { token, session: Box::new(session), next })
            }
        }
    }

    /// Takes the request out, so that no answer counts twice. Another browser's stays where it is.
    async fn take_outside(
        &self,
        browser: &OutsideBrowser<'_>,
        state: &str,
    ) -> Result<OutsideRequest, OutsideError> {
        let now = self.now();
        if let Some(request) = Carried::request(self, browser, state) {
            // A request of the future is none: the clock was set back, and nobody can tell how old it is.
            let in_time = request.asked_at <= now && now < request.expires_at;
            let good = in_time && self.may_be_used(&request).await?;
            return Some(request).filter(|_| good).ok_or(OutsideError::UnknownRequest);
        }
        let state = SessionToken::from_cookie(state).ok_or(OutsideError::UnknownRequest)?;
        let mut transaction = self.parts.store.begin().await?;
        let request = transaction.take_outside_request(&state.hash(), &browser.hash()).await?;
        transaction.commit().await?;
        // A request of the future is none: the clock was set back, and nobody can tell how old it is.
        let good = |request: &OutsideRequest| now < request.expires_at;
        request.filter(good).ok_or(OutsideError::UnknownRequest)
    }

    /// Who the provider vouches for. Only the provider that was asked is listened to: its endpoints, keys and names.
    async fn verified(
        &self,
        browser: &OutsideBrowser<'_>,
        request: &OutsideRequest,
        callback: AuthorizationResponse,
    ) -> Result<VerifiedIdentity, OutsideError> {
        let found = self.outside.find(&request.provider).ok_or(OutsideError::NoSuchProvider)?;
        let (_, provider) = found;
        let known = self.known(found).await?;
        let names_the_asked = match &callback.issuer {
            Some(said) => said == provider.issuer.as_str(),
            None => !known.metadata.names_itself,
        };
        if !names_the_asked {
            self.note_refused_answer(browser);
            return Err(OutsideError::OtherProvider);
        }
        let code = code_of(provider, callback)?;
        let state = &request.state;
        let verifier = self.open_outside_verifier(state, &request.provider, &request.verifier)?;
        let form = Form::new()
            .field("grant_type", "authorization_code")
            .field("code", &code)
            .field("redirect_uri", &self.outside_callback())
            .field("code_verifier", &verifier);
        let client = AsClient {
            provider: &provider.asked_as(),
            id: &provider.client_id,
            authentication: &provider.authentication,
            token_endpoint: &known.metadata.token_endpoint,
        };
        let issued =
            self.ask_for_tokens(client, form).await.map_err(|trouble| not_issued(provider, &trouble))?;
        let refused = |fault| OutsideError::Answer {
            provider: provider.label.clone(),
            fault,
            reference: self.note_refused_answer(browser),
        };
        let token = issued.id_token.as_ref().ok_or_else(|| refused(TokenFault::Missing))?;
        let signed = id_token::read(token).map_err(refused)?;
        let mut keys = known.keys.clone();
        if signed.names_a_key_beyond(&keys) {
            let newer = self.outside.keys_anew(&*self.upstreams.endpoint, found, &known, self.now()).await;
            let newer = newer
                .map_err(|trouble| OutsideError::Unavailable { provider: provider.label.clone(), trouble })?;
            keys = newer.unwrap_or(keys);
        }
        let expected = Expected {
            nonce: &nonce(&verifier),
            access_token: &issued.access_token,
            asked_at: request.asked_at,
            now: self.now(),
        };
        let claims = signed.verify(&keys, provider, &expected).map_err(refused)?;
        identity(provider, &claims, token, self.now()).map_err(refused)
    }

    /// Records that an answer was refused. Whose it would have been, nobody knows.
    fn note_refused_answer(&self, browser: &OutsideBrowser<'_>) -> RefusalReference {
        let used = CredentialUsed::OutsideIdentity;
        self.record_refusal(self.outside_origin(browser), None, used, RefusalReason::OutsideAnswerRefused)
    }

    pub(super) fn outside_origin(&self, browser: &OutsideBrowser<'_>) -> Origin {
        Origin {
            place: Place::Portal,
            address: browser.address,
            client: client_name(browser.user_agent),
            at: self.now(),
            acting_for: None,
        }
    }
}

/// The code, or what the provider says in its place (RFC 6749 4.1.2.1).
fn code_of(provider: &IdentityProvider, callback: AuthorizationResponse) -> Result<String, OutsideError> {
    match (callback.code, callback.error) {
        (Some(code), None) if !code.is_empty() => Ok(code),
        (_, error) => {
            let error = error.unwrap_or_else(|| "no code".to_owned());
            let words =
                callback.error_description.map_or_else(|| error.clone(), |more| format!("{error}: {more}"));
            Err(OutsideError::Denied { provider: provider.label.clone(), words: printable(&words, 300) })
        }
    }
}

/// A code that is refused was used before, or was never the provider's: begin again. Anything else is the provider's or
/// the configuration's.
fn not_issued(provider: &IdentityProvider, trouble: &Trouble) -> OutsideError {
    let provider = provider.label.clone();
    match trouble {
        Trouble::Refused(error) if error.code == "invalid_grant" => {
            OutsideError::Denied { provider, words: error.to_string() }
        }
        trouble => {
            let trouble = OutsideTrouble::NotIssued { words: printable(&trouble.to_string(), 300) };
            OutsideError::Unavailable { provider, trouble }
        }
    }
}

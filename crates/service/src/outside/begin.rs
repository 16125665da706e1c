//! Begin a sign-in at an outside identity provider: to get in, to link who one is there, or to confirm who one is.

use std::net::IpAddr;
use std::time::Duration;

use postern_storage::{OutsidePurpose, OutsideRequest, TokenHash};
use sha2::{Digest as _, Sha256};

use super::carried::Carried;
use super::memory::Known;
use super::request::{Question, address};
use super::{IdentityProvider, OutsideError};
use crate::Service;
use crate::authorise::settings_for;
use crate::portal::{FullSession, SessionToken, is_fresh, read_anew};

/// How long somebody may take at the provider.
pub(super) const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// Longest path that a browser goes on to, in octets; a longer one is left out.
const LONGEST_NEXT: usize = 512;

/// The browser behind a request.
#[derive(Clone, Copy)]
pub struct OutsideBrowser<'b> {
    /// What it keeps in a cookie before anybody has signed in: at least 128 random bits.
    pub visitor: &'b str,
    /// Its address.
    pub address: IpAddr,
    /// What it calls itself.
    pub user_agent: &'b str,
}

/// The address; neither the cookie nor what the browser calls itself.
impl std::fmt::Debug for OutsideBrowser<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OutsideBrowser").field("address", &self.address).finish_non_exhaustive()
    }
}

impl OutsideBrowser<'_> {
    /// What is stored of its cookie.
    pub(super) fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.visitor.as_bytes()).into())
    }
}

/// Where the browser goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideStart {
    /// The provider's label.
    pub provider: String,
    /// The whole address, with the request in it.
    pub url: String,
    /// Its host, for people's eyes.
    pub host: String,
}

impl Service {
    /// Begins a sign-in. The answer must come back to this browser within 15 minutes; then it goes on to `next`, a path of
    /// the portal.
    ///
    /// # Errors
    /// [`OutsideError`].
    pub async fn begin_outside_sign_in(
        &self,
        browser: &OutsideBrowser<'_>,
        provider: &str,
        next: &str,
    ) -> Result<OutsideStart, OutsideError> {
        self.begin(browser, provider, OutsidePurpose::SignIn, next).await
    }

    /// Begins to link somebody at a provider to the session's own account. Needs a fresh second factor.
    ///
    /// # Errors
    /// [`OutsideError`].
    pub async fn begin_outside_link(
        &self,
        session: &FullSession,
        browser: &OutsideBrowser<'_>,
        provider: &str,
        next: &str,
    ) -> Result<OutsideStart, OutsideError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let now = self.now();
        let read = read_anew(session.session(), &mut *snapshot, now).await?;
        let (fresh, account) = read.ok_or(OutsideError::SessionOver)?;
        if !is_fresh(&fresh, &settings_for(&mut *snapshot, &account).await?, now) {
            return Err(OutsideError::StepUpNeeded);
        }
        drop(snapshot);
        self.begin(browser, provider, OutsidePurpose::Link(fresh.id), next).await
    }

    /// Begins a step-up of the session at one of [`Service::outside_step_ups`].
    ///
    /// # Errors
    /// [`OutsideError`].
    pub async fn begin_outside_step_up(
        &self,
        session: &FullSession,
        browser: &OutsideBrowser<'_>,
        provider: &str,
        next: &str,
    ) -> Result<OutsideStart, OutsideError> {
        let offered = self.outside_step_ups(session).await?;
        if !offered.iter().any(|offer| offer.name == provider) {
            return Err(OutsideError::NoSuchProvider);
        }
        self.begin(browser, provider, OutsidePurpose::StepUp(session.session().id), next).await
    }

    /// Where a provider sends the browser back to. Registered there.
    #[must_use]
    pub fn outside_callback(&self) -> String {
        format!("{}/sign-in/outside/callback", self.parts.portal_url)
    }

    async fn begin(
        &self,
        browser: &OutsideBrowser<'_>,
        provider: &str,
        purpose: OutsidePurpose,
        next: &str,
    ) -> Result<OutsideStart, OutsideError> {
        let found = self.outside.find(provider).ok_or(OutsideError::NoSuchProvider)?;
        let (_, provider) = found;
        // Asked first: where the provider does not work, nothing is stored.
        let known = self.known(found).await?;
        // Reference tokens like a session's: 256 random bits, of which the hash is stored.
        let state = SessionToken::generate(self.random());
        let verifier = SessionToken::generate(self.random());
        let now = self.now();
        let next = Some(next).filter(|next| next.len() <= LONGEST_NEXT).unwrap_or_default().to_owned();
        if purpose == OutsidePurpose::SignIn {
            let carried = Carried {
                provider: provider.name.clone(),
                verifier: verifier.expose().to_owned(),
                next,
                asked_at: now.as_millis(),
            };
            let state = carried.sealed(self, browser).ok_or(OutsideError::UnknownRequest)?;
            return Ok(self.start(provider, &known, &state, verifier.expose(), purpose));
        }
        let request = OutsideRequest {
            state: state.hash(),
            browser: browser.hash(),
            provider: provider.name.clone(),
            purpose,
            verifier: self.seal_outside_verifier(&state.hash(), &provider.name, verifier.expose()),
            next,
            asked_at: now,
            expires_at: now.plus(PATIENCE),
        };
        let mut transaction = self.parts.store.begin().await?;
        transaction.delete_stale_outside_requests(now).await?;
        transaction.insert_outside_request(&request).await?;
        transaction.commit().await?;
        Ok(self.start(provider, &known, state.expose(), verifier.expose(), purpose))
    }

    fn start(
        &self,
        provider: &IdentityProvider,
        known: &Known,
        state: &str,
        verifier: &str,
        purpose: OutsidePurpose,
    ) -> OutsideStart {
        let question = Question {
            callback: &self.outside_callback(),
            state,
            verifier,
            anew: matches!(purpose, OutsidePurpose::StepUp(_)),
        };
        OutsideStart {
            provider: provider.label.clone(),
            url: address(provider, &known.metadata, &question),
            host: known.metadata.authorization_endpoint.authority().to_owned(),
        }
    }

    /// What is known of a provider, or that it does not work.
    pub(super) async fn known(&self, found: (usize, &IdentityProvider)) -> Result<Known, OutsideError> {
        let known = self.outside.known(&*self.upstreams.endpoint, found, self.now()).await;
        known.map_err(|trouble| OutsideError::Unavailable { provider: found.1.label.clone(), trouble })
    }
}

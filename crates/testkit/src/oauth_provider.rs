//! [`FakeProvider`]: the token endpoint of an OAuth 2.0 provider that counts what it is asked.

pub(crate) mod grants;
mod serve;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
pub use grants::Callback;
use grants::Grants;
use postern_service::upstream::{EndpointAnswer, EndpointProblem, EndpointRequest, TokenEndpoint};
use tokio::sync::{OwnedRwLockWriteGuard, RwLock, watch};
use zeroize::Zeroizing;

/// What a [`FakeProvider`] answers.
#[derive(Debug, Clone)]
pub struct ProviderAnswer {
    /// The HTTP status.
    pub status: u16,
    /// `Retry-After`, in seconds.
    pub retry_after: Option<u64>,
    /// The body.
    pub body: String,
}

/// A provider. It issues `at-1`, `at-2`, … for an hour each.
#[derive(Debug)]
pub struct FakeProvider {
    state: Mutex<State>,
    received: watch::Sender<usize>,
    /// Held for writing while answers are held back.
    gate: Arc<RwLock<()>>,
}

#[derive(Debug, Default)]
struct State {
    forms: Vec<String>,
    scripted: VecDeque<ProviderAnswer>,
    grants: Grants,
}

/// Holds a provider's answers back until it is dropped.
#[derive(Debug)]
pub struct Held(#[expect(dead_code, reason = "held for its drop")] OwnedRwLockWriteGuard<()>);

impl FakeProvider {
    /// A provider that was asked nothing yet.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::new(Self { state: Mutex::default(), received: watch::Sender::new(0), gate: Arc::default() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The forms it received, as they came.
    #[must_use]
    pub fn forms(&self) -> Vec<String> {
        self.state().forms.clone()
    }

    /// How many it received.
    #[must_use]
    pub fn count(&self) -> usize {
        self.state().forms.len()
    }

    /// Waits until it has received so many.
    ///
    /// # Panics
    /// Never: the sender lives as long as the provider.
    pub async fn received(&self, count: usize) {
        let mut received = self.received.subscribe();
        received.wait_for(|received| *received >= count).await.expect("the provider is there");
    }

    /// Answers the next request that has no scripted answer yet with this.
    pub fn answer_next(&self, status: u16, retry_after: Option<u64>, body: &str) {
        self.state().scripted.push_back(ProviderAnswer { status, retry_after, body: body.to_owned() });
    }

    /// Holds answers back until the guard is dropped; requests are counted meanwhile.
    ///
    /// # Panics
    /// When an answer is being given.
    #[must_use]
    pub fn hold(&self) -> Held {
        Held(Arc::clone(&self.gate).try_write_owned().expect("no answer is being given"))
    }

    /// Answers a form that was sent to `url`.
    pub async fn answer(&self, url: &str, _authorization: Option<&str>, form: &str) -> ProviderAnswer {
        let count = {
            let mut state = self.state();
            state.forms.push(form.to_owned());
            state.forms.len()
        };
        self.received.send_replace(count);
        let _open = self.gate.read().await;
        let mut state = self.state();
        if let Some(scripted) = state.scripted.pop_front() {
            return scripted;
        }
        state.grants.answer(url, form)
    }

    /// Plays an owner who opens `url` in the browser, signs in as `mailbox` and consents. Gives what the browser brings
    /// back.
    ///
    /// # Panics
    /// When the address is no request for a code with PKCE.
    #[must_use]
    pub fn consent(&self, url: &str, mailbox: &str) -> Callback {
        self.state().grants.consent(url, mailbox)
    }

    /// Plays an owner who enters the code of a device, signed in as `mailbox`.
    pub fn consent_for_the_device(&self, mailbox: &str) {
        self.state().grants.consented_device = Some(mailbox.to_owned());
    }

    /// Ends every refresh token.
    pub fn end_all(&self) {
        self.state().grants.refresh_token = None;
    }

    /// The refresh token that is good, if any.
    #[must_use]
    pub fn refresh_token(&self) -> Option<String> {
        self.state().grants.refresh_token.clone()
    }

    /// From now on answers with no identity token.
    pub fn say_nothing_of_the_mailbox(&self) {
        self.state().grants.silent = true;
    }

    /// From now on says whose mailbox it is at the userinfo endpoint only, where it speaks of `subject`; the identity
    /// tokens are of `1`.
    pub fn say_the_mailbox_elsewhere(&self, subject: &'static str) {
        let mut state = self.state();
        (state.grants.terse, state.grants.subject) = (true, subject);
    }

    /// From now on says that refresh tokens live so many seconds.
    pub fn limit_refresh_tokens(&self, seconds: u64) {
        self.state().grants.refresh_token_life = Some(seconds);
    }
}

#[async_trait]
impl TokenEndpoint for FakeProvider {
    async fn post(&self, request: EndpointRequest<'_>) -> Result<EndpointAnswer, EndpointProblem> {
        let authorization = request.authorization.as_deref().map(String::as_str);
        let answer = self.answer(request.url.as_str(), authorization, &request.form).await;
        let body = Zeroizing::new(answer.body.into_bytes());
        let retry_after = answer.retry_after.map(Duration::from_secs);
        Ok(EndpointAnswer { status: answer.status, retry_after, body })
    }
}

//! What is known of one request, and the cookies that its answer is to set.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::FromRequestParts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::request::Parts;
use http::{HeaderValue, Request, header};
use postern_domain::random;

use super::client_address::{PeerAddress, client_address};
use crate::PortalConfig;
use crate::problem::Problem;

/// Characters of a browser's name that are kept.
const USER_AGENT_CHARACTERS: usize = 256;

/// What is known of one request.
#[derive(Clone)]
pub(crate) struct Visit {
    /// The nonce of the answer's content security policy.
    pub(crate) nonce: Arc<str>,
    /// The browser's address.
    pub(crate) address: IpAddr,
    /// The browser.
    pub(crate) user_agent: Arc<str>,
    cookies: Arc<Mutex<Vec<HeaderValue>>>,
}

impl Visit {
    pub(crate) fn of<B>(request: &Request<B>, config: &PortalConfig) -> Self {
        let peer = request.extensions().get::<PeerAddress>().copied();
        let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let agent: String = agent.unwrap_or_default().chars().take(USER_AGENT_CHARACTERS).collect();
        Self {
            nonce: URL_SAFE_NO_PAD.encode(random::bytes::<16>(&*config.random)).into(),
            address: client_address(peer, request.headers(), &config.trusted_proxies),
            user_agent: agent.into(),
            cookies: Arc::default(),
        }
    }

    /// Has the answer set a cookie, whichever answer it turns out to be: a rotated token must never be lost.
    pub(crate) fn set_cookie(&self, cookie: HeaderValue) {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner).push(cookie);
    }

    pub(super) fn take_cookies(&self) -> Vec<HeaderValue> {
        std::mem::take(&mut self.cookies.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or(Problem::Defect)
    }
}

//! A sign-in at an outside identity provider that is under way, as the request itself carries it there and back in `state`.
//!
//! Anybody may begin one, so that nothing is stored of it: it is sealed and bound to the browser's cookie, and a row is
//! written only when the provider has vouched for somebody, so that its answer counts once. To link and to confirm, which take
//! a session, rows are kept.

use postern_domain::Timestamp;
use postern_storage::{OutsidePurpose, OutsideRequest};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use super::begin::PATIENCE;
use super::{OutsideBrowser, OutsideError};
use crate::Service;

/// What `state` holds. The verifier in it is wiped on drop.
#[derive(Serialize, Deserialize)]
pub(super) struct Carried {
    pub(super) provider: String,
    pub(super) verifier: String,
    pub(super) next: String,
    /// In milliseconds.
    pub(super) asked_at: i64,
}

impl Drop for Carried {
    fn drop(&mut self) {
        self.verifier.zeroize();
    }
}

/// What it is bound to: nobody has another's browser finish it.
fn bound_to(browser: &OutsideBrowser<'_>) -> Vec<u8> {
    [b"postern outside sign-in".as_slice(), &browser.hash().0].concat()
}

impl Carried {
    /// As `state`.
    pub(super) fn sealed(&self, service: &Service, browser: &OutsideBrowser<'_>) -> Option<String> {
        let plain = Zeroizing::new(serde_json::to_vec(self).ok()?);
        Some(service.keys().seal_text(&plain, &bound_to(browser), service.random()))
    }

    /// The request that `state` is, when this browser began it, as a stored one would come back. It may be too late.
    pub(super) fn request(
        service: &Service,
        browser: &OutsideBrowser<'_>,
        state: &str,
    ) -> Option<OutsideRequest> {
        let (plain, state) = service.keys().open_text(state, &bound_to(browser))?;
        let carried: Self = serde_json::from_slice(&plain).ok()?;
        let asked_at = Timestamp::from_millis(carried.asked_at);
        Some(OutsideRequest {
            browser: browser.hash(),
            purpose: OutsidePurpose::SignIn,
            verifier: service.seal_outside_verifier(&state, &carried.provider, &carried.verifier),
            provider: carried.provider.clone(),
            next: carried.next.clone(),
            asked_at,
            expires_at: asked_at.plus(PATIENCE),
            state,
        })
    }
}

impl Service {
    /// Uses the answer to a request up that is not stored.
    ///
    /// # Errors
    /// [`OutsideError::UnknownRequest`] when it was used up before.
    pub(super) async fn use_up(&self, request: &OutsideRequest) -> Result<(), OutsideError> {
        let mut transaction = self.parts.store.begin().await?;
        transaction.delete_stale_ceremonies(self.now()).await?;
        if !transaction.use_up(&request.state, request.expires_at).await? {
            return Err(OutsideError::UnknownRequest);
        }
        Ok(transaction.commit().await?)
    }

    /// Whether an answer may still be used up. Nothing is written.
    pub(super) async fn may_be_used(&self, request: &OutsideRequest) -> Result<bool, OutsideError> {
        let mut transaction = self.parts.store.begin().await?;
        Ok(transaction.use_up(&request.state, request.expires_at).await?)
    }
}

//! The upstream refused an access token.

use std::time::Duration;

use super::upstream_token::subject;
use crate::Service;
use crate::door::DoorSession;

/// A token that was obtained so recently is fresh: another one would be refused as well, and asking for one with each
/// sign-in would only hammer the provider.
const FRESH: Duration = Duration::from_secs(60);

impl Service {
    /// Notes that the upstream refused the token that [`Service::upstream_token`] gave for this session. An old one is
    /// given up, so that the next session gets another; where a fresh one was refused, the matter is another.
    pub async fn upstream_token_refused(&self, provider: &str, session: &DoorSession) {
        let Some(found) = self.provider(provider) else { return };
        let Ok(subject) = subject(found, session) else { return };
        let now = self.now();
        let slot = self.upstreams.slots.of(&found.name, &subject, now);
        let fresh = slot.good(now).is_some_and(|token| now.since(token.obtained_at) < FRESH);
        if fresh {
            let mailbox = session.mailbox().as_str();
            tracing::error!(provider, mailbox, "the upstream refuses access tokens for this mailbox");
        } else {
            slot.clear();
        }
    }
}

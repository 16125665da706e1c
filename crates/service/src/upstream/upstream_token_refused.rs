//! The upstream refused an access token.

use std::time::Duration;

use postern_domain::actor::Actor;
use postern_domain::audit::Operation;
use postern_domain::id::AccountId;

use super::slot::Subject;
use super::upstream_token::subject;
use crate::audit::Record;
use crate::door::DoorSession;
use crate::{Failure, Service};

/// A token that was obtained so recently is fresh: another one would be refused as well, and asking for one with each
/// sign-in would only hammer the provider.
const FRESH: Duration = Duration::from_secs(60);

/// How often an owner is told the same.
const TELL_EVERY: Duration = Duration::from_secs(24 * 3600);

impl Service {
    /// Notes that the upstream refused the token that [`Service::upstream_token`] gave for this session. An old one is
    /// given up, so that the next session gets another. Where a fresh one was refused the matter is another (the mailbox
    /// is not licensed, the protocol is switched off there), and its owner is told.
    pub async fn upstream_token_refused(&self, provider: &str, session: &DoorSession) {
        let Some(found) = self.provider(provider) else { return };
        let Ok(subject) = subject(found, session) else { return };
        let now = self.now();
        let slot = self.upstreams.slots.of(&found.name, &subject, now);
        let fresh = slot.good(now).is_some_and(|token| now.since(token.obtained_at) < FRESH);
        if !fresh {
            slot.clear();
            return;
        }
        let mailbox = session.mailbox().as_str();
        tracing::error!(provider, mailbox, "the upstream refuses fresh access tokens for this mailbox");
        if let Subject::Account(account) = subject
            && let Err(error) = self.note_refusal(account, provider).await
        {
            tracing::warn!(%error, "it could not be noted that the upstream refuses access tokens");
        }
    }

    async fn note_refusal(&self, account: AccountId, provider: &str) -> Result<(), Failure> {
        let mut transaction = self.parts.store.begin().await?;
        let Some(mut record) = transaction.consent(account, provider).await? else { return Ok(()) };
        let now = self.now();
        let told = record.consent.refused_at.is_some_and(|at| now.since(at) < TELL_EVERY);
        if told {
            return Ok(());
        }
        record.consent.refused_at = Some(now);
        transaction.put_consent(&record).await?;
        let audited = Record::of(Operation::RefuseUpstreamToken)
            .account(account)
            .detail("provider", provider)
            .by(Actor::System, now);
        transaction.append_audit_records(vec![audited]).await?;
        Ok(transaction.commit().await?)
    }
}

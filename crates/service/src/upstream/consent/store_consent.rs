//! Store a consent that was given, with its first tokens.

use postern_domain::Timestamp;
use postern_domain::account::Permission;
use postern_domain::audit::Operation;
use postern_domain::consent::{Consent, ConsentState};
use postern_domain::id::AccountId;
use postern_storage::{Change, ChangeKind, ConsentRecord};

use super::ConsentError;
use crate::account::record_of;
use crate::authorise::Asker;
use crate::notice::{MailboxTidings, tell};
use crate::upstream::Provider;
use crate::upstream::answer::Issued;
use crate::{By, Service};

/// A consent and what was issued by it.
pub(super) struct NewConsent<'p> {
    pub(super) provider: &'p Provider,
    pub(super) account: AccountId,
    /// Who answered.
    pub(super) mailbox: Option<String>,
    pub(super) issued: Issued,
    /// When the provider was asked.
    pub(super) asked_at: Timestamp,
}

impl Service {
    /// The access token is not kept: the next session gets one by the refresh token, which shows that it works.
    pub(super) async fn store_consent(&self, by: By<'_>, new: NewConsent<'_>) -> Result<(), ConsentError> {
        let token = new.issued.refresh_token.as_ref().ok_or(ConsentError::NoRefreshToken)?;
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let account = transaction.account(new.account).await?.ok_or(ConsentError::NotAllowed)?;
        // The session or the token may have ended while the provider was asked.
        if !asker.is(account.id) && !asker.is_operator() {
            if !asker.may_for(Permission::ManageAccounts, &account) {
                return Err(ConsentError::NotAllowed);
            }
            // Where the provider does not say who answered, only the operator and the owner themselves are believed.
            if new.mailbox.is_none() {
                return Err(ConsentError::UnknownMailbox);
            }
        }
        let name = &new.provider.name;
        let before = transaction.consent(account.id, name).await?;
        let generation = before.as_ref().map_or(1, |before| before.generation + 1);
        let sealed = self.seal_refresh_token(account.id, new.provider, generation, token);
        let record = ConsentRecord {
            consent: Consent {
                account: account.id,
                provider: name.clone(),
                mailbox: new.mailbox.clone(),
                connected_at: now,
                refreshed_at: now,
                used_at: None,
                access_until: new.asked_at.plus(new.issued.life),
                expires_at: new.issued.refresh_token_life.map(|life| new.asked_at.plus(life)),
                refused_at: None,
                state: ConsentState::Connected { problem: None },
            },
            generation,
            refresh_token: Some(sealed),
        };
        transaction.put_consent(&record).await?;
        let audited = record_of(Operation::ConnectMailbox, &account)
            .detail("provider", name)
            .detail("mailbox", new.mailbox.as_deref().unwrap_or("the provider did not say"))
            .detail("before", if before.is_some() { "connected" } else { "not connected" })
            .by(by.actor(), now);
        transaction.append_audit_records(vec![audited]).await?;
        let notice = MailboxTidings::Connected { at: name.clone(), mailbox: new.mailbox, done: by.into() };
        tell(&mut *transaction, &account, notice, now).await?;
        transaction.announce(Change::new(ChangeKind::Account(account.id))).await?;
        transaction.commit().await?;
        // What was issued by the consent before is not to be used any more; the other nodes hear of it.
        self.upstreams.slots.forget_account(account.id);
        Ok(())
    }
}

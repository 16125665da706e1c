//! Start a portal session for somebody whom an outside identity provider vouches for.

use postern_domain::account::Account;
use postern_domain::actor::Actor;
use postern_domain::audit::{NewAuditRecord, Operation};
use postern_domain::mfa::Factors;
use postern_domain::sign_in::{CredentialUsed, RefusalReason};
use postern_storage::PortalSession;

use super::account_for::Found;
use super::{IdentityProvider, OutsideBrowser, OutsideError, VerifiedIdentity};
use crate::Service;
use crate::account::record_of;
use crate::audit::Record;
use crate::portal::{NewSession, SessionToken, Standing, StartedPortalSession, actor};

impl Service {
    /// A full session where the provider's word counts as a second factor; otherwise one that waits for ours. The session
    /// that the browser had before (`replaces`) ends.
    ///
    /// # Errors
    /// [`OutsideError`].
    pub async fn start_outside_session(
        &self,
        identity: VerifiedIdentity,
        browser: &OutsideBrowser<'_>,
        replaces: Option<&SessionToken>,
    ) -> Result<StartedPortalSession, OutsideError> {
        let (_, provider) = self.outside.find(&identity.provider).ok_or(OutsideError::NoSuchProvider)?;
        let mut transaction = self.parts.store.begin().await?;
        let (account, link) = match self.account_of_identity(&mut *transaction, provider, &identity).await? {
            Found::Account(account, link) => (account, link),
            Found::MayNot(account) => {
                drop(transaction);
                return Err(self.not_let_in(provider, &identity, Some(&account), browser).await?);
            }
            Found::Nobody => {
                drop(transaction);
                return Err(self.not_let_in(provider, &identity, None, browser).await?);
            }
        };
        transaction.note_outside_identity_used(link, self.now()).await?;
        let vouched = self.vouched(provider, link, &identity);
        let new = NewSession {
            account: *account,
            factors: Factors { outside: Some(identity.provider.clone()), ..Factors::default() },
            second_factor_at: identity.second_factor_at,
            replaces,
            address: browser.address,
            user_agent: browser.user_agent,
            vouched: Some(vouched),
        };
        let started = self.open_session(&mut *transaction, new).await?;
        // Where our second factor is to come, the sign-in ends with that, which is recorded and told then. Where theirs
        // counts it ends here, also when a method must be registered now.
        let is_in = matches!(started.standing, Standing::Full(_)) || identity.second_factor_at.is_some();
        if is_in {
            let (session, account) = started.standing.parts();
            let record = self.outside_sign_in_record(session, account, &identity);
            transaction.append_audit_records(vec![record]).await?;
            self.tell_of_sign_in(&mut *transaction, session, account, self.now()).await?;
        }
        transaction.commit().await?;
        if let Standing::Full(full) = &started.standing {
            let used = CredentialUsed::OutsideIdentity;
            self.record_acceptance(self.outside_origin(browser), full.account.id, used);
        }
        Ok(started)
    }

    fn outside_sign_in_record(
        &self,
        session: &PortalSession,
        account: &Account,
        identity: &VerifiedIdentity,
    ) -> NewAuditRecord {
        record_of(Operation::SignInToPortal, account)
            .detail("factors", &session.factors)
            .detail("issuer", &identity.issuer)
            .detail("subject", &identity.subject)
            .detail("said", &identity.said)
            .detail(
                "second factor",
                if identity.second_factor_at.is_some() { "theirs counts" } else { "none is asked for" },
            )
            .detail("address", session.address)
            .detail("session", session.id)
            .by(actor(account), self.now())
    }

    /// Records that somebody whom a provider vouches for was not let in, and says why.
    async fn not_let_in(
        &self,
        provider: &IdentityProvider,
        identity: &VerifiedIdentity,
        account: Option<&Account>,
        browser: &OutsideBrowser<'_>,
    ) -> Result<OutsideError, OutsideError> {
        let reason = match account {
            Some(_) => RefusalReason::AccountBlocked,
            None => RefusalReason::UnknownOutsideIdentity,
        };
        let origin = self.outside_origin(browser);
        let of = account.map(|account| account.id);
        let reference = self.record_refusal(origin, of, CredentialUsed::OutsideIdentity, reason);
        let record = account.map_or_else(
            || Record::of(Operation::RefuseOutsideIdentity),
            |account| record_of(Operation::RefuseOutsideIdentity, account),
        );
        let record = record
            .detail("provider", &identity.provider)
            .detail("issuer", &identity.issuer)
            .detail("subject", &identity.subject)
            .detail("called", &identity.label)
            .detail("reason", reason.name())
            .detail("reference", reference)
            .by(Actor::System, self.now());
        let mut transaction = self.parts.store.begin().await?;
        transaction.append_audit_records(vec![record]).await?;
        transaction.commit().await?;
        let who = identity.label.clone();
        Ok(match account {
            Some(_) => OutsideError::Blocked { who, reference },
            None => OutsideError::NotLinked { provider: provider.label.clone(), who, reference },
        })
    }
}

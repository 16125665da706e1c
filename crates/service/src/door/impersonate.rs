//! Act for another mailbox, after sign-in: Exchange Web Services name it in each request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::id::DoorSessionId;
use postern_domain::sign_in::{CredentialUsed, Place, RefusalReason};

use super::at_work::AT_WORK;
use super::decide::Context;
use super::judge_session::Evidence;
use super::mailbox::Wanted;
use super::{DoorSession, Ending, Judgement, Refusal};
use crate::event::Origin;
use crate::recent::Recent;
use crate::{Failure, Service};

/// How a request names the mailbox that it acts for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImpersonationTarget {
    /// One of its addresses (`PrimarySmtpAddress`, `SmtpAddress`).
    Address(String),
    /// Its user principal name, which is compared like an address.
    PrincipalName(String),
    /// Its security identifier.
    Sid(String),
}

/// The answer to a request that acts for a mailbox.
#[derive(Debug)]
pub enum Impersonation {
    /// It may: the session, with that mailbox as [`DoorSession::mailbox`].
    Granted(Arc<DoorSession>),
    /// It may not. To be told with the same words whatever the reason.
    Denied(Refusal),
}

/// Most impersonations that are remembered, at some hundred octets each. Those beyond are recorded with each request.
const MOST: usize = 65_536;

/// A session and the mailbox that it asked for; none for one that there cannot be.
type Request = (DoorSessionId, Option<AccountName>);

/// What was answered lately, so that it is recorded once: none for what was granted.
pub(crate) struct Impersonations(Mutex<Recent<Request, Option<(RefusalReason, Refusal)>>>);

impl Default for Impersonations {
    fn default() -> Self {
        Self(Mutex::new(Recent::new(AT_WORK, MOST)))
    }
}

impl Impersonations {
    fn recent(&self) -> MutexGuard<'_, Recent<Request, Option<(RefusalReason, Refusal)>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service {
    /// Asks the rules, with what the database holds now, whether a session may act for a mailbox, and records it: once,
    /// for as long as the session goes on asking within 5 minutes and the answer stays the same. One's own mailbox is no
    /// impersonation.
    ///
    /// # Errors
    /// [`Failure`]: ours, to be told as temporary.
    pub async fn impersonate(
        &self,
        session: &Arc<DoorSession>,
        target: &ImpersonationTarget,
    ) -> Result<Impersonation, Failure> {
        let now = self.now();
        let mut snapshot = self.parts.store.snapshot().await?;
        let wanted = Wanted::target(target, &session.account, &mut *snapshot).await?;
        let is_nowhere = matches!(wanted, Wanted::Nowhere);
        let other = wanted.into_acting_for();
        let name = other.as_ref().map(|other| other.name.clone());
        let asked = if other.is_none() && session.acting_for.is_none() {
            Arc::clone(session)
        } else {
            Arc::new(session.for_mailbox(other))
        };
        let evidence = Evidence::read(&[&asked], &mut *snapshot, now).await?;
        drop(snapshot);
        let reason = match evidence.judge(&asked) {
            Judgement::GoesOn if is_nowhere => RefusalReason::ImpersonationNotGranted,
            Judgement::GoesOn => {
                self.note_impersonation(&asked, now);
                return Ok(Impersonation::Granted(asked));
            }
            Judgement::Ends(Ending::Refused(reason)) => reason,
            // The session is over, whatever the rules say of the mailbox.
            Judgement::Ends(Ending::SignedOut | Ending::EndedAlone) => RefusalReason::ImpersonationNotGranted,
        };
        Ok(Impersonation::Denied(self.deny(session, name, reason, now)))
    }

    /// Records that a session acts for another mailbox, unless that was done lately.
    fn note_impersonation(&self, session: &DoorSession, now: Timestamp) {
        let Some(other) = &session.acting_for else { return };
        let request = (session.id, Some(other.name.clone()));
        let mut recent = self.impersonations.recent();
        if matches!(recent.get(&request, now), Some(None)) {
            return;
        }
        recent.put(request, None, now);
        drop(recent);
        let origin = Origin {
            place: Place::Door(session.door),
            address: session.address,
            client: session.client.clone(),
            at: now,
            acting_for: Some(other.name.clone()),
        };
        let used = CredentialUsed::of(session.app_password.as_ref().map(|its| its.id));
        self.record_impersonation(origin, session.account.id, used);
    }

    fn deny(
        &self,
        session: &DoorSession,
        target: Option<AccountName>,
        reason: RefusalReason,
        now: Timestamp,
    ) -> Refusal {
        let request = (session.id, target.clone());
        let mut recent = self.impersonations.recent();
        match recent.get(&request, now) {
            Some(Some((known, refusal))) if *known == reason => return refusal.clone(),
            _ => {}
        }
        let context = Context {
            door: session.door,
            authorization_id: None,
            address: session.address,
            client: session.client.clone(),
            now,
        };
        let used = CredentialUsed::of(session.app_password.as_ref().map(|its| its.id));
        let refusal = self.refuse(context, Some(session.account.id), used, target, reason);
        recent.put(request, Some((reason, refusal.clone())), now);
        refusal
    }
}

//! Act for another mailbox, after sign-in: Exchange Web Services name it in each request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::id::DoorSessionId;
use postern_domain::sign_in::{CredentialUsed, Place, RefusalReason};
use postern_storage::ChangeKind;

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

/// What a request was answered.
enum Answer {
    /// It acts within this session, which is its own since then.
    Granted {
        session: DoorSessionId,
        since: Timestamp,
    },
    Denied(RefusalReason, Refusal),
}

/// What was answered lately, so that it is recorded once, and the session of a program at a mailbox stays the same.
pub(crate) struct Impersonations(Mutex<Recent<Request, Answer>>);

impl Default for Impersonations {
    fn default() -> Self {
        Self(Mutex::new(Recent::new(AT_WORK, MOST)))
    }
}

impl Impersonations {
    fn recent(&self) -> MutexGuard<'_, Recent<Request, Answer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What acts in a session that has ended acts in another one with its next request.
    pub(crate) fn heed(&self, change: ChangeKind) {
        self.recent().forget(|(of, _), answer| match (change, answer) {
            (ChangeKind::EndDoorSession(ended), Answer::Granted { session, .. }) => {
                *session == ended || *of == ended
            }
            (ChangeKind::Resync, Answer::Granted { .. }) => true,
            _ => false,
        });
    }
}

impl Service {
    /// Asks the rules, with what the database holds now, whether a session may act for a mailbox, and records it: once,
    /// for as long as the session goes on asking within 5 minutes and the answer stays the same. What acts for another's
    /// mailbox is a session of its own for so long, which is listed, judged and ended as every other; it ends with the
    /// one that asked, too. One's own mailbox is no impersonation.
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
        let mut asked = session.for_mailbox(other);
        let evidence = Evidence::read(&[&asked], &mut *snapshot, now).await?;
        drop(snapshot);
        let reason = match evidence.judge(&asked) {
            Judgement::GoesOn if is_nowhere => RefusalReason::ImpersonationNotGranted,
            Judgement::GoesOn => {
                self.note_impersonation(&mut asked, now);
                return Ok(Impersonation::Granted(Arc::new(asked)));
            }
            Judgement::Ends(Ending::Refused(reason)) => reason,
            // The session is over, whatever the rules say of the mailbox.
            Judgement::Ends(Ending::SignedOut | Ending::EndedAlone) => RefusalReason::ImpersonationNotGranted,
        };
        Ok(Impersonation::Denied(self.deny(session, name, reason, now)))
    }

    /// Gives what acts for another mailbox the session that it has, or a new one, which is recorded.
    fn note_impersonation(&self, asked: &mut DoorSession, now: Timestamp) {
        let Some(other) = &asked.acting_for else { return };
        let request = (asked.id, Some(other.name.clone()));
        let mut recent = self.impersonations.recent();
        if let Some(Answer::Granted { session, since }) = recent.get(&request, now) {
            (asked.id, asked.started_at) = (*session, *since);
            return;
        }
        let session = DoorSessionId::generate(&*self.parts.clock, self.random());
        recent.put(request, Answer::Granted { session, since: now }, now);
        drop(recent);
        (asked.id, asked.started_at) = (session, now);
        let origin = Origin {
            place: Place::Door(asked.door),
            address: asked.address,
            client: asked.client.clone(),
            at: now,
            acting_for: Some(other.name.clone()),
        };
        let used = CredentialUsed::of(asked.app_password.as_ref().map(|its| its.id));
        self.record_impersonation(origin, asked.account.id, used);
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
            Some(Answer::Denied(known, refusal)) if *known == reason => return refusal.clone(),
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
        recent.put(request, Answer::Denied(reason, refusal.clone()), now);
        refusal
    }
}

//! What a program is told that may not come in.

use std::time::Duration;

use postern_domain::account::AccountName;
use postern_domain::id::AccountId;
use postern_domain::sign_in::{CredentialUsed, Place, RefusalReason, RefusalReference};

use super::decide::Context;
use super::{DoorSession, Refusal};
use crate::Service;
use crate::event::Origin;

/// Whether nothing but a new secret helps. A narrowed scope or a block can be taken back.
fn has_ended_the_secret(reason: RefusalReason) -> bool {
    use RefusalReason::{Expired, IdleExpired, Revoked, RotatedAway};
    matches!(reason, Revoked | Expired | IdleExpired | RotatedAway)
}

impl Service {
    /// Records a refusal, and says it in the words that are the same for every cause.
    pub(super) fn refuse(
        &self,
        context: Context,
        account: Option<AccountId>,
        used: CredentialUsed,
        acting_for: Option<AccountName>,
        reason: RefusalReason,
    ) -> Refusal {
        let origin = Origin {
            place: Place::Door(context.door),
            address: context.address,
            client: context.client,
            at: context.now,
            acting_for,
        };
        let reference = self.record_refusal(origin, account, used, reason);
        let portal = self.portal_url();
        let text = format!(
            "Sign-in refused. Accounts with MFA need an app password: {portal}/security-info (ref {reference})"
        );
        Refusal { reference, text, secret_has_ended: has_ended_the_secret(reason), retry_after: None }
    }

    /// Records that a program whose secret was right found its mailbox not connected, which the mailbox's owner can mend, and
    /// gives the reference under which they read so.
    #[must_use]
    pub fn refuse_without_mailbox(&self, session: &DoorSession) -> RefusalReference {
        let origin = Origin {
            place: Place::Door(session.door),
            address: session.address,
            client: session.client.clone(),
            at: self.now(),
            acting_for: session.acting_for.as_ref().map(|other| other.name.clone()),
        };
        let used = session.app_password().map_or(CredentialUsed::AccountPassword, |app_password| {
            CredentialUsed::AppPassword(app_password.id)
        });
        self.record_refusal(origin, Some(session.account.id), used, RefusalReason::MailboxNotConnected)
    }

    /// The words for a limit: its secret was right, so they may be plain.
    pub(super) fn for_now(&self, refusal: &Refusal, retry_after: Option<Duration>) -> Refusal {
        let (portal, reference) = (self.portal_url(), refusal.reference);
        let text = format!(
            "A limit of this app password is reached, try again later: {portal}/security-info (ref {reference})"
        );
        Refusal { reference, text, secret_has_ended: refusal.secret_has_ended, retry_after }
    }
}

//! Act for another mailbox, after sign-in: Exchange Web Services name it in each request.

use std::sync::Arc;

use postern_domain::account::AccountName;
use postern_domain::sign_in::{CredentialUsed, RefusalReason};

use super::decide::Context;
use super::{DoorSession, Refusal};
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

impl Service {
    /// Asks the rules, with what the database holds now, whether a session may act for a mailbox, and records it. One's
    /// own mailbox is no impersonation.
    ///
    /// # Errors
    /// [`Failure`]: ours, to be told as temporary.
    #[expect(clippy::unused_async, reason = "the grants that it reads come next")]
    pub async fn impersonate(
        &self,
        session: &Arc<DoorSession>,
        target: &ImpersonationTarget,
    ) -> Result<Impersonation, Failure> {
        let named = match target {
            ImpersonationTarget::Address(name) | ImpersonationTarget::PrincipalName(name) => {
                name.parse::<AccountName>().ok()
            }
            ImpersonationTarget::Sid(_) => None,
        };
        if named.is_some_and(|name| session.account.has_address(&name)) {
            return Ok(Impersonation::Granted(Arc::clone(session)));
        }
        let context = Context {
            door: session.door,
            authorization_id: None,
            address: session.address,
            client: session.client.clone(),
            now: self.now(),
        };
        let used = session
            .app_password
            .as_ref()
            .map_or(CredentialUsed::AccountPassword, |its| CredentialUsed::AppPassword(its.id));
        let reason = RefusalReason::ImpersonationNotGranted;
        Ok(Impersonation::Denied(self.refuse(context, Some(session.account.id), used, reason)))
    }
}

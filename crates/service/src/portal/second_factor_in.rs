//! What follows a right second factor, whichever it was: the session's token is rotated and the session is in.

use postern_domain::Timestamp;
use postern_domain::account::Account;
use postern_domain::audit::{NewAuditRecord, Operation};
use postern_domain::mfa::recovery_code::RecoveryCode;
use postern_domain::sign_in::{CredentialUsed, Place};
use postern_storage::{PortalSession, StorageError, Transaction};

use super::{FullSession, SessionToken};
use crate::Service;
use crate::account::record_of;
use crate::event::{Origin, client_name};

/// A session whose second factor was right, in a transaction that is still open.
pub(super) struct GotIn {
    pub(super) token: SessionToken,
    pub(super) session: FullSession,
    /// It had no second factor before: the sign-in ends here, and this is no step-up.
    signed_in: bool,
}

impl Service {
    /// Writes the session as one with a second factor, under a new token. `None` when it was ended meanwhile.
    pub(super) async fn let_in(
        &self,
        transaction: &mut (dyn Transaction + '_),
        mut session: PortalSession,
        account: Account,
        now: Timestamp,
    ) -> Result<Option<GotIn>, StorageError> {
        let signed_in = session.second_factor_at.is_none();
        let token = SessionToken::generate(self.random());
        session.token = token.hash();
        session.second_factor_at = Some(now);
        session.seen_at = now;
        let written = transaction.update_portal_session(&session).await?;
        Ok(written.then(|| GotIn { token, session: FullSession { session, account }, signed_in }))
    }

    /// What is done once the transaction is committed.
    pub(super) fn note_got_in(&self, got_in: GotIn) -> (SessionToken, FullSession) {
        let GotIn { token, session, signed_in } = got_in;
        let (name, address, now) = (&session.account.name, session.session.address, self.now());
        self.second_factors().right(name, address, now);
        self.account_passwords().right(name, address, now);
        if signed_in {
            let origin = self.of_session(&session.session);
            self.record_acceptance(origin, session.account.id, CredentialUsed::AccountPassword);
        }
        (token, session)
    }

    /// Where a portal session is from, for an event.
    pub(super) fn of_session(&self, session: &PortalSession) -> Origin {
        Origin {
            place: Place::Portal,
            address: session.address,
            client: client_name(&session.user_agent),
            at: self.now(),
            acting_for: None,
        }
    }

    /// Puts a new set of recovery codes in the place of the old, with its audit record.
    pub(super) async fn replace_recovery_codes(
        &self,
        transaction: &mut (dyn Transaction + '_),
        account: &Account,
    ) -> Result<Vec<RecoveryCode>, StorageError> {
        let codes: Vec<_> = (0..RecoveryCode::COUNT).map(|_| RecoveryCode::generate(self.random())).collect();
        let hashes: Vec<_> =
            codes.iter().map(|code| self.keys().new_recovery_code_hash(account.id, code)).collect();
        transaction.replace_recovery_codes(account.id, &hashes).await?;
        let record = self.own_record(Operation::MakeRecoveryCodes, account);
        transaction.append_audit_records(vec![record]).await?;
        Ok(codes)
    }

    /// The audit record of a deed on one's own account.
    pub(super) fn own_record(&self, operation: Operation, account: &Account) -> NewAuditRecord {
        record_of(operation, account).by(actor(account), self.now())
    }
}

/// The owner of an account, as the audit names them.
pub(super) fn actor(account: &Account) -> postern_domain::actor::Actor {
    postern_domain::actor::Actor::Account { id: account.id, name: account.name.clone() }
}

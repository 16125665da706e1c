//! What follows a right second factor, whichever it was: the session's token is rotated and the session is in.

use postern_domain::Timestamp;
use postern_domain::account::Account;
use postern_domain::audit::{NewAuditRecord, Operation};
use postern_domain::mfa::Factors;
use postern_domain::mfa::recovery_code::RecoveryCode;
use postern_domain::sign_in::{CredentialUsed, Place};
use postern_storage::{PortalSession, StorageError, Transaction};

use super::SessionToken;
use crate::Service;
use crate::account::record_of;
use crate::event::{Origin, client_name};
use crate::notice::{Doer, OrganizationTidings};

/// What somebody gave as a second factor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Given {
    /// A code, of whichever kind.
    Code,
    /// A passkey's signature.
    Passkey,
}

/// A session whose second factor was right, in a transaction that is still open.
pub(super) struct GotIn {
    token: SessionToken,
    session: PortalSession,
    account: Account,
    /// It had no second factor before: the sign-in ends here, and this is no step-up.
    signed_in: bool,
}

impl Service {
    /// Writes the session as one with a second factor, under a new token, with an audit record where a sign-in ends by it.
    /// `None` when it was ended meanwhile.
    pub(super) async fn let_in(
        &self,
        transaction: &mut (dyn Transaction + '_),
        mut session: PortalSession,
        account: Account,
        given: Given,
        now: Timestamp,
    ) -> Result<Option<GotIn>, StorageError> {
        // Who was spared the second factor at sign-in was in already.
        let spared = session.factors.remembered || session.factors.trusted_network;
        let signed_in = session.second_factor_at.is_none() && !spared;
        let token = SessionToken::generate(self.random());
        session.token = token.hash();
        session.second_factor_at = Some(now);
        session.seen_at = now;
        match given {
            Given::Code => session.factors.code = true,
            Given::Passkey => session.factors.passkey = true,
        }
        if !transaction.update_portal_session(&session).await? {
            return Ok(None);
        }
        if signed_in {
            let record = self.sign_in_record(&session, &account);
            transaction.append_audit_records(vec![record]).await?;
            self.tell_of_sign_in(transaction, &session, &account, now).await?;
        }
        Ok(Some(GotIn { token, session, account, signed_in }))
    }

    /// Tells the administrators that somebody with a role has signed in.
    pub(crate) async fn tell_of_sign_in(
        &self,
        transaction: &mut (dyn Transaction + '_),
        session: &PortalSession,
        account: &Account,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        if !account.role.is_privileged() {
            return Ok(());
        }
        let done = Doer::in_portal(session, account);
        let notice = OrganizationTidings::AdministratorSignedIn { role: account.role, done };
        self.tell_administrators(transaction, Some(account), notice, now).await
    }

    /// The audit record of a sign-in to the portal.
    pub(crate) fn sign_in_record(&self, session: &PortalSession, account: &Account) -> NewAuditRecord {
        record_of(Operation::SignInToPortal, account)
            .detail("factors", &session.factors)
            .detail_if("outside identity", session.vouched.as_ref().map(|vouched| vouched.identity))
            .detail("address", session.address)
            .detail("session", session.id)
            .by(actor(account), self.now())
    }

    /// What is done once the transaction is committed.
    pub(super) fn note_got_in(&self, got_in: GotIn) -> (SessionToken, PortalSession, Account) {
        let GotIn { token, session, account, signed_in } = got_in;
        let (name, address, now) = (&account.name, session.address, self.now());
        self.second_factors().right(name, address, now);
        self.account_passwords().right(name, address, now);
        if signed_in {
            let used = credential_of(&session.factors);
            self.record_acceptance(self.of_session(&session), account.id, used);
        }
        (token, session, account)
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

/// What a session was begun with.
pub(super) const fn credential_of(factors: &Factors) -> CredentialUsed {
    match factors {
        Factors { password: true, .. } => CredentialUsed::AccountPassword,
        Factors { outside: Some(_), .. } => CredentialUsed::OutsideIdentity,
        Factors { .. } => CredentialUsed::Passkey,
    }
}

/// The owner of an account, as the audit names them.
pub(crate) fn actor(account: &Account) -> postern_domain::actor::Actor {
    postern_domain::actor::Actor::Account { id: account.id, name: account.name.clone() }
}

//! Which account does somebody at a provider open? By the link of issuer and subject; only somebody who comes for the first
//! time is found by an address, and only where the provider's rule says so.

use postern_domain::account::{Account, AccountKind, AccountStatus, Role};
use postern_domain::actor::Actor;
use postern_domain::audit::Operation;
use postern_domain::id::OutsideIdentityId;
use postern_domain::outside_identity::OutsideIdentity;
use postern_storage::{StorageError, Transaction};

use super::{IdentityProvider, LinkRule, VerifiedIdentity};
use crate::Service;
use crate::account::{AddAccount, record_of, record_of_new};

/// What was found.
pub(super) enum Found {
    /// An account that may sign in, with the link by which it was found or that was made now.
    Account(Box<Account>, OutsideIdentityId),
    /// An account that may not.
    MayNot(Box<Account>),
    /// None.
    Nobody,
}

impl Service {
    /// Finds the account, and links or adds it where the rule says so, in a transaction that is still open.
    pub(super) async fn account_of_identity(
        &self,
        transaction: &mut (dyn Transaction + '_),
        provider: &IdentityProvider,
        identity: &VerifiedIdentity,
    ) -> Result<Found, StorageError> {
        if let Some(link) = transaction.outside_identity(&identity.issuer, &identity.subject).await? {
            let account = transaction.account(link.account).await?;
            return Ok(account.map_or(Found::Nobody, |account| found(account, link.id)));
        }
        let Some(address) = &identity.address else { return Ok(Found::Nobody) };
        match transaction.account_by_address(address).await? {
            Some(account) if !may_sign_in(&account) => Ok(Found::MayNot(Box::new(account))),
            Some(account) if may_be_linked(transaction, provider, &account).await? => {
                let how = format!("by the address {address}, which the provider vouches for");
                let id = self.write_link(transaction, &account, identity, Actor::System, &how).await?;
                Ok(Found::Account(Box::new(account), id))
            }
            None if provider.create => {
                let account = self.add_for(transaction, identity, address.clone()).await?;
                let id = self
                    .write_link(transaction, &account, identity, Actor::System, "with the account")
                    .await?;
                Ok(Found::Account(Box::new(account), id))
            }
            Some(_) | None => Ok(Found::Nobody),
        }
    }

    /// A new person without a password: the provider is their way in.
    async fn add_for(
        &self,
        transaction: &mut (dyn Transaction + '_),
        identity: &VerifiedIdentity,
        name: postern_domain::account::AccountName,
    ) -> Result<Account, StorageError> {
        let mfa = transaction.settings().await?.mfa_state_of_new_accounts;
        let new = AddAccount {
            name,
            aliases: Vec::new(),
            kind: AccountKind::Person,
            role: Role::Member,
            mfa: Some(mfa),
            password: None,
        };
        let account = self.account_from(new, mfa);
        transaction.insert_account(&account).await?;
        let record = record_of_new(&account)
            .detail("password", "none")
            .detail("identity provider", &identity.provider)
            .by(Actor::System, self.now());
        transaction.append_audit_records(vec![record]).await?;
        Ok(account)
    }

    /// Writes a link with its audit record.
    pub(super) async fn write_link(
        &self,
        transaction: &mut (dyn Transaction + '_),
        account: &Account,
        identity: &VerifiedIdentity,
        by: Actor,
        how: &str,
    ) -> Result<OutsideIdentityId, StorageError> {
        let link = OutsideIdentity {
            id: OutsideIdentityId::generate(&*self.parts.clock, self.random()),
            account: account.id,
            issuer: identity.issuer.clone(),
            subject: identity.subject.clone(),
            label: identity.label.clone(),
            linked_at: self.now(),
            linked_by: by.to_string(),
            last_used_at: None,
        };
        transaction.insert_outside_identity(&link).await?;
        let record = record_of(Operation::LinkOutsideIdentity, account)
            .detail("provider", &identity.provider)
            .detail("issuer", &link.issuer)
            .detail("subject", &link.subject)
            .detail("called", &link.label)
            .detail("how", how);
        transaction.append_audit_records(vec![record.by(by, self.now())]).await?;
        Ok(link.id)
    }
}

/// Whether an address is enough to link somebody to the account. It is not where somebody at the same provider is linked
/// already, as the address may have been given to another since; and it must not be enough to become an administrator.
async fn may_be_linked(
    transaction: &mut (dyn Transaction + '_),
    provider: &IdentityProvider,
    account: &Account,
) -> Result<bool, StorageError> {
    if provider.link != LinkRule::ByVerifiedEmail || account.role.is_privileged() {
        return Ok(false);
    }
    let links = transaction.outside_identities_of(account.id).await?;
    Ok(!links.iter().any(|link| link.issuer == provider.issuer.as_str()))
}

fn found(account: Account, link: OutsideIdentityId) -> Found {
    if may_sign_in(&account) {
        Found::Account(Box::new(account), link)
    } else {
        Found::MayNot(Box::new(account))
    }
}

/// Programs do not sign in at the portal through a provider of people.
fn may_sign_in(account: &Account) -> bool {
    account.status == AccountStatus::Active && account.kind == AccountKind::Person
}

//! Grant a service account the mailboxes that it may act for.

use postern_domain::account::{Account, AccountKind, AccountName, Permission};
use postern_domain::audit::Operation;
use postern_domain::impersonation::ImpersonationGrant;
use postern_storage::{Change, ChangeKind, Snapshot, StorageError};

use super::administer::{find_as_administrator, step_up};
use super::{AccountError, record_of};
use crate::notice::AccountTidings;
use crate::{By, Service};

/// What the audit says of no grant.
pub(crate) const NO_MAILBOX: &str = "no mailbox";

impl Service {
    /// Puts a grant in the place of the one that a service account has; none takes it away. Mailboxes that it names by an
    /// alias are named by their primary address from then on. Sessions that act for a mailbox which is no longer named
    /// end. No step-up is asked for taking it away: cutting off must be easy.
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn set_impersonation_grant(
        &self,
        by: By<'_>,
        name: &AccountName,
        grant: Option<ImpersonationGrant>,
    ) -> Result<Account, AccountError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let (asker, mut account) =
            find_as_administrator(by, &mut *transaction, name, Permission::ManageAccounts, now).await?;
        let grant = match grant {
            Some(grant) => {
                if account.kind != AccountKind::ServiceAccount {
                    return Err(AccountError::NotAServiceAccount);
                }
                step_up(&asker, now)?;
                Some(by_primary_address(grant, &mut *transaction).await?)
            }
            None => None,
        };
        if grant == account.grant {
            return Ok(account);
        }
        let before = std::mem::replace(&mut account.grant, grant);
        transaction.update_account(&account, now).await?;
        let record = record_of(Operation::ChangeImpersonationGrant, &account)
            .detail("before", in_full(before.as_ref()))
            .detail("after", in_full(account.grant.as_ref()))
            .by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        let notice = AccountTidings::GrantChanged {
            before: in_full(before.as_ref()),
            after: in_full(account.grant.as_ref()),
            done: by.into(),
        };
        self.tell_owner_and_administrators(&mut *transaction, &account, notice, now).await?;
        transaction.announce(Change::new(ChangeKind::Account(account.id))).await?;
        transaction.commit().await?;
        Ok(account)
    }
}

/// A grant as the audit keeps it: every name.
pub(crate) fn in_full(grant: Option<&ImpersonationGrant>) -> String {
    grant.map_or_else(|| NO_MAILBOX.to_owned(), ImpersonationGrant::in_full)
}

/// The grant with the primary addresses of the accounts that it names by an alias: those it is compared with.
pub(crate) async fn by_primary_address(
    grant: ImpersonationGrant,
    state: &mut (dyn Snapshot + '_),
) -> Result<ImpersonationGrant, StorageError> {
    let ImpersonationGrant::Named(named) = &grant else { return Ok(grant) };
    let mut mailboxes = Vec::with_capacity(named.mailboxes().len());
    for name in named.mailboxes() {
        let account = state.account_by_address(name).await?;
        mailboxes.push(account.map_or_else(|| name.clone(), |account| account.name));
    }
    let groups = named.groups().iter().cloned();
    let domains = named.domains().iter().cloned();
    // As many names as before at most, so that it is still a grant.
    Ok(ImpersonationGrant::named(mailboxes, groups, domains).unwrap_or(grant))
}

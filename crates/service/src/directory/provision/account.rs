//! Add an account for a provisioning client, and change one.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountKind, AccountName, AccountStatus, Role};
use postern_domain::directory::{DirectoryEmail, DirectoryEntry, ExternalId, Label};
use postern_domain::id::AccountId;

use super::read::read_account;
use super::{ProvisionError, Provisioned, without_role};
use crate::account::{AddAccount, block};
use crate::directory::apply::WithEntry;
use crate::{By, Service};

/// What a provisioning client wants of an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WantedAccount {
    /// The user name.
    pub name: AccountName,
    /// Whether it may sign in.
    pub active: bool,
    /// The directory's own name for it.
    pub external_id: Option<ExternalId>,
    /// The name as people read it.
    pub display_name: Option<Label>,
    /// The given name.
    pub given_name: Option<Label>,
    /// The family name.
    pub family_name: Option<Label>,
    /// Its addresses, which become aliases; none leaves those that the directory gave before.
    pub emails: Option<Vec<DirectoryEmail>>,
}

impl Service {
    /// Adds a person without a role and without a password, with the MFA state of new accounts.
    ///
    /// # Errors
    /// [`ProvisionError`].
    pub async fn provision_account(
        &self,
        by: By<'_>,
        wanted: WantedAccount,
    ) -> Result<Provisioned, ProvisionError> {
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        self.ask_to_provision(by, &mut *transaction).await?;
        let new = AddAccount {
            name: wanted.name.clone(),
            aliases: Vec::new(),
            kind: AccountKind::Person,
            role: Role::Member,
            mfa: None,
            password: None,
        };
        let account = self.account_from(new, self.settings().mfa_state_of_new_accounts);
        let entry = DirectoryEntry::new(account.id);
        let (account, entry) = wanted.applied_to(&(account, entry), by, now)?;
        let new = (account, entry);
        self.add_from_directory(by, &mut *transaction, &new).await?;
        transaction.commit().await?;
        let changed_at = new.0.created_at;
        Ok(Provisioned { account: new.0, entry: new.1, groups: Vec::new(), changed_at })
    }

    /// Changes an account into what `change` wants it to be, of what it is at that moment. When the client says that the
    /// account is not active, it is blocked and its sessions end; it is let in again only if it was the client that had it
    /// blocked.
    ///
    /// # Errors
    /// What `change` refuses, and [`ProvisionError`].
    pub async fn reprovision_account<E: From<ProvisionError>>(
        &self,
        by: By<'_>,
        id: AccountId,
        change: impl FnOnce(&Provisioned) -> Result<WantedAccount, E> + Send,
    ) -> Result<Provisioned, E> {
        let now = self.now();
        let refused = |error| E::from(ProvisionError::from(error));
        let mut transaction = self.parts.store.begin().await.map_err(refused)?;
        self.ask_to_provision(by, &mut *transaction).await?;
        let current = read_account(&mut *transaction, id).await?;
        let wanted = change(&current)?;
        let before = (current.account.clone(), current.entry.clone());
        let after = wanted.applied_to(&before, by, now)?;
        if after == before {
            return Ok(current);
        }
        without_role(&before.0)?;
        let changed = self.change_from_directory(by, &mut *transaction, &before, &after, now).await;
        changed.map_err(ProvisionError::from)?;
        let changed = read_account(&mut *transaction, id).await?;
        transaction.commit().await.map_err(refused)?;
        Ok(changed)
    }
}

impl WantedAccount {
    /// What becomes of an account by it. Aliases that the directory did not give stay.
    fn applied_to(
        &self,
        (account, entry): &WithEntry,
        by: By<'_>,
        now: Timestamp,
    ) -> Result<WithEntry, ProvisionError> {
        let (mut account, mut entry) = (account.clone(), entry.clone());
        let given_before: Vec<AccountName> = entry.emails.iter().map(|email| email.address.clone()).collect();
        if let Some(emails) = &self.emails {
            entry.emails.clone_from(emails);
        }
        entry.external_id.clone_from(&self.external_id);
        entry.display_name.clone_from(&self.display_name);
        entry.given_name.clone_from(&self.given_name);
        entry.family_name.clone_from(&self.family_name);
        account.name = self.name.clone();
        account.aliases.retain(|alias| !given_before.contains(alias));
        account.aliases.extend(entry.emails.iter().map(|email| email.address.clone()));
        account.aliases.sort();
        account.aliases.dedup();
        account.aliases.retain(|alias| *alias != self.name);
        if account.aliases.len() > AddAccount::MOST_ALIASES
            || entry.emails.len() > DirectoryEntry::MOST_EMAILS
        {
            return Err(ProvisionError::TooManyAliases { most: AddAccount::MOST_ALIASES });
        }
        self.set_status(&mut account, &mut entry, by, now);
        Ok((account, entry))
    }

    fn set_status(&self, account: &mut Account, entry: &mut DirectoryEntry, by: By<'_>, now: Timestamp) {
        if self.active && entry.has_blocked(&account.status) {
            account.status = AccountStatus::Active;
            entry.blocked_at = None;
        } else if !self.active && account.status == AccountStatus::Active {
            block(account, by, now);
            entry.blocked_at = Some(now);
        }
    }
}

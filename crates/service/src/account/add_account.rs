//! Add an account.

use postern_domain::account::password::{AccountPassword, UnfitPassword};
use postern_domain::account::{
    Account, AccountKind, AccountName, AccountStatus, GroupName, Permission, Role,
};
use postern_domain::audit::Operation;
use postern_domain::id::AccountId;
use postern_domain::mfa::MfaState;
use postern_storage::{AccountPasswordRecord, StorageError, Transaction};

use crate::audit::Record;
use crate::authorise::Asker;
use crate::notice::AccountTidings;
use crate::{By, Failure, Service};

/// An account to be added.
#[derive(Debug)]
pub struct AddAccount {
    /// The user name.
    pub name: AccountName,
    /// Further addresses; at most 64.
    pub aliases: Vec<AccountName>,
    /// Person or service account.
    pub kind: AccountKind,
    /// What it may do for others.
    pub role: Role,
    /// Its MFA state; none takes the setting for new accounts.
    pub mfa: Option<MfaState>,
    /// Its password; none leaves it without one, so that nobody can sign in to the portal with it.
    pub password: Option<AccountPassword>,
}

/// Why an account was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddAccountError {
    /// One of its addresses is taken.
    #[error("an account with that address is there already")]
    AddressTaken,
    /// More aliases than there may be.
    #[error("too many aliases: an account has at most {most}")]
    TooManyAliases {
        /// The most.
        most: usize,
    },
    /// The password may not be one.
    #[error("the password is {0}")]
    UnfitPassword(#[from] UnfitPassword),
    /// Who asked may not.
    #[error("your role does not allow that")]
    NotAllowed,
    /// The deed needs a second factor that was checked in the last minutes: an account that is made with a role, or with a
    /// password that its maker knows, would outlive whatever took over the session.
    #[error("confirm with your second factor first")]
    StepUpNeeded,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for AddAccountError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Conflict { .. } => Self::AddressTaken,
            error => Self::Failure(error.into()),
        }
    }
}

impl AddAccount {
    /// Most aliases of an account.
    pub const MOST_ALIASES: usize = 64;
}

impl Service {
    /// Adds an account.
    ///
    /// # Errors
    /// [`AddAccountError`].
    pub async fn add_account(&self, by: By<'_>, new: AddAccount) -> Result<Account, AddAccountError> {
        if new.aliases.len() > AddAccount::MOST_ALIASES {
            return Err(AddAccountError::TooManyAliases { most: AddAccount::MOST_ALIASES });
        }
        // A new account is in no group.
        let settings = self.settings();
        let mfa = new.mfa.unwrap_or(settings.mfa_state_of_new_accounts);
        if let Some(password) = &new.password {
            password.check(&new.name, settings.least_characters(mfa))?;
        }
        let password = match new.password.clone() {
            Some(password) => Some(self.hash_account_password(password).await?),
            None => None,
        };
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let privileged = new.role.is_privileged();
        if !asker.may(Permission::ManageAccounts) || (privileged && !asker.may(Permission::ManageRoles)) {
            return Err(AddAccountError::NotAllowed);
        }
        if !asker.stepped_up(now) {
            return Err(AddAccountError::StepUpNeeded);
        }
        let account = self.insert_account(by, &mut *transaction, new, mfa, password).await?;
        self.tell_of_new_role(by, &mut *transaction, &account).await?;
        transaction.commit().await?;
        Ok(account)
    }

    /// The part that adding any account and setting up the first administrator share.
    pub(crate) async fn insert_account(
        &self,
        by: By<'_>,
        transaction: &mut (dyn Transaction + '_),
        new: AddAccount,
        mfa: MfaState,
        password: Option<AccountPasswordRecord>,
    ) -> Result<Account, StorageError> {
        let account = self.account_from(new, mfa);
        transaction.insert_account(&account).await?;
        if let Some(password) = &password {
            transaction.set_account_password(account.id, password).await?;
        }
        let record = record_of_new(&account)
            .detail("password", if password.is_some() { "set" } else { "none" })
            .by(by.actor(), self.now());
        transaction.append_audit_records(vec![record]).await?;
        Ok(account)
    }

    /// Tells the administrators that somebody new has a role.
    pub(crate) async fn tell_of_new_role(
        &self,
        by: By<'_>,
        transaction: &mut (dyn Transaction + '_),
        account: &Account,
    ) -> Result<(), StorageError> {
        if !account.role.is_privileged() {
            return Ok(());
        }
        let notice =
            AccountTidings::RoleChanged { before: Role::Member, after: account.role, done: by.into() };
        self.tell_owner_and_administrators(transaction, account, notice, self.now()).await
    }

    /// The account that is to be added, in no group.
    pub(crate) fn account_from(&self, new: AddAccount, mfa: MfaState) -> Account {
        let mut aliases = new.aliases;
        aliases.sort();
        aliases.dedup();
        aliases.retain(|alias| *alias != new.name);
        Account {
            id: AccountId::generate(&*self.parts.clock, self.random()),
            name: new.name,
            aliases,
            kind: new.kind,
            role: new.role,
            status: AccountStatus::Active,
            mfa,
            groups: Vec::new(),
            sid: None,
            grant: None,
            created_at: self.now(),
            sessions_valid_since: None,
            default_method: None,
            must_register_again: false,
        }
    }
}

/// The audit record of an account that is added, without what is said of its password.
pub(crate) fn record_of_new(account: &Account) -> Record {
    let listed = |texts: Vec<&str>| Some(texts.join(", ")).filter(|text| !text.is_empty());
    Record::of(Operation::AddAccount)
        .account(account.id)
        .detail("name", &account.name)
        .detail_if("aliases", listed(account.aliases.iter().map(AccountName::as_str).collect()))
        .detail("kind", kind_name(account.kind))
        .detail("role", account.role.name())
        .detail("MFA state", account.mfa)
        .detail_if("groups", listed(account.groups.iter().map(GroupName::as_str).collect()))
}

/// The words for a kind of account.
pub(crate) const fn kind_name(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Person => "person",
        AccountKind::ServiceAccount => "service account",
    }
}

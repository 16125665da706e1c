//! Find accounts.

use postern_domain::account::{Account, AccountName, Permission};
use postern_domain::app_password::AppPassword;
use postern_domain::id::AccountId;
use postern_domain::mfa::AuthenticationMethod;
use postern_storage::Snapshot;

use super::AccountError;
use crate::authorise::Asker;
use crate::{By, Failure, Service};

/// An account with what belongs to it.
#[derive(Clone, Debug)]
pub struct AccountDetails {
    /// The account.
    pub account: Account,
    /// Whether it has a password.
    pub has_password: bool,
    /// Its authentication methods.
    pub methods: Vec<AuthenticationMethod>,
    /// Recovery codes left.
    pub recovery_codes_left: u32,
    /// Its app passwords, newest first, the revoked ones too.
    pub app_passwords: Vec<AppPassword>,
}

impl Service {
    /// The account that has `name` as an address, with what belongs to it: for its owner, and for whoever may read
    /// accounts.
    ///
    /// # Errors
    /// [`AccountError::NoSuchAccount`], [`AccountError::NotAllowed`], [`AccountError::Failure`].
    pub async fn find_account(&self, by: By<'_>, name: &AccountName) -> Result<AccountDetails, AccountError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let asker = Asker::read(by, &mut *snapshot, self.now()).await?;
        let account = snapshot.account_by_address(name).await?;
        details_for(&asker, &mut *snapshot, account).await
    }

    /// The account of that id, as [`Self::find_account`] gives it; a deleted one too.
    ///
    /// # Errors
    /// As [`Self::find_account`].
    pub async fn show_account(&self, by: By<'_>, id: AccountId) -> Result<AccountDetails, AccountError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let asker = Asker::read(by, &mut *snapshot, self.now()).await?;
        let account = snapshot.account(id).await?;
        details_for(&asker, &mut *snapshot, account).await
    }

    /// The account that has `name` as an address.
    pub(crate) async fn named_account(&self, name: &AccountName) -> Result<Option<Account>, Failure> {
        Ok(self.parts.store.snapshot().await?.account_by_address(name).await?)
    }
}

/// Who may not read accounts does not learn whether there is one.
async fn details_for(
    asker: &Asker,
    state: &mut (dyn Snapshot + '_),
    account: Option<Account>,
) -> Result<AccountDetails, AccountError> {
    let may_read = asker.may(Permission::ReadAccounts);
    let account = match account {
        Some(account) if may_read || asker.is(account.id) => account,
        None if may_read => return Err(AccountError::NoSuchAccount),
        Some(_) | None => return Err(AccountError::NotAllowed),
    };
    Ok(AccountDetails {
        has_password: state.account_password(account.id).await?.is_some(),
        methods: state.methods_of(account.id).await?,
        recovery_codes_left: state.recovery_codes_left(account.id).await?,
        app_passwords: state.app_passwords_of(account.id).await?,
        account,
    })
}

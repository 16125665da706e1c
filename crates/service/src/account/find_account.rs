//! Find accounts.

use postern_domain::account::{Account, AccountName};
use postern_domain::app_password::AppPassword;
use postern_domain::mfa::AuthenticationMethod;
use postern_storage::AccountFilter;

use super::AccountError;
use crate::{Failure, Service};

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
    /// The account that has `name` as an address, with what belongs to it.
    ///
    /// # Errors
    /// [`AccountError::NoSuchAccount`], [`AccountError::Failure`].
    pub async fn find_account(&self, name: &AccountName) -> Result<AccountDetails, AccountError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let account = snapshot.account_by_address(name).await?.ok_or(AccountError::NoSuchAccount)?;
        Ok(AccountDetails {
            has_password: snapshot.account_password(account.id).await?.is_some(),
            methods: snapshot.methods_of(account.id).await?,
            recovery_codes_left: snapshot.recovery_codes_left(account.id).await?,
            app_passwords: snapshot.app_passwords_of(account.id).await?,
            account,
        })
    }

    /// Accounts, sorted by name.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn list_accounts(&self, filter: &AccountFilter) -> Result<Vec<Account>, Failure> {
        Ok(self.parts.store.snapshot().await?.accounts(filter).await?)
    }

    /// The account that has `name` as an address.
    pub(crate) async fn named_account(&self, name: &AccountName) -> Result<Option<Account>, Failure> {
        Ok(self.parts.store.snapshot().await?.account_by_address(name).await?)
    }
}

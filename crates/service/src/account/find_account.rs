//! Find accounts.

use postern_domain::account::{Account, AccountName, Permission};
use postern_domain::app_password::AppPassword;
use postern_domain::id::AccountId;
use postern_domain::mfa::AuthenticationMethod;
use postern_storage::{AppPasswordFilter, Snapshot, StorageError};

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
    /// Its app passwords, newest first: those that are not revoked, and of the others the newest, at most
    /// [`MOST_REVOKED`]. [`Service::list_app_passwords`] lists all.
    pub app_passwords: Vec<AppPassword>,
    /// Whether more are revoked than are here.
    pub more_revoked: bool,
}

/// So many of an account's revoked app passwords are given with it: whoever looks for an older one lists them. An account
/// whose program makes itself another one each day has thousands after some years.
pub const MOST_REVOKED: usize = 100;

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
    let (app_passwords, more_revoked) = app_passwords_of(state, account.id).await?;
    Ok(AccountDetails {
        has_password: state.account_password(account.id).await?.is_some(),
        methods: state.methods_of(account.id).await?,
        recovery_codes_left: state.recovery_codes_left(account.id).await?,
        app_passwords,
        more_revoked,
        account,
    })
}

async fn app_passwords_of(
    state: &mut (dyn Snapshot + '_),
    account: AccountId,
) -> Result<(Vec<AppPassword>, bool), StorageError> {
    let kept = AppPasswordFilter::not_revoked(account);
    let limit = u32::try_from(MOST_REVOKED + 1).unwrap_or(u32::MAX);
    let revoked = AppPasswordFilter { revoked: Some(true), limit, ..kept };
    let mut revoked = state.app_passwords_of(&revoked).await?;
    let more = revoked.len() > MOST_REVOKED;
    revoked.truncate(MOST_REVOKED);
    let mut all = state.app_passwords_of(&kept).await?;
    all.append(&mut revoked);
    all.sort_by_key(|each| std::cmp::Reverse((each.created.at, each.id)));
    Ok((all, more))
}

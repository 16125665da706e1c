//! Accounts: the list, one account, and what is done to one or to many.

pub(super) mod add;
pub(super) mod addresses;
pub(super) mod app_password;
pub(super) mod bulk;
pub(super) mod changes;
pub(super) mod deed;
mod filter;
pub(super) mod groups;
pub(super) mod identity;
pub(super) mod import;
pub(super) mod list;
pub(super) mod method;
pub(super) mod password;
pub(super) mod role;
pub(super) mod show;
mod view;

pub(super) use filter::{AccountQuery, NO_PLACE};
pub(super) use view::{account_row, kind_words, mfa_tone, mfa_words};

use postern_domain::account::Account;
use postern_domain::id::AccountId;
use postern_service::account::{AccountDetails, AccountError};

use crate::answer::Stop;
use crate::portal::Portal;
use crate::problem::Problem;
use crate::session::Inside;

/// The account of an address. An address that is no identifier is no page.
pub(super) async fn find(portal: &Portal, inside: &Inside, id: &str) -> Result<AccountDetails, Stop> {
    let id: AccountId = id.parse().map_err(|_| Problem::NoSuchPage)?;
    portal.service.show_account(inside.by(), id).await.map_err(stop)
}

/// The answer to an error that leaves nothing to show.
pub(super) fn stop(error: AccountError) -> Stop {
    match error {
        AccountError::Failure(failure) => failure.into(),
        AccountError::NotAllowed | AccountError::HasMoreRights => Problem::NotAllowed.into(),
        AccountError::OwnAccount => Problem::OwnAccount.into(),
        _ => Problem::NoSuchPage.into(),
    }
}

/// Whether it is the reader's own account.
pub(super) fn own(inside: &Inside, account: &Account) -> bool {
    account.id == inside.account().id
}

/// Refuses a reset of the reader's own account, before anything is typed for it.
pub(super) fn not_own(inside: &Inside, account: &Account) -> Result<(), Stop> {
    if own(inside, account) { Err(Problem::OwnAccount.into()) } else { Ok(()) }
}

/// The address of an account's page.
pub(super) fn path_of(account: &Account) -> String {
    format!("/admin/accounts/{}", account.id)
}

//! The addresses at which an account's owner is told, beside the account's own: at most three, each confirmed by a code
//! that was sent there before anything is told there.

mod add;
mod confirm;
mod list;
mod remove;

use postern_domain::account::{Account, AccountName, Permission};
use postern_domain::notice::NotificationAddress;
use postern_storage::{CodeSubject, Snapshot, StorageError};

use crate::Failure;
use crate::authorise::Asker;
use crate::portal::SendCodeError;

/// Why notification addresses were not shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum NotificationAddressError {
    /// There is no such account, or who asks may not know of it.
    #[error("there is no such account, or its notification addresses are not yours to change")]
    NoSuchAccount,
    /// Who asks knows of the account, and may not change where its notices go.
    #[error("your role does not allow that")]
    NotAllowed,
    /// Where notices go is confirmed by who reads them.
    #[error("only the owner of the account confirms its notification addresses")]
    OwnersToConfirm,
    /// The account has no such address.
    #[error("the account has no such notification address")]
    NoSuchAddress,
    /// It is one of the account's own.
    #[error("notices go to the address of the account anyway: give another one")]
    OwnAddress,
    /// The account has as many as it may.
    #[error("an account has at most {} notification addresses: remove one first", NotificationAddress::MOST)]
    TooMany,
    /// It is confirmed already.
    #[error("notices go to that address already")]
    Known,
    /// The code is not that, was used, or ran out.
    #[error("that code is not right: type the one from the newest message, or have another sent")]
    WrongCode,
    /// This server sends no mail: no code can be sent there, and no notice. That is so whoever vouches for the address.
    #[error(
        "this server sends no mail, so that no notice would go there: whoever runs it sets that up first, as `[mail]` in its configuration"
    )]
    NoMail,
    /// One was sent a moment ago, or as many as may be in the last hour; or the mail server did not take it.
    #[error(transparent)]
    Unsent(SendCodeError),
    /// The deed needs a second factor that was checked in the last minutes.
    #[error("confirm with your second factor first")]
    StepUpNeeded,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for NotificationAddressError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

impl From<SendCodeError> for NotificationAddressError {
    fn from(error: SendCodeError) -> Self {
        match error {
            SendCodeError::Failure(failure) => Self::Failure(failure),
            error => Self::Unsent(error),
        }
    }
}

/// What a code for an address was sent for.
const fn of_address(address: &NotificationAddress) -> CodeSubject {
    CodeSubject(*address.id.as_bytes())
}

/// The account, when it is theirs or their role lets them do `permission` to it. Who may not read accounts does not learn
/// whether there is one.
async fn find_theirs(
    asker: &Asker,
    state: &mut (dyn Snapshot + '_),
    name: &AccountName,
    permission: Permission,
) -> Result<Account, NotificationAddressError> {
    match state.account_by_address(name).await? {
        Some(account) if asker.is(account.id) || asker.may_for(permission, &account) => Ok(account),
        Some(_) if asker.may(Permission::ReadAccounts) => Err(NotificationAddressError::NotAllowed),
        Some(_) | None => Err(NotificationAddressError::NoSuchAccount),
    }
}

#[cfg(test)]
mod tests;

//! Accounts and groups as an identity provider provisions them (SCIM 2.0, RFC 7644): whoever has
//! [`Permission::ProvisionDirectory`] keeps members of the organization and their groups, and nothing else. An account with
//! a role is shown and never changed: who could block it or give it another address could take the rights that come with
//! it.

mod account;
mod delete;
mod group;
mod group_change;
mod read;

pub use account::WantedAccount;
pub use group_change::{GroupStep, WantedGroup};
pub use read::Meant;

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName, GroupName, InvalidGroupName, Permission};
use postern_domain::directory::{DirectoryEntry, DirectoryGroup, Label};
use postern_domain::id::AccountId;
use postern_storage::{Snapshot, StorageError};

use super::apply::NotApplied;
use crate::authorise::Asker;
use crate::{By, Failure, Service};

/// An account as a provisioning client sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Provisioned {
    /// The account.
    pub account: Account,
    /// What the directory said of it.
    pub entry: DirectoryEntry,
    /// The groups that it is in, as the directory names them.
    pub groups: Vec<DirectoryGroup>,
    /// When any of that last became another, or when the account was added.
    pub changed_at: Timestamp,
}

/// A group as a provisioning client sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProvisionedGroup {
    /// The group.
    pub group: DirectoryGroup,
    /// Who is in it, in the order of the accounts' identifiers.
    pub members: Vec<(AccountId, AccountName)>,
}

/// Why something was not provisioned.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    /// Who asked may not.
    #[error("the token, or its owner's role, does not allow provisioning")]
    NotAllowed,
    /// No account has that identifier, or it is deleted.
    #[error("there is no such user")]
    NoSuchAccount,
    /// No group has that identifier.
    #[error("there is no such group")]
    NoSuchGroup,
    /// The account has a role.
    #[error(
        "the account {name} has the role {role}, and accounts with a role are not provisioned: an administrator changes them, or takes the role away first"
    )]
    HasRole {
        /// The account.
        name: AccountName,
        /// Its role.
        role: &'static str,
    },
    /// An address that another account has.
    #[error("another account has this user name or one of these e-mail addresses already")]
    AddressTaken,
    /// An external id that another account or group has.
    #[error("another one has this externalId already")]
    ExternalIdTaken,
    /// More aliases than there may be.
    #[error("too many e-mail addresses: an account has at most {most} beside its user name")]
    TooManyAliases {
        /// The most.
        most: usize,
    },
    /// A display name from which no name of a group can be made.
    #[error(
        "no name for the group can be made from “{display_name}”: its letters a to z, digits, low lines and dots are kept in lower case and each run of anything else becomes one hyphen; what comes of it must have 1 to {} characters",
        GroupName::LONGEST
    )]
    NoGroupName {
        /// As it was given.
        display_name: Label,
    },
    /// A group of that name is there.
    #[error(
        "there is a group {name} already, whose display name is “{holder}”: names are compared in lower case with each run of other characters than a to z, digits, low lines and dots made one hyphen"
    )]
    GroupTaken {
        /// The name that the display name becomes.
        name: GroupName,
        /// The display name of the group that has it.
        holder: Label,
    },
    /// A member that is no account.
    #[error("the member {id} is no user here")]
    NoSuchMember {
        /// What was given.
        id: AccountId,
    },
    /// More groups than an account may be in.
    #[error("the account {name} would be in too many groups: an account is in at most {most}")]
    TooManyGroups {
        /// The account.
        name: AccountName,
        /// The most.
        most: usize,
    },
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for ProvisionError {
    fn from(error: StorageError) -> Self {
        NotApplied::from(error).into()
    }
}

impl From<NotApplied> for ProvisionError {
    fn from(error: NotApplied) -> Self {
        match error {
            // No account with a role comes this far.
            NotApplied::LastAdministrator => Self::NotAllowed,
            NotApplied::Taken("account address") => Self::AddressTaken,
            NotApplied::Taken(_) => Self::ExternalIdTaken,
            NotApplied::Failure(failure) => Self::Failure(failure),
        }
    }
}

impl ProvisionError {
    fn no_group_name(display_name: &Label) -> impl FnOnce(InvalidGroupName) -> Self + use<> {
        let display_name = display_name.clone();
        move |_| Self::NoGroupName { display_name }
    }
}

impl Service {
    /// Refuses who may not provision.
    async fn ask_to_provision(
        &self,
        by: By<'_>,
        state: &mut (dyn Snapshot + '_),
    ) -> Result<(), ProvisionError> {
        let asker = Asker::read(by, state, self.now()).await?;
        if asker.may(Permission::ProvisionDirectory) { Ok(()) } else { Err(ProvisionError::NotAllowed) }
    }
}

/// Refuses to touch an account with a role.
fn without_role(account: &Account) -> Result<(), ProvisionError> {
    if account.role.is_privileged() {
        return Err(ProvisionError::HasRole { name: account.name.clone(), role: account.role.name() });
    }
    Ok(())
}

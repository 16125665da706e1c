//! Impersonation: a service account acts on another account's mailbox, by an explicit grant.

mod denial;
mod grant;

pub use denial::{Denial, may_act_for};
pub use grant::{DomainName, ImpersonationGrant, InvalidDomainName, InvalidGrant, NamedMailboxes};

use crate::account::{Account, AccountName};

/// Whose mailbox is asked for.
#[derive(Clone, Copy, Debug)]
pub enum Mailbox<'a> {
    /// An account of the directory, by whichever of its addresses it was named. Also one that was deleted.
    Account(&'a Account),
    /// An address that no account has, such as a shared mailbox's.
    Foreign(&'a AccountName),
}

impl<'a> Mailbox<'a> {
    /// The address that grants are compared with: the primary one.
    #[must_use]
    pub const fn name(self) -> &'a AccountName {
        match self {
            Self::Account(account) => &account.name,
            Self::Foreign(name) => name,
        }
    }
}

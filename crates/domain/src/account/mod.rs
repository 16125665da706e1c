//! Accounts: one person or service in the directory.

mod blocklist;
mod bulk;
mod group;
mod name;
pub mod password;
mod role;
mod sid;
mod slow_hash;

pub use bulk::{BulkChange, NoSuchBulkChange};
pub use group::{GroupName, InvalidGroupName};
pub use name::{AccountName, InvalidAccountName};
pub use role::{Permission, Role};
pub use sid::{InvalidSid, Sid};

use std::time::Duration;

use crate::Timestamp;
use crate::id::{AccountId, MethodId};
use crate::impersonation::ImpersonationGrant;
use crate::mfa::MfaState;

/// One person or service in the directory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// Names the account for ever.
    pub id: AccountId,
    /// The primary e-mail address, which is the user name.
    pub name: AccountName,
    /// Further addresses that name the same account at sign-in. Sorted.
    pub aliases: Vec<AccountName>,
    /// Person or service account.
    pub kind: AccountKind,
    /// What the account may do for others.
    pub role: Role,
    /// Whether it may sign in at all.
    pub status: AccountStatus,
    /// The account's MFA state.
    pub mfa: MfaState,
    /// The groups it is in. Sorted, at most [`GroupName::MOST_OF_AN_ACCOUNT`].
    pub groups: Vec<GroupName>,
    /// Its security identifier in a Windows domain, by which Exchange Web Services may name it. No two accounts have the
    /// same.
    pub sid: Option<Sid>,
    /// The mailboxes that it may act for. Only a service account has a grant; on another it counts for nothing.
    pub grant: Option<ImpersonationGrant>,
    /// When it was added.
    pub created_at: Timestamp,
    /// The last force sign-out, block or deletion. A session that signed in before it, when this had another value, is
    /// over. It grows with each of them, also when the clock stands still or is set back: what decides is whether it is
    /// the same, so that no clock of any node does.
    pub sessions_valid_since: Option<Timestamp>,
    /// The method that its owner is asked for first. One that is gone counts for nothing.
    pub default_method: Option<MethodId>,
    /// An administrator demands that its owner registers a method anew at the next browser sign-in.
    pub must_register_again: bool,
}

impl Account {
    /// The primary address and the aliases.
    pub fn addresses(&self) -> impl Iterator<Item = &AccountName> {
        std::iter::once(&self.name).chain(&self.aliases)
    }

    /// Ends every session that signed in before now.
    pub fn end_sessions(&mut self, now: Timestamp) {
        let after_the_last = self.sessions_valid_since.map(|last| last.plus(Duration::from_millis(1)));
        self.sessions_valid_since = Some(after_the_last.map_or(now, |after| after.max(now)));
    }

    /// Whether `name` is the primary address or an alias.
    #[must_use]
    pub fn has_address(&self, name: &AccountName) -> bool {
        self.addresses().any(|address| address == name)
    }
}

/// Person or service account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccountKind {
    /// A person, who signs in to the portal.
    Person,
    /// A program; an administrator keeps its app passwords.
    ServiceAccount,
}

/// Whether an account may sign in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AccountStatus {
    /// It may.
    Active,
    /// It may not, until unblocked. Its app passwords are refused meanwhile.
    Blocked {
        /// Since when.
        at: Timestamp,
        /// By whom, as [`crate::actor::Actor`] shows itself.
        by: String,
    },
    /// It is gone: its addresses are free again, its app passwords are revoked. Kept so that the audit can name it.
    Deleted {
        /// Since when.
        at: Timestamp,
        /// By whom, as [`crate::actor::Actor`] shows itself.
        by: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_end_of_sessions_is_told_from_the_one_before_whatever_the_clock_says() {
        let moment = Timestamp::from_millis;
        let mut account = Account {
            id: AccountId::from_bytes([1; 16]),
            name: "anna@example.test".parse().unwrap(),
            aliases: Vec::new(),
            kind: AccountKind::Person,
            role: Role::Member,
            status: AccountStatus::Active,
            mfa: MfaState::Enforced,
            groups: Vec::new(),
            sid: None,
            grant: None,
            created_at: moment(0),
            sessions_valid_since: None,
            default_method: None,
            must_register_again: false,
        };
        let mut end_at = |now| {
            account.end_sessions(moment(now));
            account.sessions_valid_since.map(Timestamp::as_millis)
        };
        assert_eq!([end_at(5), end_at(5), end_at(2), end_at(9)], [5, 6, 7, 9].map(Some));
    }
}

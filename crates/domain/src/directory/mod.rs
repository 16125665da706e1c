//! What a directory outside (a file, an identity provider) says of accounts and groups, beside what Postern acts on.

mod external_id;
mod label;

pub use external_id::{ExternalId, InvalidExternalId};
pub use label::{InvalidLabel, Label};

use crate::Timestamp;
use crate::account::{AccountName, AccountStatus, GroupName};
use crate::id::{AccountId, DirectoryGroupId};

/// What a directory said of an account. Nothing of it lets anybody in: the account has the addresses and the status.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DirectoryEntry {
    /// The account.
    pub account: AccountId,
    /// The directory's own name for it; no two accounts have the same.
    pub external_id: Option<ExternalId>,
    /// The name as people read it ("Anna Berg").
    pub display_name: Option<Label>,
    /// The given name.
    pub given_name: Option<Label>,
    /// The family name.
    pub family_name: Option<Label>,
    /// The addresses that the directory gave it, at most [`DirectoryEntry::MOST_EMAILS`]. Those that are not its user name
    /// are aliases of the account, beside aliases that it has from elsewhere.
    pub emails: Vec<DirectoryEmail>,
    /// When the directory had it blocked, if it did: only this block is the directory's to lift.
    pub blocked_at: Option<Timestamp>,
}

/// An address as a directory gave it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DirectoryEmail {
    /// The address.
    pub address: AccountName,
    /// What the directory calls its kind ("work").
    pub kind: Option<Label>,
    /// Whether the directory calls it the first one.
    pub primary: bool,
}

impl DirectoryEntry {
    /// Most addresses of an entry: the user name and as many aliases as an account may have.
    pub const MOST_EMAILS: usize = 65;

    /// An entry that says nothing.
    #[must_use]
    pub const fn new(account: AccountId) -> Self {
        Self {
            account,
            external_id: None,
            display_name: None,
            given_name: None,
            family_name: None,
            emails: Vec::new(),
            blocked_at: None,
        }
    }

    /// Whether the account, of that status, is blocked, and the directory had it so.
    #[must_use]
    pub fn has_blocked(&self, status: &AccountStatus) -> bool {
        matches!(status, AccountStatus::Blocked { at, .. } if self.blocked_at == Some(*at))
    }
}

/// A group with an identifier, so that a directory can name it for ever. Who is in it, the accounts say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DirectoryGroup {
    /// Names the group, whatever it is called.
    pub id: DirectoryGroupId,
    /// The name by which settings and grants mean it. It stays when the directory gives the group another display name.
    pub name: GroupName,
    /// What the directory calls it.
    pub display_name: Label,
    /// The directory's own name for it; no two groups have the same.
    pub external_id: Option<ExternalId>,
    /// When it got its identifier.
    pub created_at: Timestamp,
    /// When a client last could see another group than before: it is called otherwise, others are in it, or those in it are
    /// called otherwise. The database keeps it: it is read, and what is written of a group leaves it.
    pub changed_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_block_that_it_made_is_the_directorys() {
        let blocked =
            |at| AccountStatus::Blocked { at: Timestamp::from_millis(at), by: "somebody".to_owned() };
        let mut entry = DirectoryEntry::new(AccountId::from_bytes([1; 16]));
        let mut verdict = |status, blocked_at: Option<i64>| {
            entry.blocked_at = blocked_at.map(Timestamp::from_millis);
            entry.has_blocked(&status)
        };
        assert!(verdict(blocked(5), Some(5)));
        assert!(!verdict(blocked(6), Some(5)), "another block came since");
        assert!(!verdict(blocked(5), None));
        assert!(!verdict(AccountStatus::Active, Some(5)));
    }
}

//! What differs between an account as it is and as a directory wants it.

use std::fmt;

use postern_domain::account::{Account, AccountName, AccountStatus, GroupName};
use postern_domain::audit::Operation;
use postern_domain::directory::DirectoryEntry;

use crate::account::kind_name;

/// One thing that differs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// What it is, in the words of the audit log.
    pub operation: Operation,
    /// As it is.
    pub before: String,
    /// As it is wanted.
    pub after: String,
}

/// `aliases: a@example.org becomes none`
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} becomes {}", self.subject(), self.before, self.after)
    }
}

impl Difference {
    /// What it is, for people.
    #[must_use]
    pub const fn subject(&self) -> &'static str {
        match self.operation {
            Operation::ChangeAddresses => "addresses",
            Operation::ChangeKind => "kind",
            Operation::ChangeRole => "role",
            Operation::ChangeMfaState => "MFA state",
            Operation::ChangeGroups => "groups",
            Operation::BlockAccount | Operation::UnblockAccount => "status",
            _ => "directory entry",
        }
    }
}

/// Everything that differs, in the order in which it is recorded.
pub(super) fn differences(
    (account, entry): (&Account, &DirectoryEntry),
    (wanted, wanted_entry): (&Account, &DirectoryEntry),
) -> Vec<Difference> {
    let status = match wanted.status {
        AccountStatus::Active => Operation::UnblockAccount,
        AccountStatus::Blocked { .. } | AccountStatus::Deleted { .. } => Operation::BlockAccount,
    };
    let status_word = |account: &Account| match account.status {
        AccountStatus::Active => "active".to_owned(),
        AccountStatus::Blocked { .. } => "blocked".to_owned(),
        AccountStatus::Deleted { .. } => "deleted".to_owned(),
    };
    [
        (Operation::ChangeAddresses, addresses(account), addresses(wanted)),
        (Operation::ChangeKind, kind_name(account.kind).to_owned(), kind_name(wanted.kind).to_owned()),
        (Operation::ChangeRole, account.role.name().to_owned(), wanted.role.name().to_owned()),
        (Operation::ChangeMfaState, account.mfa.to_string(), wanted.mfa.to_string()),
        (
            Operation::ChangeGroups,
            listed(account.groups.iter().map(GroupName::as_str)),
            listed(wanted.groups.iter().map(GroupName::as_str)),
        ),
        (Operation::ChangeDirectoryEntry, entry_text(entry), entry_text(wanted_entry)),
        (status, status_word(account), status_word(wanted)),
    ]
    .into_iter()
    .filter(|(_, before, after)| before != after)
    .map(|(operation, before, after)| Difference { operation, before, after })
    .collect()
}

fn addresses(account: &Account) -> String {
    listed(account.addresses().map(AccountName::as_str))
}

fn listed<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let text = texts.collect::<Vec<_>>().join(", ");
    if text.is_empty() { "none".to_owned() } else { text }
}

/// What people want to know of an entry; the addresses are among the account's.
fn entry_text(entry: &DirectoryEntry) -> String {
    let parts = [
        ("external id", entry.external_id.as_ref().map(ToString::to_string)),
        ("display name", entry.display_name.as_ref().map(ToString::to_string)),
        ("given name", entry.given_name.as_ref().map(ToString::to_string)),
        ("family name", entry.family_name.as_ref().map(ToString::to_string)),
    ];
    let parts: Vec<String> =
        parts.into_iter().filter_map(|(name, value)| Some(format!("{name} {}", value?))).collect();
    listed(parts.iter().map(String::as_str))
}

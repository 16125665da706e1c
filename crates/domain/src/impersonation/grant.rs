//! Which mailboxes a grant names.

use std::fmt;
use std::str::FromStr;

use super::Mailbox;
use crate::account::{AccountName, GroupName};

/// The mailboxes that a service account, or one of its app passwords, may act for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ImpersonationGrant {
    /// Every mailbox.
    All,
    /// Those that it names.
    Named(NamedMailboxes),
}

/// Mailboxes by name. Never empty; made by [`ImpersonationGrant::named`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NamedMailboxes {
    mailboxes: Vec<AccountName>,
    groups: Vec<GroupName>,
    domains: Vec<DomainName>,
}

/// A mail domain, in lower case. Its subdomains are other domains.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DomainName(String);

/// The text is no mail domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a mail domain: write it as example.org")]
pub struct InvalidDomainName;

/// Why mailboxes make no grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidGrant {
    /// It names none.
    #[error("the grant names no mailbox: name mailboxes, groups or domains, or all")]
    Empty,
    /// More than [`NamedMailboxes::MOST_MAILBOXES`].
    #[error("too many mailboxes: a grant names at most 1000; put them in a group, or name their domain")]
    TooManyMailboxes,
    /// More than [`NamedMailboxes::MOST_GROUPS`].
    #[error("too many groups: a grant names at most 100")]
    TooManyGroups,
    /// More than [`NamedMailboxes::MOST_DOMAINS`].
    #[error("too many domains: a grant names at most 100")]
    TooManyDomains,
}

impl ImpersonationGrant {
    /// The grant of these, each sorted, doubles dropped.
    ///
    /// # Errors
    /// [`InvalidGrant`].
    pub fn named(
        mailboxes: impl IntoIterator<Item = AccountName>,
        groups: impl IntoIterator<Item = GroupName>,
        domains: impl IntoIterator<Item = DomainName>,
    ) -> Result<Self, InvalidGrant> {
        let named =
            NamedMailboxes { mailboxes: sorted(mailboxes), groups: sorted(groups), domains: sorted(domains) };
        match (named.mailboxes.len(), named.groups.len(), named.domains.len()) {
            (0, 0, 0) => Err(InvalidGrant::Empty),
            (mailboxes, ..) if mailboxes > NamedMailboxes::MOST_MAILBOXES => {
                Err(InvalidGrant::TooManyMailboxes)
            }
            (_, groups, _) if groups > NamedMailboxes::MOST_GROUPS => Err(InvalidGrant::TooManyGroups),
            (.., domains) if domains > NamedMailboxes::MOST_DOMAINS => Err(InvalidGrant::TooManyDomains),
            _ => Ok(Self::Named(named)),
        }
    }

    /// Whether the grant names that mailbox. An address that no account has is in no group.
    #[must_use]
    pub fn covers(&self, mailbox: Mailbox<'_>) -> bool {
        let Self::Named(named) = self else { return true };
        let name = mailbox.name();
        let in_a_group = |group: &GroupName| named.groups.binary_search(group).is_ok();
        named.mailboxes.binary_search(name).is_ok()
            || named.domains.iter().any(|domain| domain.0 == name.domain())
            || matches!(mailbox, Mailbox::Account(account) if account.groups.iter().any(in_a_group))
    }
}

fn sorted<T: Ord>(entries: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut list: Vec<T> = entries.into_iter().collect();
    list.sort_unstable();
    list.dedup();
    list
}

impl NamedMailboxes {
    /// Most mailboxes by their addresses. They are read on each sign-in of the account, in about a tenth of a
    /// millisecond when there are so many.
    pub const MOST_MAILBOXES: usize = 1000;
    /// Most groups.
    pub const MOST_GROUPS: usize = 100;
    /// Most domains.
    pub const MOST_DOMAINS: usize = 100;

    /// Primary addresses, sorted.
    #[must_use]
    pub fn mailboxes(&self) -> &[AccountName] {
        &self.mailboxes
    }

    /// Groups, sorted.
    #[must_use]
    pub fn groups(&self) -> &[GroupName] {
        &self.groups
    }

    /// Domains, sorted.
    #[must_use]
    pub fn domains(&self) -> &[DomainName] {
        &self.domains
    }
}

impl DomainName {
    /// The domain, in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An `@` in front is no harm.
impl FromStr for DomainName {
    type Err = InvalidDomainName;

    fn from_str(text: &str) -> Result<Self, InvalidDomainName> {
        let text = text.trim();
        let domain = text.strip_prefix('@').unwrap_or(text);
        // A domain is right when some address in it is.
        let address: AccountName = format!("x@{domain}").parse().map_err(|_| InvalidDomainName)?;
        Ok(Self(address.domain().to_owned()))
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names that a text shows before it says how many more there are.
const SHOWN: usize = 8;

impl ImpersonationGrant {
    /// As it is displayed, with every name.
    #[must_use]
    pub fn in_full(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = self.write(&mut text, usize::MAX);
        text
    }

    fn write(&self, f: &mut impl fmt::Write, shown: usize) -> fmt::Result {
        let Self::Named(named) = self else { return f.write_str("all mailboxes") };
        let mailboxes = named.mailboxes.iter().map(AccountName::as_str).collect::<Vec<_>>();
        let groups = named.groups.iter().map(GroupName::as_str).collect::<Vec<_>>();
        let domains = named.domains.iter().map(DomainName::as_str).collect::<Vec<_>>();
        let mut between = "";
        for (list, one, several) in [
            (mailboxes, "", ""),
            (groups, "the group ", "the groups "),
            (domains, "the domain ", "the domains "),
        ] {
            if list.is_empty() {
                continue;
            }
            let what = if list.len() == 1 { one } else { several };
            write!(f, "{between}{what}{}", list[..list.len().min(shown)].join(", "))?;
            if list.len() > shown {
                write!(f, ", and {} more", list.len() - shown)?;
            }
            between = "; ";
        }
        Ok(())
    }
}

/// For people: `all mailboxes`, or `bo@example.test; the group sales; the domains example.org, example.net`. Long lists
/// are cut: `…, and 992 more`.
impl fmt::Display for ImpersonationGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, SHOWN)
    }
}

#[cfg(test)]
mod tests;

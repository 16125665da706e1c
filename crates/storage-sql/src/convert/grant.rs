//! Grants: one text, each name on a line: `*` for all mailboxes, else `bo@example.test`, `@example.test` for a domain,
//! `group sales`. No address has a space.

use postern_domain::account::{AccountName, GroupName};
use postern_domain::impersonation::{DomainName, ImpersonationGrant};

use super::{Column, join_lines, split_lines};
use crate::driver::Value;

const ALL: &str = "*";
const GROUP: &str = "group ";

/// The text that is stored for a grant.
pub(crate) fn grant_text(grant: &ImpersonationGrant) -> String {
    let ImpersonationGrant::Named(named) = grant else { return ALL.to_owned() };
    let mailboxes = named.mailboxes().iter().map(|name| name.as_str().to_owned());
    let groups = named.groups().iter().map(|group| format!("{GROUP}{group}"));
    let domains = named.domains().iter().map(|domain| format!("@{domain}"));
    let lines = mailboxes.chain(groups).chain(domains).collect::<Vec<_>>();
    join_lines(lines.iter().map(String::as_str))
}

impl<'r> Column<'r> for ImpersonationGrant {
    fn read(value: Value<'r>) -> Option<Self> {
        let text = <&str>::read(value)?;
        if text == ALL {
            return Some(Self::All);
        }
        let (mut mailboxes, mut groups, mut domains) = (Vec::new(), Vec::new(), Vec::new());
        for line in split_lines(text) {
            if let Some(group) = line.strip_prefix(GROUP) {
                groups.push(group.parse::<GroupName>().ok()?);
            } else if line.starts_with('@') {
                domains.push(line.parse::<DomainName>().ok()?);
            } else {
                mailboxes.push(line.parse::<AccountName>().ok()?);
            }
        }
        Self::named(mailboxes, groups, domains).ok()
    }
}

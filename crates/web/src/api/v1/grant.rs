//! Grants, as requests and answers write them.

use postern_domain::impersonation::ImpersonationGrant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::body::Fields;

/// Mailboxes that may be acted for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Grant)]
pub(crate) struct GrantBody {
    /// Every mailbox.
    all: bool,
    /// Primary addresses.
    mailboxes: Vec<String>,
    /// Groups, with all who are in them.
    groups: Vec<String>,
    /// Mail domains.
    domains: Vec<String>,
}

/// Mailboxes that may be acted for: all, or at least one by name.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[derive(Default)]
#[schema(as = GrantInput)]
pub(crate) struct GrantInput {
    /// Every mailbox; then nothing else is named.
    all: bool,
    /// Addresses.
    mailboxes: Vec<String>,
    /// Groups, with all who are in them.
    groups: Vec<String>,
    /// Mail domains.
    domains: Vec<String>,
}

impl GrantBody {
    pub(crate) fn new(grant: &ImpersonationGrant) -> Self {
        match grant {
            ImpersonationGrant::All => {
                Self { all: true, mailboxes: Vec::new(), groups: Vec::new(), domains: Vec::new() }
            }
            ImpersonationGrant::Named(named) => Self {
                all: false,
                mailboxes: named.mailboxes().iter().map(ToString::to_string).collect(),
                groups: named.groups().iter().map(ToString::to_string).collect(),
                domains: named.domains().iter().map(ToString::to_string).collect(),
            },
        }
    }
}

impl GrantInput {
    pub(crate) fn read(&self, pointer: &str, fields: &mut Fields) -> Option<ImpersonationGrant> {
        let names_some = [&self.mailboxes, &self.groups, &self.domains].iter().any(|list| !list.is_empty());
        if self.all {
            if names_some {
                fields.wrong(pointer, "with `all` nothing else is named");
            }
            return Some(ImpersonationGrant::All);
        }
        let mailboxes = fields.parse_all(&format!("{pointer}/mailboxes"), &self.mailboxes);
        let groups = fields.parse_all(&format!("{pointer}/groups"), &self.groups);
        let domains = fields.parse_all(&format!("{pointer}/domains"), &self.domains);
        let read = mailboxes.len() + groups.len() + domains.len();
        let given = self.mailboxes.len() + self.groups.len() + self.domains.len();
        // What could not be read is told already.
        if read < given {
            return None;
        }
        fields.check(pointer, ImpersonationGrant::named(mailboxes, groups, domains))
    }
}

//! The sections of the admin area, in the order of its navigation.

use postern_domain::account::{Permission, Role};

use super::paths;

/// A section.
struct Section {
    words: &'static str,
    path: &'static str,
    permission: Permission,
}

const SECTIONS: &[Section] = &[
    Section { words: "Overview", path: paths::OVERVIEW, permission: Permission::ReadAccounts },
    Section { words: "Accounts", path: paths::ACCOUNTS, permission: Permission::ReadAccounts },
    Section { words: "MFA", path: paths::MFA, permission: Permission::ReadEvents },
    Section { words: "Inventory", path: paths::INVENTORY, permission: Permission::ReadInventory },
    Section { words: "Sign-ins", path: paths::SIGN_INS, permission: Permission::ReadEvents },
    Section { words: "Report", path: paths::REPORT, permission: Permission::ReadInventory },
    Section { words: "Changes", path: paths::CHANGES, permission: Permission::ReadAccounts },
    Section { words: "Audit log", path: paths::AUDIT, permission: Permission::ReadAudit },
    Section { words: "Delivery", path: paths::DELIVERY, permission: Permission::ReadAudit },
    Section { words: "Tokens", path: paths::TOKENS, permission: Permission::ManageTokens },
    Section { words: "Settings", path: paths::SETTINGS, permission: Permission::ReadSettings },
];

/// A section as the navigation shows it.
pub(crate) struct SectionLink {
    pub(crate) words: &'static str,
    pub(crate) path: &'static str,
    /// Whether the page that is shown belongs to it.
    pub(crate) current: bool,
}

/// The sections that a role opens.
pub(super) fn for_role(role: Role, current: &str) -> Vec<SectionLink> {
    SECTIONS
        .iter()
        .filter(|section| role.may(section.permission))
        .map(|section| SectionLink {
            words: section.words,
            path: section.path,
            current: section.path == current,
        })
        .collect()
}

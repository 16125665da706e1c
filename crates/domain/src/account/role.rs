//! Roles: what an account may do for others. One table, asked by every deed and every page.

use crate::named::named;

named! {
    /// What an account may do for others. Everybody may do what is their own, whatever their role.
    pub enum Role {
        /// Nothing.
        Member = "member",
        /// Sees why a program was refused, and gets people in again who lost their phone or password: members only.
        HelpDesk = "help-desk",
        /// Sees everything, changes nothing.
        Auditor = "auditor",
        /// Decides how people and programs sign in: MFA states, methods, app passwords, blocks. Not who administers, and
        /// not the settings.
        AuthenticationAdministrator = "authentication-administrator",
        /// Everything, for every account.
        GlobalAdministrator = "global-administrator",
    }
}

named! {
    /// One kind of thing that is done for others, as roles and API tokens allow it.
    pub enum Permission {
        /// Accounts with their methods, MFA state, app passwords and consents. Never a secret.
        ReadAccounts = "accounts.read",
        /// Sign-ins, refusals and live sessions of everybody.
        ReadEvents = "events.read",
        /// The audit log.
        ReadAudit = "audit.read",
        /// The settings, overrides included.
        ReadSettings = "settings.read",
        /// The inventory of app passwords, the report, exports.
        ReadInventory = "inventory.read",
        /// Deleting authentication methods of others, and demanding that they register again.
        ResetMethods = "methods.reset",
        /// Setting account passwords of others.
        ResetPasswords = "passwords.reset",
        /// Ending portal and door sessions of others.
        EndSessions = "sessions.end",
        /// Blocking and unblocking accounts.
        BlockAccounts = "accounts.block",
        /// Setting MFA states.
        SetMfaState = "mfa.write",
        /// Changing and revoking app passwords of others, and creating them for service accounts.
        ManageAppPasswords = "app-passwords.write",
        /// Adding, changing and deleting accounts, their groups and grants, and importing them.
        ManageAccounts = "accounts.write",
        /// Giving and taking roles.
        ManageRoles = "roles.write",
        /// Changing settings.
        ChangeSettings = "settings.write",
        /// API tokens of others, and service principals.
        ManageTokens = "tokens.write",
        /// Provisioning accounts and groups (SCIM 2.0), as an identity provider does.
        ProvisionDirectory = "directory.write",
    }
}

impl Permission {
    /// Whether it sets aside what somebody proves by that it is they. Nobody needs it for their own account: they prove it.
    #[must_use]
    pub const fn resets(self) -> bool {
        matches!(self, Self::ResetMethods | Self::ResetPasswords)
    }

    /// Whether nothing is changed by it.
    #[must_use]
    pub const fn only_reads(self) -> bool {
        matches!(
            self,
            Self::ReadAccounts
                | Self::ReadEvents
                | Self::ReadAudit
                | Self::ReadSettings
                | Self::ReadInventory
        )
    }
}

impl Role {
    /// Whether the role allows it, for one account at least.
    #[must_use]
    pub const fn may(self, permission: Permission) -> bool {
        use Permission::{
            BlockAccounts, ChangeSettings, EndSessions, ManageAccounts, ManageAppPasswords, ManageRoles,
            ManageTokens, ProvisionDirectory, ReadAccounts, ReadAudit, ReadEvents, ReadInventory,
            ReadSettings, ResetMethods, ResetPasswords, SetMfaState,
        };
        match self {
            Self::Member => false,
            Self::HelpDesk => match permission {
                ReadAccounts | ReadEvents | ResetMethods | ResetPasswords | EndSessions => true,
                ReadAudit | ReadSettings | ReadInventory | BlockAccounts | SetMfaState
                | ManageAppPasswords | ManageAccounts | ManageRoles | ChangeSettings | ManageTokens
                | ProvisionDirectory => false,
            },
            Self::Auditor => match permission {
                ReadAccounts | ReadEvents | ReadAudit | ReadSettings | ReadInventory => true,
                ResetMethods | ResetPasswords | EndSessions | BlockAccounts | SetMfaState
                | ManageAppPasswords | ManageAccounts | ManageRoles | ChangeSettings | ManageTokens
                | ProvisionDirectory => false,
            },
            Self::AuthenticationAdministrator => match permission {
                ReadAccounts | ReadEvents | ReadAudit | ReadSettings | ReadInventory | ResetMethods
                | ResetPasswords | EndSessions | BlockAccounts | SetMfaState | ManageAppPasswords => true,
                ManageAccounts | ManageRoles | ChangeSettings | ManageTokens | ProvisionDirectory => false,
            },
            Self::GlobalAdministrator => true,
        }
    }

    /// Whether a deed on an account with the role `target` may be done at all. Who could reset the account of somebody
    /// with more rights could have these rights by it.
    #[must_use]
    pub const fn may_act_on(self, target: Self) -> bool {
        match self {
            Self::Member | Self::Auditor => false,
            Self::HelpDesk => matches!(target, Self::Member),
            Self::AuthenticationAdministrator => {
                matches!(target, Self::Member | Self::HelpDesk | Self::Auditor)
            }
            Self::GlobalAdministrator => true,
        }
    }

    /// Whether it allows anything at all: such a person's sessions are short, and their sign-in is told to the
    /// administrators.
    #[must_use]
    pub const fn is_privileged(self) -> bool {
        !matches!(self, Self::Member)
    }

    /// The words for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Member => "Member",
            Self::HelpDesk => "Help desk",
            Self::Auditor => "Auditor",
            Self::AuthenticationAdministrator => "Authentication administrator",
            Self::GlobalAdministrator => "Global administrator",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole table in view: a row for each permission, a column for each role.
    #[test]
    fn who_may_what() {
        let table = Permission::ALL.iter().fold(String::new(), |mut table, permission| {
            let marks: String =
                Role::ALL.iter().map(|role| if role.may(*permission) { " x" } else { " -" }).collect();
            table.push_str(&format!("{:20}{marks}\n", permission.name()));
            table
        });
        // member, help-desk, auditor, authentication-administrator, global-administrator
        assert_eq!(
            table,
            "\
accounts.read        - x x x x
events.read          - x x x x
audit.read           - - x x x
settings.read        - - x x x
inventory.read       - - x x x
methods.reset        - x - x x
passwords.reset      - x - x x
sessions.end         - x - x x
accounts.block       - - - x x
mfa.write            - - - x x
app-passwords.write  - - - x x
accounts.write       - - - - x
roles.write          - - - - x
settings.write       - - - - x
tokens.write         - - - - x
directory.write      - - - - x
"
        );
    }

    #[test]
    fn nobody_but_a_global_administrator_acts_on_an_equal_or_a_better() {
        for role in Role::ALL {
            let below: Vec<_> = Role::ALL.iter().filter(|target| role.may_act_on(**target)).collect();
            let expected: &[Role] = match role {
                Role::Member | Role::Auditor => &[],
                Role::HelpDesk => &[Role::Member],
                Role::AuthenticationAdministrator => &[Role::Member, Role::HelpDesk, Role::Auditor],
                Role::GlobalAdministrator => Role::ALL,
            };
            assert_eq!(below, expected.iter().collect::<Vec<_>>(), "{}", role.name());
        }
    }
}

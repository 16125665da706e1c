//! Scopes: what a token may be used for.

use std::fmt;
use std::str::FromStr;

use crate::account::Permission;
use crate::named::named;

named! {
    /// What a token may do with what is its owner's own, whatever their role.
    pub enum OwnScope {
        /// Reading one's own account: methods, app passwords, consents, sign-ins, sessions. Never a secret.
        Read = "account.own",
        /// Creating, changing, rotating and revoking one's own app passwords.
        AppPasswords = "app-passwords.own",
        /// Ending one's own sessions.
        Sessions = "sessions.own",
        /// Giving and withdrawing one's own consents, and giving and removing passwords of one's own mailboxes.
        Consents = "consents.own",
        /// Changing where one's own notices go.
        NotificationAddresses = "notification-addresses.own",
        /// Naming and deleting one's own authentication methods, and unlinking one's own outside identities. None is made.
        Methods = "methods.own",
    }
}

/// One thing that a token may be used for. A scope never gives more than the token's owner may at that moment.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Scope {
    /// With what is its owner's own.
    Own(OwnScope),
    /// For others, as a role allows it.
    For(Permission),
}

impl Scope {
    /// Every scope, one's own first.
    pub fn all() -> impl Iterator<Item = Self> {
        let own = OwnScope::ALL.iter().copied().map(Self::Own);
        own.chain(Permission::ALL.iter().copied().map(Self::For))
    }

    /// The name in storage, requests and answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Own(own) => own.name(),
            Self::For(permission) => permission.name(),
        }
    }

    /// The scope of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|scope| scope.name() == name)
    }

    /// One clause for people that says what it allows.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Own(OwnScope::Read) => "read your own account, app passwords, sign-ins and sessions",
            Self::Own(OwnScope::AppPasswords) => "create, change and revoke your own app passwords",
            Self::Own(OwnScope::Sessions) => "end your own sessions, and forget your browsers",
            Self::Own(OwnScope::NotificationAddresses) => "change where your own notices go",
            Self::Own(OwnScope::Methods) => {
                "name and delete your own authentication methods, and unlink outside identities"
            }
            Self::Own(OwnScope::Consents) => {
                "give and withdraw your own consents, and give passwords of your mailboxes"
            }
            Self::For(permission) => match permission {
                Permission::ReadAccounts => "read all accounts, their methods and app passwords",
                Permission::ReadEvents => "read sign-ins, refusals and live sessions of everybody",
                Permission::ReadAudit => "read the audit log",
                Permission::ReadSettings => "read the settings",
                Permission::ReadInventory => "read the inventory of app passwords",
                Permission::ResetMethods => "delete authentication methods of others",
                Permission::ResetPasswords => "set account passwords of others",
                Permission::EndSessions => "end sessions of others",
                Permission::BlockAccounts => "block and unblock accounts",
                Permission::SetMfaState => "set MFA states",
                Permission::ManageAppPasswords => {
                    "change and revoke app passwords of others, and create them for service accounts"
                }
                Permission::ManageAccounts => "add, change and delete accounts",
                Permission::ManageRoles => "give and take roles",
                Permission::ChangeSettings => "change settings",
                Permission::ManageTokens => "manage API tokens of others, and service principals",
                Permission::ProvisionDirectory => "provision accounts and groups (SCIM 2.0)",
            },
        }
    }

    const fn bit(self) -> u64 {
        match self {
            Self::Own(own) => 1 << own as u32,
            Self::For(permission) => 1 << (32 + permission as u32),
        }
    }
}

/// Some scopes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Scopes(u64);

/// The text names something that is no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is no scope")]
pub struct NoSuchScope {
    /// What was given.
    pub name: String,
}

impl Scopes {
    /// None at all.
    pub const NONE: Self = Self(0);

    /// Whether `scope` is among them.
    #[must_use]
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those that are in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Each, one's own first.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::all().filter(move |scope| self.contains(*scope))
    }

    /// Whether something of others can be changed with them.
    #[must_use]
    pub fn change_others(self) -> bool {
        self.iter().any(|scope| matches!(scope, Scope::For(permission) if !permission.only_reads()))
    }

    /// Whether one of them is for others, so that a role is needed.
    #[must_use]
    pub fn reach_others(self) -> bool {
        self.iter().any(|scope| matches!(scope, Scope::For(_)))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

/// Names separated by spaces, as in RFC 6749 3.3.
impl FromStr for Scopes {
    type Err = NoSuchScope;

    fn from_str(text: &str) -> Result<Self, NoSuchScope> {
        text.split_ascii_whitespace()
            .map(|name| Scope::from_name(name).ok_or_else(|| NoSuchScope { name: name.to_owned() }))
            .collect()
    }
}

/// Names separated by spaces.
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, scope) in self.iter().enumerate() {
            if position > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope.name())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_has_a_name_and_a_place_of_its_own() {
        let all: Scopes = Scope::all().collect();
        assert_eq!(all.iter().count(), Scope::all().count());
        for scope in Scope::all() {
            assert_eq!(Scope::from_name(scope.name()), Some(scope), "{}", scope.name());
            assert_eq!(Scopes::from_iter([scope]).iter().collect::<Vec<_>>(), [scope]);
        }
        assert_eq!(all.to_string().parse(), Ok(all));
    }

    #[test]
    fn texts_are_read_and_shown_in_one_order() {
        let scopes: Scopes = " mfa.write  account.own ".parse().unwrap();
        assert_eq!(scopes.to_string(), "account.own mfa.write");
        assert!(scopes.reach_others() && scopes.change_others());
        let reads: Scopes = "account.own app-passwords.own accounts.read".parse().unwrap();
        assert!(reads.reach_others() && !reads.change_others());
        assert_eq!("mfa.write root".parse::<Scopes>().unwrap_err().to_string(), "`root` is no scope");
        assert!("".parse::<Scopes>().unwrap().is_empty());
    }
}

//! What can be done to many accounts at once.

use std::fmt;
use std::str::FromStr;

use super::{GroupName, Permission};
use crate::mfa::MfaState;

/// What is done to each of many accounts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BulkChange {
    /// Sets the MFA state.
    SetMfaState(MfaState),
    /// Ends portal and door sessions.
    EndSessions,
    /// Has the owners register a method at their next browser sign-in; with `true`, after their methods are deleted.
    RequireRegistration(bool),
    /// Blocks.
    Block,
    /// Unblocks.
    Unblock,
    /// Revokes every app password.
    RevokeAppPasswords,
    /// Puts into a group.
    AddToGroup(GroupName),
    /// Takes out of a group.
    RemoveFromGroup(GroupName),
}

impl BulkChange {
    /// What a role must allow for it.
    #[must_use]
    pub const fn permission(&self) -> Permission {
        match self {
            Self::SetMfaState(_) => Permission::SetMfaState,
            Self::EndSessions => Permission::EndSessions,
            Self::RequireRegistration(_) => Permission::ResetMethods,
            Self::Block | Self::Unblock => Permission::BlockAccounts,
            Self::RevokeAppPasswords => Permission::ManageAppPasswords,
            Self::AddToGroup(_) | Self::RemoveFromGroup(_) => Permission::ManageAccounts,
        }
    }

    /// In words, as a button says it: `Enforce MFA`.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::SetMfaState(MfaState::Disabled) => "Disable MFA".to_owned(),
            Self::SetMfaState(MfaState::Enabled) => "Enable MFA".to_owned(),
            Self::SetMfaState(MfaState::Enforced) => "Enforce MFA".to_owned(),
            Self::EndSessions => "Sign out everywhere".to_owned(),
            Self::RequireRegistration(false) => "Require registering a method again".to_owned(),
            Self::RequireRegistration(true) => "Delete methods and require registering again".to_owned(),
            Self::Block => "Block".to_owned(),
            Self::Unblock => "Unblock".to_owned(),
            Self::RevokeAppPasswords => "Revoke all app passwords".to_owned(),
            Self::AddToGroup(group) => format!("Add to the group {group}"),
            Self::RemoveFromGroup(group) => format!("Take out of the group {group}"),
        }
    }
}

/// As storage, forms and the audit have it; [`BulkChange::from_str`] reads it.
impl fmt::Display for BulkChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SetMfaState(state) => write!(f, "mfa {state}"),
            Self::EndSessions => f.write_str("end-sessions"),
            Self::RequireRegistration(false) => f.write_str("require-registration"),
            Self::RequireRegistration(true) => f.write_str("delete-methods"),
            Self::Block => f.write_str("block"),
            Self::Unblock => f.write_str("unblock"),
            Self::RevokeAppPasswords => f.write_str("revoke-app-passwords"),
            Self::AddToGroup(group) => write!(f, "add-to-group {group}"),
            Self::RemoveFromGroup(group) => write!(f, "remove-from-group {group}"),
        }
    }
}

/// The text names no change to many accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such change to many accounts")]
pub struct NoSuchBulkChange;

impl FromStr for BulkChange {
    type Err = NoSuchBulkChange;

    fn from_str(text: &str) -> Result<Self, NoSuchBulkChange> {
        let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
        let group = || rest.parse::<GroupName>().map_err(|_| NoSuchBulkChange);
        Ok(match name {
            "mfa" => Self::SetMfaState(rest.parse().map_err(|_| NoSuchBulkChange)?),
            "add-to-group" => Self::AddToGroup(group()?),
            "remove-from-group" => Self::RemoveFromGroup(group()?),
            _ if !rest.is_empty() => return Err(NoSuchBulkChange),
            "end-sessions" => Self::EndSessions,
            "require-registration" => Self::RequireRegistration(false),
            "delete-methods" => Self::RequireRegistration(true),
            "block" => Self::Block,
            "unblock" => Self::Unblock,
            "revoke-app-passwords" => Self::RevokeAppPasswords,
            _ => return Err(NoSuchBulkChange),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_is_read_back() {
        let group: GroupName = "staff".parse().unwrap();
        for change in [
            BulkChange::SetMfaState(MfaState::Enforced),
            BulkChange::EndSessions,
            BulkChange::RequireRegistration(false),
            BulkChange::RequireRegistration(true),
            BulkChange::Block,
            BulkChange::Unblock,
            BulkChange::RevokeAppPasswords,
            BulkChange::AddToGroup(group.clone()),
            BulkChange::RemoveFromGroup(group),
        ] {
            assert_eq!(change.to_string().parse(), Ok(change));
        }
        for text in ["", "mfa", "mfa on", "block all", "add-to-group", "add-to-group a b", "delete"] {
            assert_eq!(text.parse::<BulkChange>(), Err(NoSuchBulkChange), "{text}");
        }
    }
}

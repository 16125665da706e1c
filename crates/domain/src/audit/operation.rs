//! What can be recorded. The names are kept close to Microsoft's where theirs exist.

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident = $text:literal),+ $(,)?) => {
        /// What was done.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Operation { $($(#[$doc])* $name),+ }

        impl Operation {
            /// Every operation.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The name used in storage, JSON and exports.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// The operation of that name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|operation| operation.name() == name)
            }
        }
    };
}

operations! {
    /// An account was added.
    AddAccount = "Add account",
    /// An account was deleted.
    DeleteAccount = "Delete account",
    /// An account was blocked.
    BlockAccount = "Block account",
    /// An account was unblocked.
    UnblockAccount = "Unblock account",
    /// An account password was set by somebody else than its owner, or changed by its owner.
    ChangeAccountPassword = "Change account password",
    /// An account's MFA state was changed.
    ChangeMfaState = "Change MFA state",
    /// An authentication method was registered.
    RegisterMethod = "Register authentication method",
    /// An authentication method was deleted.
    DeleteMethod = "Delete authentication method",
    /// Recovery codes were made, the old ones are void.
    MakeRecoveryCodes = "Make recovery codes",
    /// A recovery code was used.
    UseRecoveryCode = "Use recovery code",
    /// An app password was created.
    CreateAppPassword = "Create app password",
    /// An app password was given a new secret.
    RotateAppPassword = "Rotate app password",
    /// The old secret of a rotated app password ended.
    EndOldSecret = "End old secret",
    /// An app password was suspended.
    SuspendAppPassword = "Suspend app password",
    /// A suspended app password was resumed.
    ResumeAppPassword = "Resume app password",
    /// An app password was revoked.
    RevokeAppPassword = "Revoke app password",
    /// The portal and door sessions of an account were ended.
    EndSessions = "End sessions",
    /// A setting was changed.
    ChangeSetting = "Change setting",
    /// The link for the first administrator was made.
    MakeSetupLink = "Make setup link",
    /// A batch of sign-in events was sealed into the chain.
    SealSignInEvents = "Seal sign-in events",
    /// A new version of a key was put into use.
    RotateKey = "Rotate key",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_a_name_of_its_own() {
        for operation in Operation::ALL {
            assert_eq!(Operation::from_name(operation.name()), Some(*operation), "{}", operation.name());
        }
        assert_eq!(Operation::from_name(""), None);
    }
}

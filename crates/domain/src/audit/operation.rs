//! What can be recorded. The names are kept close to Microsoft's where theirs exist.

use crate::named::named;

named! {
    /// What was done.
    pub enum Operation {
        /// An account was added.
        AddAccount = "Add account",
        /// An account was deleted.
        DeleteAccount = "Delete account",
        /// An account was blocked.
        BlockAccount = "Block account",
        /// An account was unblocked.
        UnblockAccount = "Unblock account",
        /// The user name or the aliases of an account were changed.
        ChangeAddresses = "Change addresses",
        /// A person was made a service account, or the other way round.
        ChangeKind = "Change kind",
        /// An account's role was changed.
        ChangeRole = "Change role",
        /// What a directory says of an account, beside what Postern acts on, was changed.
        ChangeDirectoryEntry = "Change directory entry",
        /// A directory added a group.
        AddGroup = "Add group",
        /// A directory gave a group another display name or external id.
        ChangeGroup = "Change group",
        /// A directory deleted a group.
        DeleteGroup = "Delete group",
        /// Accounts were imported from a file.
        ImportAccounts = "Import accounts",
        /// An account password was set by somebody else than its owner, or changed by its owner.
        ChangeAccountPassword = "Change account password",
        /// An account's MFA state was changed.
        ChangeMfaState = "Change MFA state",
        /// Somebody got in to the portal. The details say with which factors.
        SignInToPortal = "Sign in to portal",
        /// An authentication method was registered.
        RegisterMethod = "Register authentication method",
        /// An authentication method was deleted.
        DeleteMethod = "Delete authentication method",
        /// An authentication method was given another name, or became the one that is asked for first.
        ChangeMethod = "Change authentication method",
        /// An administrator demanded that an owner registers a method anew.
        RequireRegistration = "Require re-registration of MFA",
        /// A passkey's signature counter did not grow: there may be a copy of its key.
        RefuseClonedPasskey = "Refused cloned passkey",
        /// A browser is remembered, so that no second factor is asked for in it for a while.
        RememberBrowser = "Remember browser",
        /// Remembered browsers were forgotten.
        ForgetBrowsers = "Forget remembered browsers",
        /// Somebody at an outside identity provider was linked to an account, which they can sign in to from then on.
        LinkOutsideIdentity = "Link outside identity",
        /// Such a link was taken away.
        UnlinkOutsideIdentity = "Unlink outside identity",
        /// An identity provider ended the portal sessions of somebody for whom it had vouched.
        EndOutsideSessions = "Sign out by identity provider",
        /// An outside identity provider vouched for somebody who was not let in.
        RefuseOutsideIdentity = "Refused outside identity",
        /// Recovery codes were made, the old ones are void.
        MakeRecoveryCodes = "Make recovery codes",
        /// A recovery code was used.
        UseRecoveryCode = "Use recovery code",
        /// An app password was created.
        CreateAppPassword = "Create app password",
        /// An app password was given a new secret.
        RotateAppPassword = "Rotate app password",
        /// What an app password may do, or what it is called, was changed.
        ChangeAppPassword = "Change app password",
        /// The old secret of a rotated app password ended.
        EndOldSecret = "End old secret",
        /// An app password was suspended.
        SuspendAppPassword = "Suspend app password",
        /// A suspended app password was resumed.
        ResumeAppPassword = "Resume app password",
        /// An app password was revoked.
        RevokeAppPassword = "Revoke app password",
        /// The mailboxes that a service account or one of its app passwords may act for were changed.
        ChangeImpersonationGrant = "Change impersonation grant",
        /// An account was put into groups or taken out of them.
        ChangeGroups = "Change groups",
        /// A change to many accounts was begun.
        StartBulkChange = "Start bulk change",
        /// An account's security identifier was changed.
        ChangeSid = "Change security identifier",
        /// The portal and door sessions of an account were ended.
        EndSessions = "End sessions",
        /// One live session at a door was ended.
        EndSession = "End session",
        /// The owner of a mailbox connected it.
        ConnectMailbox = "Connect mailbox",
        /// The consent to a mailbox was withdrawn.
        WithdrawConsent = "Withdraw consent",
        /// A provider issues no more tokens by a consent.
        LapseConsent = "Consent lapsed",
        /// An upstream refused a fresh access token.
        RefuseUpstreamToken = "Upstream refused token",
        /// The password of a mailbox was entered or replaced.
        SetMailboxPassword = "Set mailbox password",
        /// The password of a mailbox was removed.
        RemoveMailboxPassword = "Remove mailbox password",
        /// An API token was created.
        CreateApiToken = "Create API token",
        /// An API token was revoked.
        RevokeApiToken = "Revoke API token",
        /// A service principal was added.
        AddServicePrincipal = "Add service principal",
        /// A service principal was given a new secret; its access tokens are void.
        RotateClientSecret = "Rotate client secret",
        /// A service principal was revoked, its access tokens with it.
        RevokeServicePrincipal = "Revoke service principal",
        /// A setting was changed.
        ChangeSetting = "Change setting",
        /// The owner of an account asked the administrators about a refusal.
        AskForHelp = "Ask for help",
        /// The link for the first administrator was made.
        MakeSetupLink = "Make setup link",
        /// A notice could not be delivered to an address and is not tried again.
        GiveUpNotice = "Give up notice",
        /// The addresses that get an account's notices were changed.
        ChangeNotificationAddresses = "Change notification addresses",
        /// A batch of sign-in events was sealed into the chain.
        SealSignInEvents = "Seal sign-in events",
        /// Somebody had the whole audit log verified. The details say what was found.
        VerifyAuditLog = "Verify audit log",
        /// A new version of a key was put into use.
        RotateKey = "Rotate key",
    }
}

impl Operation {
    /// The same for programs: the name in lower case with hyphens, as in `create-app-password`. At most 32 octets (the
    /// MSGID of RFC 5424).
    #[must_use]
    pub fn code(self) -> String {
        self.name().to_ascii_lowercase().replace(' ', "-")
    }

    /// What the audit log of Microsoft Entra ID calls the same, so that queries written for it can be carried over; none
    /// where it has nothing of the kind.
    #[must_use]
    pub const fn activity(self) -> Option<&'static str> {
        Some(match self {
            Self::AddAccount => "Add user",
            Self::DeleteAccount => "Delete user",
            Self::BlockAccount => "Disable account",
            Self::UnblockAccount => "Enable account",
            Self::ChangeAccountPassword => "Change user password",
            Self::ChangeMfaState => "Update per-user multifactor authentication state",
            Self::RegisterMethod => "User registered security info",
            Self::DeleteMethod => "User deleted security info",
            Self::CreateAppPassword => "Create application password for user",
            Self::RevokeAppPassword => "Delete application password for user",
            Self::ChangeGroups => "Update group",
            Self::EndSessions => "Update StsRefreshTokenValidFrom Timestamp",
            Self::ConnectMailbox => "Consent to application",
            Self::AddServicePrincipal => "Add service principal",
            Self::RevokeServicePrincipal => "Remove service principal",
            Self::ChangeSetting => "Update policy",
            _ => return None,
        })
    }
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

    #[test]
    fn every_operation_has_a_code_that_fits_into_a_syslog_message() {
        for operation in Operation::ALL {
            let code = operation.code();
            assert!(code.len() <= 32 && code.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{code}");
        }
        assert_eq!(Operation::ChangeSid.code(), "change-security-identifier");
        assert_eq!(Operation::BlockAccount.activity(), Some("Disable account"));
    }
}

//! Notices: what people are told because it concerns the security of an account.

use crate::named::named;

named! {
    /// What a notice tells of. The name is the `type` of a webhook's event.
    pub enum NoticeKind {
        /// An app password was created by the account's owner.
        AppPasswordCreated = "app-password.created",
        /// An app password was created by somebody else for the account.
        AppPasswordCreatedOnBehalf = "app-password.created-on-behalf",
        /// An app password got a new secret.
        AppPasswordRotated = "app-password.rotated",
        /// An app password may be used for more, or from more places, than before.
        AppPasswordWidened = "app-password.widened",
        /// Somebody else than its owner revoked an app password.
        AppPasswordRevoked = "app-password.revoked",
        /// An app password was used from a network from which it was not used before.
        NewNetwork = "app-password.new-network",
        /// An app password is about to expire.
        AppPasswordExpiresSoon = "app-password.expires-soon",
        /// The consent to a mailbox is about to end.
        ConsentExpiresSoon = "consent.expires-soon",
        /// The consent to a mailbox has lapsed.
        ConsentLapsed = "consent.lapsed",
        /// An authentication method was registered.
        MethodRegistered = "method.registered",
        /// An authentication method was deleted.
        MethodDeleted = "method.deleted",
        /// New recovery codes were made.
        RecoveryCodesMade = "recovery-codes.made",
        /// A recovery code was used.
        RecoveryCodeUsed = "recovery-code.used",
        /// A passkey was refused because there may be a copy of it.
        PasskeyCopied = "passkey.copied",
        /// An API token was created.
        ApiTokenCreated = "api-token.created",
        /// The account password was changed.
        PasswordChanged = "account.password-changed",
        /// Somebody else changed the MFA state, deleted the methods or demands that they are registered again.
        MfaReset = "account.mfa-reset",
        /// The addresses that get notices were changed.
        AddressesChanged = "account.notification-addresses-changed",
        /// Somebody with a role signed in to the portal.
        AdministratorSignedIn = "administrator.signed-in",
        /// An owner asks the administrators for help.
        HelpWanted = "help.wanted",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        for kind in NoticeKind::ALL {
            assert_eq!(NoticeKind::from_name(kind.name()), Some(*kind), "{}", kind.name());
        }
    }
}

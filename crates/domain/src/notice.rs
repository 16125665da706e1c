//! Notices: what people are told because it concerns the security of an account.

use crate::Timestamp;
use crate::account::AccountName;
use crate::id::{AccountId, NotificationAddressId};
use crate::named::named;

/// An address at which an account's owner is told, beside the account's own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotificationAddress {
    /// Names it.
    pub id: NotificationAddressId,
    /// Whose owner is told there.
    pub account: AccountId,
    /// The address.
    pub address: AccountName,
    /// When it was added.
    pub added_at: Timestamp,
    /// Since when it is known that its mailbox is in the right hands. Before that nothing is told there.
    pub confirmed_at: Option<Timestamp>,
}

impl NotificationAddress {
    /// Most of an account: enough for a mailbox at home, one of a colleague and one of a group.
    pub const MOST: usize = 3;
}

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
        /// An app password was used for the first time.
        AppPasswordFirstUse = "app-password.first-use",
        /// An app password was used from a network from which it was not used before.
        NewNetwork = "app-password.new-network",
        /// Somebody else than its owner suspended an app password.
        AppPasswordSuspended = "app-password.suspended",
        /// A suspended app password works again.
        AppPasswordResumed = "app-password.resumed",
        /// The mailboxes that a service account or its app password may act for were changed.
        GrantChanged = "impersonation-grant.changed",
        /// An app password is about to expire.
        AppPasswordExpiresSoon = "app-password.expires-soon",
        /// An app password is about to end because nothing uses it.
        AppPasswordIdleSoon = "app-password.idle-soon",
        /// An API token was created.
        ApiTokenCreated = "api-token.created",
        /// Somebody else than its owner revoked an API token.
        ApiTokenRevoked = "api-token.revoked",
        /// An API token is about to expire.
        ApiTokenExpiresSoon = "api-token.expires-soon",
        /// The owner of a mailbox connected it.
        MailboxConnected = "mailbox.connected",
        /// Somebody else than its owner disconnected a mailbox.
        MailboxDisconnected = "mailbox.disconnected",
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
        /// A browser is remembered, so that it is not asked for a second factor.
        BrowserRemembered = "browser.remembered",
        /// The account password was changed.
        PasswordChanged = "account.password-changed",
        /// Somebody else changed how the second factor stands: the MFA state, in whichever direction, or all methods at
        /// once, which were deleted or are to be registered again.
        MfaChanged = "account.mfa-changed",
        /// The account's own addresses were changed.
        AccountRenamed = "account.addresses-changed",
        /// The account's kind was changed.
        KindChanged = "account.kind-changed",
        /// The account's role was changed.
        RoleChanged = "account.role-changed",
        /// The account was blocked.
        AccountBlocked = "account.blocked",
        /// The account was unblocked.
        AccountUnblocked = "account.unblocked",
        /// The account was deleted.
        AccountDeleted = "account.deleted",
        /// The addresses that get notices were changed.
        AddressesChanged = "account.notification-addresses-changed",
        /// Somebody with a role signed in to the portal.
        AdministratorSignedIn = "administrator.signed-in",
        /// A setting was made less strict.
        SettingWeakened = "setting.weakened",
        /// A service principal was added, revoked or given a new secret.
        ServicePrincipalChanged = "service-principal.changed",
        /// The client secret of a service principal is about to expire.
        ClientSecretExpiresSoon = "service-principal.secret-expires-soon",
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

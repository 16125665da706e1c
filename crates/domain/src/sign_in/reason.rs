//! Why a sign-in was refused. Only the owner and administrators ever learn it.

use crate::named::named;

named! {
    /// Why a sign-in was refused.
    pub enum RefusalReason {
        /// No account has that user name.
        UnknownAccount = "unknown-account",
        /// Neither the account password nor an app password.
        WrongSecret = "wrong-secret",
        /// It has the form of an app password, and a typing error: its check symbol does not fit.
        MistypedAppPassword = "mistyped-app-password",
        /// A right app password, with the user name of another account.
        OtherAccountsAppPassword = "other-accounts-app-password",
        /// The right account password, where MFA demands an app password.
        AccountPasswordUnderMfa = "account-password-under-mfa",
        /// The right account password, but the organization forbids account passwords at doors.
        AccountPasswordsOff = "account-passwords-off",
        /// The account is blocked or deleted.
        AccountBlocked = "account-blocked",
        /// The door is switched off.
        DoorOff = "door-off",
        /// App passwords are switched off.
        AppPasswordsOff = "app-passwords-off",
        /// The app password was revoked.
        Revoked = "revoked",
        /// The app password's expiry has passed.
        Expired = "expired",
        /// The app password was not used for longer than its idle expiry.
        IdleExpired = "idle-expired",
        /// The app password is suspended.
        Suspended = "suspended",
        /// The old secret of an app password that was rotated, after the overlap.
        RotatedAway = "rotated-away",
        /// The door is not in the app password's protocol scope.
        OutOfScope = "out-of-scope",
        /// The client address is not in the app password's networks.
        OutOfNetwork = "out-of-network",
        /// The program asked to act for an account that it has no grant for.
        ImpersonationNotGranted = "impersonation-not-granted",
        /// A rate or session limit was reached.
        LimitReached = "limit-reached",
        /// The secret was right, but the mailbox behind the door is not connected: its owner's consent or the mailbox's password
        /// is missing, or does not hold any more. Temporary.
        MailboxNotConnected = "mailbox-not-connected",
        /// Too many distinct wrong secrets came from that network for that account. Temporary.
        TooManyWrongSecrets = "too-many-wrong-secrets",
        /// An app password at the portal, which takes none.
        AppPasswordAtPortal = "app-password-at-portal",
        /// The right account password at the portal, with a wrong second factor.
        WrongSecondFactor = "wrong-second-factor",
        /// A passkey at the portal that is not known, is another account's, or did not verify who used it.
        WrongPasskey = "wrong-passkey",
        /// A passkey whose signature counter did not grow: there may be a copy of its key.
        ClonedPasskey = "cloned-passkey",
        /// An outside identity provider vouches for somebody to whom no account is linked.
        UnknownOutsideIdentity = "unknown-outside-identity",
        /// What was presented as the answer of an outside identity provider does not hold.
        OutsideAnswerRefused = "outside-answer-refused",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_name_of_its_own() {
        for reason in RefusalReason::ALL {
            assert_eq!(RefusalReason::from_name(reason.name()), Some(*reason), "{}", reason.name());
        }
        assert_eq!(RefusalReason::from_name(""), None);
    }
}

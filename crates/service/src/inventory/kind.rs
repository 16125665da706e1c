//! The kinds of the inventory.

use postern_storage::OtherKind;

/// A kind of credential with which nobody answers a second factor.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CredentialKind {
    /// An app password.
    AppPassword,
    /// An account password, where a program signed in with it at a door in the last 120 days.
    AccountPassword,
    /// A person's API token.
    ApiToken,
    /// The secret of a service principal.
    ClientSecret,
    /// An owner's consent to an upstream's provider.
    Consent,
    /// A mailbox's own password at an upstream.
    MailboxPassword,
}

impl CredentialKind {
    /// Every kind, in the order in which the inventory lists them.
    pub const ALL: &'static [Self] = &[
        Self::AppPassword,
        Self::AccountPassword,
        Self::ApiToken,
        Self::ClientSecret,
        Self::Consent,
        Self::MailboxPassword,
    ];

    /// The name on the command line, in exports and addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AppPassword => "app-password",
            Self::AccountPassword => "account-password",
            Self::ApiToken => "api-token",
            Self::ClientSecret => "client-secret",
            Self::Consent => "consent",
            Self::MailboxPassword => "mailbox-password",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// The kind that the inventory lists after this one.
    pub(super) fn next(self) -> Option<Self> {
        Self::ALL.iter().copied().skip_while(|kind| *kind != self).nth(1)
    }

    /// The same for the database; none: an app password, which has a list of its own there.
    pub(super) const fn other(self) -> Option<OtherKind> {
        match self {
            Self::AppPassword => None,
            Self::AccountPassword => Some(OtherKind::AccountPassword),
            Self::ApiToken => Some(OtherKind::ApiToken),
            Self::ClientSecret => Some(OtherKind::ClientSecret),
            Self::Consent => Some(OtherKind::Consent),
            Self::MailboxPassword => Some(OtherKind::MailboxPassword),
        }
    }
}

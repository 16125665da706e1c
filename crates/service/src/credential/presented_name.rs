//! The user name as it was presented.

use std::sync::LazyLock;

use postern_domain::account::AccountName;

/// A user name as presented. One that is no e-mail address (`user` alone, `DOMAIN\user`, a master user's separators)
/// names no account, and is not interpreted: guessing what was meant is how one account's secret opens another's mailbox.
pub(crate) enum PresentedName {
    /// An address, in canonical form.
    Address(AccountName),
    /// Anything else. It is not kept: it may be a secret in the wrong field.
    NoAddress,
}

/// Looked up in the place of a name that is none, so that it costs the same. An account that really has this address
/// is not found by it.
static STAND_IN: LazyLock<AccountName> =
    LazyLock::new(|| "no-address@name.invalid".parse().expect("a constant address"));

impl PresentedName {
    pub(crate) fn new(text: &str) -> Self {
        text.parse().map_or(Self::NoAddress, Self::Address)
    }

    pub(crate) const fn is_address(&self) -> bool {
        matches!(self, Self::Address(_))
    }

    /// What to look up.
    pub(crate) fn as_name(&self) -> &AccountName {
        match self {
            Self::Address(name) => name,
            Self::NoAddress => &STAND_IN,
        }
    }
}

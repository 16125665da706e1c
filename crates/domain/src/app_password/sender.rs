//! Which sender addresses an app password may use at the SMTP door.

use crate::account::{Account, AccountName};

/// Which addresses may stand in the envelope's and the header's From.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum SenderRestriction {
    /// The account's own primary address and aliases.
    #[default]
    AccountAddresses,
    /// These addresses, whole (`news@example.test`) or a whole domain (`@example.test`). Lower case, at most 64.
    Listed(Vec<String>),
    /// Any address: the upstream decides.
    Unrestricted,
}

impl SenderRestriction {
    /// Whether `account` may send as `address` (compared without case).
    #[must_use]
    pub fn permits(&self, account: &Account, address: &str) -> bool {
        let address = address.to_ascii_lowercase();
        match self {
            Self::Unrestricted => true,
            Self::AccountAddresses => account.addresses().map(AccountName::as_str).any(|own| own == address),
            Self::Listed(list) => list.iter().any(|entry| match entry.strip_prefix('@') {
                Some(domain) => address.rsplit_once('@').is_some_and(|(_, at)| at == domain),
                None => *entry == address,
            }),
        }
    }
}

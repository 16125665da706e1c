//! Which sender addresses an app password may use at the SMTP door.

use crate::account::{Account, AccountName, InvalidAccountName};

/// Which addresses may stand in the envelope's and the header's From.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum SenderRestriction {
    /// The account's own primary address and aliases.
    #[default]
    AccountAddresses,
    /// These addresses, whole (`news@example.test`) or a whole domain (`@example.test`). Lower case, at most 64; made by
    /// [`SenderRestriction::listed`].
    Listed(Vec<String>),
    /// Any address: the upstream decides.
    Unrestricted,
}

/// Why a list of sender addresses is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSenderList {
    /// No entry.
    #[error("the list of sender addresses is empty")]
    Empty,
    /// More than [`SenderRestriction::MOST_LISTED`] entries.
    #[error("too many sender addresses: at most 64; a whole domain is one entry, as in @example.org")]
    TooMany,
    /// An entry that is neither an address nor a domain.
    #[error(
        "`{entry}` is no sender address (news@example.org) and no domain of them (@example.org): {problem}"
    )]
    Entry {
        /// What was given.
        entry: String,
        /// What is wrong with it.
        #[source]
        problem: InvalidAccountName,
    },
}

impl SenderRestriction {
    /// Most entries of a list: it is read for each message, and nobody can review a longer one.
    pub const MOST_LISTED: usize = 64;

    /// The restriction to these addresses and domains, sorted, doubles dropped.
    ///
    /// # Errors
    /// [`InvalidSenderList`], for the first entry that is wrong.
    pub fn listed<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidSenderList> {
        let mut list = entries.into_iter().map(canonical_entry).collect::<Result<Vec<_>, _>>()?;
        list.sort_unstable();
        list.dedup();
        match list.len() {
            0 => Err(InvalidSenderList::Empty),
            1..=Self::MOST_LISTED => Ok(Self::Listed(list)),
            _ => Err(InvalidSenderList::TooMany),
        }
    }

    /// Whether `account` may send as `address` (compared without case). The null reverse-path of a bounce (RFC 5321
    /// 4.5.5) is no address and nothing to ask about here: it names nobody, vacation answers need it, so the door lets
    /// it pass under every restriction, and checks the header's addresses all the same.
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

fn canonical_entry(entry: &str) -> Result<String, InvalidSenderList> {
    let text = entry.trim();
    // A domain is right when some address in it is.
    let address = if text.starts_with('@') { format!("x{text}") } else { text.to_owned() };
    let name: AccountName =
        address.parse().map_err(|problem| InvalidSenderList::Entry { entry: entry.to_owned(), problem })?;
    Ok(if text.starts_with('@') { format!("@{}", name.domain()) } else { name.as_str().to_owned() })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::Timestamp;
    use crate::account::{AccountKind, AccountStatus, Role};
    use crate::id::AccountId;
    use crate::mfa::MfaState;

    pub(in crate::app_password) fn anna() -> Account {
        Account {
            id: AccountId::from_bytes([1; 16]),
            name: "anna@example.test".parse().unwrap(),
            aliases: vec!["webmaster@example.test".parse().unwrap()],
            kind: AccountKind::Person,
            role: Role::Member,
            status: AccountStatus::Active,
            mfa: MfaState::Enforced,
            groups: Vec::new(),
            sid: None,
            grant: None,
            created_at: Timestamp::from_millis(0),
            sessions_valid_since: None,
            default_method: None,
            must_register_again: false,
        }
    }

    #[test]
    fn who_may_send_as_whom() {
        let own = SenderRestriction::AccountAddresses;
        let listed = SenderRestriction::listed(["news@example.test", "@Shop.example.test"]).unwrap();
        let any = SenderRestriction::Unrestricted;
        for (address, by_own, by_list) in [
            ("anna@example.test", true, false),
            ("ANNA@Example.Test", true, false),
            ("webmaster@example.test", true, false),
            ("bert@example.test", false, false),
            ("news@example.test", false, true),
            ("anything@shop.example.test", false, true),
            ("x@sub.shop.example.test", false, false),
            ("x@evilshop.example.test", false, false),
            ("news@example.test@shop.example.test.evil.test", false, false),
            ("@shop.example.test", false, true),
            ("shop.example.test", false, false),
        ] {
            assert_eq!(own.permits(&anna(), address), by_own, "own: {address}");
            assert_eq!(listed.permits(&anna(), address), by_list, "listed: {address}");
            assert!(any.permits(&anna(), address));
        }
    }

    #[test]
    fn a_list_is_checked_and_put_in_order() {
        let listed = |entries: &[&str]| SenderRestriction::listed(entries.iter().copied());
        assert_eq!(
            listed(&[" News@Example.test", "@example.test", "news@example.test"]),
            Ok(SenderRestriction::Listed(vec!["@example.test".to_owned(), "news@example.test".to_owned()]))
        );
        assert_eq!(listed(&[]), Err(InvalidSenderList::Empty));
        let many: Vec<String> = (0..65).map(|number| format!("user{number}@example.test")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(listed(&many), Err(InvalidSenderList::TooMany));
        assert!(listed(&many[1..]).is_ok());
        for wrong in ["", "@", "example.test", "*@example.test", "@exa mple.test"] {
            assert!(matches!(listed(&[wrong]), Err(InvalidSenderList::Entry { .. })), "{wrong}");
        }
        assert_eq!(
            listed(&["example.test"]).unwrap_err().to_string(),
            "`example.test` is no sender address (news@example.org) and no domain of them (@example.org): not an e-mail address: write it as name@example.org"
        );
    }
}

//! Who did a deed, as the audit record names them.

use std::fmt;

use crate::account::AccountName;
use crate::api_token::TokenName;
use crate::id::AccountId;

/// Who did a deed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Actor {
    /// Somebody with access to the machine, through the command line.
    Operator {
        /// The operating system's name for them.
        user: String,
    },
    /// The owner of an account, through the portal.
    Account {
        /// The account.
        id: AccountId,
        /// Its user name at that time.
        name: AccountName,
    },
    /// A program with an API token.
    ApiToken {
        /// What the token is called.
        name: TokenName,
        /// The user name of the token's owner at that time.
        owner: AccountName,
    },
    /// A program of its own, with an access token.
    ServicePrincipal {
        /// What it is called.
        name: TokenName,
    },
    /// Postern itself, by a rule (an expiry, the end of a rotation's overlap).
    System,
}

/// `operator root`, `account anna@example.test`, `API token Backup of anna@example.test`, `service principal CRM`,
/// `system`.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator { user } => write!(f, "operator {user}"),
            Self::Account { name, .. } => write!(f, "account {name}"),
            Self::ApiToken { name, owner } => write!(f, "API token {name} of {owner}"),
            Self::ServicePrincipal { name } => write!(f, "service principal {name}"),
            Self::System => f.write_str("system"),
        }
    }
}

impl Actor {
    /// Whose deed it was, read back from how its actor [shows itself](fmt::Display): the user name, at that time, of the
    /// account in whose session or with whose token it was done. None for those who are no account, and for any other text.
    #[must_use]
    pub fn account_shown_in(shown: &str) -> Option<AccountName> {
        let name = match shown.strip_prefix("account ") {
            Some(name) => name,
            // A token may be called anything; there is no space in a user name.
            None => shown.strip_prefix("API token ")?.rsplit_once(" of ")?.1,
        };
        name.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_read_back_from_what_is_shown() {
        let anna: AccountName = "anna@example.test".parse().unwrap();
        let named = |name: &str| -> TokenName { name.parse().unwrap() };
        let deeds = [
            Actor::Account { id: AccountId::from_bytes([1; 16]), name: anna.clone() },
            Actor::ApiToken { name: named("Backup of all"), owner: anna.clone() },
            Actor::Operator { user: "account anna@example.test".to_owned() },
            Actor::ServicePrincipal { name: named("CRM of anna@example.test") },
            Actor::System,
        ];
        for actor in &deeds {
            let whose = match actor {
                Actor::Account { name, .. } | Actor::ApiToken { owner: name, .. } => Some(name.clone()),
                Actor::Operator { .. } | Actor::ServicePrincipal { .. } | Actor::System => None,
            };
            assert_eq!(Actor::account_shown_in(&actor.to_string()), whose, "{actor}");
        }
        assert_eq!(Actor::account_shown_in("account nobody"), None);
    }
}

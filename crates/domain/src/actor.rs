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

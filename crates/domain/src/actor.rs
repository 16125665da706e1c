//! Who did a deed, as the audit record names them.

use std::fmt;

use crate::account::AccountName;
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
    /// Postern itself, by a rule (an expiry, the end of a rotation's overlap).
    System,
}

/// `operator root`, `account anna@example.test`, `system`.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator { user } => write!(f, "operator {user}"),
            Self::Account { name, .. } => write!(f, "account {name}"),
            Self::System => f.write_str("system"),
        }
    }
}

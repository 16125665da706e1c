//! Who asks for a deed.

use std::net::IpAddr;

use postern_domain::account::Account;
use postern_domain::actor::Actor;
use postern_domain::id::AccountId;

use crate::api::ApiCaller;
use crate::portal::FullSession;

/// Who asks for a deed on an account or its app passwords.
#[derive(Clone, Copy, Debug)]
pub enum By<'a> {
    /// Somebody with access to the machine (the command line). May do everything.
    Operator {
        /// The operating system's name for them.
        user: &'a str,
    },
    /// A person in the portal, with both factors. May do what is theirs, and, as an administrator, more.
    Session(&'a FullSession),
    /// Somebody who asked in the portal for something that takes longer than their request: what they may is read anew
    /// each time, and the second factor was checked when they asked.
    Earlier(&'a Account),
    /// A program at the API. May do what its token's scopes and its owner's role both allow.
    Token(&'a ApiCaller),
}

impl By<'_> {
    /// From where they ask, where that is known.
    #[must_use]
    pub fn from(&self) -> Option<IpAddr> {
        match self {
            Self::Operator { .. } | Self::Earlier(_) => None,
            Self::Session(session) => Some(session.session().address),
            Self::Token(caller) => Some(caller.address()),
        }
    }

    /// How the audit record names them.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self {
            Self::Operator { user } => Actor::Operator { user: (*user).to_owned() },
            Self::Session(session) => {
                Actor::Account { id: session.account().id, name: session.account().name.clone() }
            }
            Self::Earlier(account) => Actor::Account { id: account.id, name: account.name.clone() },
            Self::Token(caller) => caller.actor(),
        }
    }

    /// Whether this is the account of who asks.
    pub(crate) fn is_account(&self, id: AccountId) -> bool {
        match self {
            Self::Operator { .. } | Self::Token(_) => false,
            Self::Session(session) => session.account().id == id,
            Self::Earlier(account) => account.id == id,
        }
    }
}

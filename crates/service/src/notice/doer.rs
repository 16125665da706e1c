//! Who did what is told of, from where and with what: the same three lines in every notice of a deed.

use std::net::IpAddr;

use ipnet::IpNet;
use postern_domain::account::Account;
use postern_domain::actor::Actor;
use postern_storage::PortalSession;

use crate::By;
use crate::event::printable;
use crate::portal::actor;

/// Longest name of a browser or a program that a notice shows, in characters.
const LONGEST_NAME: usize = 120;

/// Who did something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Doer {
    pub(super) by: Actor,
    with: With,
}

/// With what, and from where.
#[derive(Clone, PartialEq, Eq, Debug)]
enum With {
    Browser {
        address: IpAddr,
        name: String,
    },
    Api {
        address: IpAddr,
    },
    CommandLine,
    /// A change to many accounts, which goes on after the request in which it was asked for.
    BulkChange,
}

impl Doer {
    /// The owner of an account, in the portal.
    pub(crate) fn in_portal(session: &PortalSession, account: &Account) -> Self {
        Self { by: actor(account), with: With::browser(session.address, &session.user_agent) }
    }

    /// Whether it is the account's own owner.
    pub(crate) fn is_owner(&self, account: &Account) -> bool {
        matches!(&self.by, Actor::Account { id, .. } if *id == account.id)
    }

    /// From where, in words.
    pub(super) fn from(&self, trusted: &[IpNet]) -> String {
        match &self.with {
            With::Browser { address, .. } | With::Api { address } => place(*address, trusted),
            With::CommandLine => "the server itself".to_owned(),
            With::BulkChange => "the admin area, as a change to many accounts".to_owned(),
        }
    }

    /// With what, in words.
    pub(super) fn with(&self) -> String {
        match &self.with {
            With::Browser { name, .. } => browser(name),
            With::Api { .. } => "a program, through the API".to_owned(),
            With::CommandLine => "the command line".to_owned(),
            With::BulkChange => "a browser, in the admin area".to_owned(),
        }
    }
}

impl With {
    fn browser(address: IpAddr, name: &str) -> Self {
        Self::Browser { address, name: name.to_owned() }
    }
}

impl From<By<'_>> for Doer {
    fn from(by: By<'_>) -> Self {
        let with = match by {
            By::Operator { .. } => With::CommandLine,
            By::Session(session) => With::browser(session.session().address, &session.session().user_agent),
            By::Earlier(_) => With::BulkChange,
            By::Token(caller) => With::Api { address: caller.address() },
        };
        Self { by: by.actor(), with }
    }
}

/// A browser in the portal, as it calls itself.
pub(super) fn browser(name: &str) -> String {
    match printable(name.trim(), LONGEST_NAME) {
        name if name.is_empty() => "a browser that does not say its name, in the portal".to_owned(),
        name => format!("{name}, in the portal"),
    }
}

/// A program at a door, as it calls itself.
pub(super) fn program(name: Option<&String>) -> String {
    name.map_or_else(|| "does not say its name".to_owned(), |name| printable(name, LONGEST_NAME))
}

/// An address with what is known of its network.
pub(super) fn place(address: IpAddr, trusted: &[IpNet]) -> String {
    let address = address.to_canonical();
    if let Some(network) = trusted.iter().find(|network| network.contains(&address)) {
        return format!("{address} (in {network}, a network of your organization)");
    }
    let private = match address {
        IpAddr::V4(address) => address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    };
    if address.is_loopback() {
        format!("{address} (the server itself)")
    } else if private {
        format!("{address} (a private network)")
    } else {
        address.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::{browser, place};

    #[test]
    fn a_browser_without_a_name_leaves_no_empty_line() {
        let nameless = "a browser that does not say its name, in the portal";
        for (name, words) in [("", nameless), (" \t", nameless), ("Firefox/1", "Firefox/1, in the portal")] {
            assert_eq!(browser(name), words);
        }
    }

    #[test]
    fn a_place_is_an_address_with_what_is_known_of_it() {
        let trusted = ["192.0.2.0/24".parse().unwrap(), "10.1.0.0/16".parse().unwrap()];
        for (address, words) in [
            ("198.51.100.7", "198.51.100.7"),
            ("2001:db8::1", "2001:db8::1"),
            ("192.0.2.7", "192.0.2.7 (in 192.0.2.0/24, a network of your organization)"),
            ("::ffff:192.0.2.7", "192.0.2.7 (in 192.0.2.0/24, a network of your organization)"),
            ("10.1.2.3", "10.1.2.3 (in 10.1.0.0/16, a network of your organization)"),
            ("10.2.2.3", "10.2.2.3 (a private network)"),
            ("fd00::1", "fd00::1 (a private network)"),
            ("127.0.0.1", "127.0.0.1 (the server itself)"),
        ] {
            assert_eq!(place(address.parse().unwrap(), &trusted), words);
        }
    }
}

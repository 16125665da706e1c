//! `[smtp]`: the SMTP submission door.

use super::entries::Entries;
use super::listener::{Listener, ListenerTls};
use super::schema::{Absent, Key, Kind, Section};
use super::value::HostName;

/// The door's table.
pub(super) static SECTION: Section = Section {
    path: "smtp",
    repeated: false,
    summary: "The SMTP submission door (RFC 6409), where programs send mail.",
    keys: &[
        Key {
            name: "host_name",
            kind: Kind::Text,
            absent: Absent::Means("this machine's name"),
            doc: "The name in the greeting of every door, and in the EHLO to an upstream.",
        },
        Key {
            name: "legacy_auth_line",
            kind: Kind::Switch,
            absent: Absent::Default("false"),
            doc: "Advertise `AUTH=PLAIN LOGIN` too, for programs older than RFC 2554.",
        },
    ],
};

/// The door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smtp {
    /// The name in the greeting; none: the machine's.
    pub host_name: Option<HostName>,
    /// Advertise the old form.
    pub legacy_auth_line: bool,
    /// At least one.
    pub listeners: Vec<Listener>,
}

pub(super) fn read(entries: &mut Entries, listeners: Vec<Listener>) -> Smtp {
    Smtp {
        host_name: entries.optional("host_name"),
        legacy_auth_line: entries.with_default("legacy_auth_line"),
        listeners: if listeners.is_empty() { default_listeners() } else { listeners },
    }
}

fn default_listeners() -> Vec<Listener> {
    [(2587, ListenerTls::StartTls), (2465, ListenerTls::Implicit)]
        .map(|(port, tls)| Listener::on_loopback(port, tls))
        .into()
}

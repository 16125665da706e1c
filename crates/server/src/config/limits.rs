//! `[limits]`: how much of everything, each with the reason for its number.

use std::time::Duration;

use super::entries::Entries;
use super::schema::{Absent, Key, Kind, Section};
use super::value::{Size, Whole};

/// The section's table.
pub(super) static SECTION: Section = Section {
    path: "limits",
    repeated: false,
    summary: "How much of everything. The defaults suit an organization of some thousand accounts on two cores.",
    keys: &[
        Key {
            name: "message_size",
            kind: Kind::Text,
            absent: Absent::Default("150MiB"),
            doc: "The largest message taken at the SMTP door. Messages are streamed, so this costs no memory; an upstream's own \
                  smaller limit goes before it.",
        },
        Key {
            name: "connections",
            kind: Kind::Whole,
            absent: Absent::Default("16384"),
            doc: "Connections at all doors together; about half a gigabyte with TLS. Each signed-in one has a second socket to the \
                  upstream: allow the process twice as many file descriptors.",
        },
        Key {
            name: "api_requests_per_minute",
            kind: Kind::Whole,
            absent: Absent::Default("600"),
            doc: "Requests that one API token or service principal has in a minute, at this server: ten a second leave room for \
                  every script, and stop one that runs wild.",
        },
        Key {
            name: "unsigned_connections",
            kind: Kind::Whole,
            absent: Absent::Default("4096"),
            doc: "Connections that have not signed in yet, of all networks.",
        },
        Key {
            name: "unsigned_connections_per_network",
            kind: Kind::Whole,
            absent: Absent::Default("64"),
            doc: "Connections of one network (an IPv4 address, an IPv6 /64) that have not signed in yet, so that a scanner cannot \
                  hold the others' places.",
        },
        Key {
            name: "sign_in_time",
            kind: Kind::Text,
            absent: Absent::Default("60s"),
            doc: "How long a connection may take to sign in.",
        },
        Key {
            name: "idle_time",
            kind: Kind::Text,
            absent: Absent::Default("5m"),
            doc: "How long a signed-in SMTP session may be silent (RFC 5321 §4.5.3.2.7 asks for at least 5 minutes).",
        },
        Key {
            name: "mailbox_idle_time",
            kind: Kind::Text,
            absent: Absent::Default("35m"),
            doc: "How long both ends of a signed-in IMAP, POP3 or ManageSieve session may be silent (RFC 9051 §5.4 asks for at \
                  least 30 minutes; programs renew IDLE every 29).",
        },
        Key {
            name: "probe_interval",
            kind: Kind::Text,
            absent: Absent::Default("1h"),
            doc: "How often an upstream is asked what it can do.",
        },
        Key {
            name: "hashing",
            kind: Kind::Whole,
            absent: Absent::Default("2"),
            doc: "Account passwords hashed at once (Argon2id, 19 MiB each); further sign-ins wait, and are shed with a temporary \
                  failure when too many do. App passwords need none of this.",
        },
        Key {
            name: "shut_down_time",
            kind: Kind::Text,
            absent: Absent::Default("20s"),
            doc: "How long a shutdown waits for messages that are being transferred.",
        },
    ],
};

/// The section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Octets.
    pub message_size: Size,
    /// Connections at all doors.
    pub connections: Whole<1, 1_000_000>,
    /// Requests of one API token.
    pub api_requests_per_minute: Whole<1, 1_000_000>,
    /// Connections before sign-in.
    pub unsigned_connections: Whole<1, 1_000_000>,
    /// Connections of one network before sign-in.
    pub unsigned_connections_per_network: Whole<1, 1_000_000>,
    /// Time to sign in.
    pub sign_in_time: Duration,
    /// Time to be silent.
    pub idle_time: Duration,
    /// Time for both ends of a session with a mailbox to be silent.
    pub mailbox_idle_time: Duration,
    /// Time between two questions to an upstream.
    pub probe_interval: Duration,
    /// Passwords hashed at once.
    pub hashing: Whole<1, 64>,
    /// Time to finish at the end.
    pub shut_down_time: Duration,
}

pub(super) fn read(entries: &mut Entries) -> Limits {
    Limits {
        message_size: entries.with_default("message_size"),
        connections: entries.with_default("connections"),
        api_requests_per_minute: entries.with_default("api_requests_per_minute"),
        unsigned_connections: entries.with_default("unsigned_connections"),
        unsigned_connections_per_network: entries.with_default("unsigned_connections_per_network"),
        sign_in_time: entries.with_default("sign_in_time"),
        idle_time: entries.with_default("idle_time"),
        mailbox_idle_time: entries.with_default("mailbox_idle_time"),
        probe_interval: entries.with_default("probe_interval"),
        hashing: entries.with_default("hashing"),
        shut_down_time: entries.with_default("shut_down_time"),
    }
}

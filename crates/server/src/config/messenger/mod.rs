//! `[mail]`, `[text_messages]`, `[[webhook]]` and `[syslog]`: how people and other systems are reached.

mod mail;
mod syslog;
mod text_messages;
mod webhook;

pub use mail::Mail;
pub use syslog::Syslog;
pub use text_messages::{Method as TextMethod, TextMessages};
pub use webhook::Webhook;

pub(super) use mail::{SECTION as MAIL, read as read_mail};
pub(super) use syslog::{SECTION as SYSLOG, read as read_syslog};
pub(super) use text_messages::{SECTION as TEXT_MESSAGES, read as read_text_messages};
pub(super) use webhook::{SECTION as WEBHOOK, clashes as webhook_clashes, read as read_webhook};

use std::net::IpAddr;
use std::path::Path;

use super::entries::Entries;
use super::files::read_secret;
use super::schema::{Absent, Key, Kind};
use super::value::{Secret, Value};

/// An address to post to: `https://`, or `http://` on this machine, where nobody listens in between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostUrl(pub String);

impl Value for PostUrl {
    fn read(text: &str) -> Result<Self, String> {
        let expected =
            || "write an address that begins with https:// (http:// only on this machine)".to_owned();
        let url = url::Url::parse(text).map_err(|_| expected())?;
        let here = match url.host() {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
            Some(url::Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
            None => false,
        };
        let plain = url.scheme() == "http" && here;
        let clean = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        if (url.scheme() == "https" || plain) && clean { Ok(Self(url.into())) } else { Err(expected()) }
    }
}

/// Whether a host is this machine, by its address or as `localhost`.
fn is_here(host: &str) -> bool {
    host == "localhost"
        || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The secret in the file that a key names.
fn secret_of(entries: &mut Entries, name: &'static str, folder: &Path) -> Option<Secret> {
    let path = entries.path(name, folder)?;
    read_secret(&path).map_err(|problem| entries.complain(name, problem)).ok()
}

const fn text(name: &'static str, absent: Absent, doc: &'static str) -> Key {
    Key { name, kind: Kind::Text, absent, doc }
}

const fn list(name: &'static str, absent: Absent, doc: &'static str) -> Key {
    Key { name, kind: Kind::List, absent, doc }
}

const CA_FILE: Key = text(
    "ca_file",
    Absent::Means("this machine's trust store"),
    "Certificates (PEM) of the authority that issued the other side's certificate, where it is a private one.",
);

#[cfg(test)]
mod tests;

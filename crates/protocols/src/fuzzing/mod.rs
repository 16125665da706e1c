//! The bodies of the fuzz targets, as plain functions: `fuzz/` feeds them on nightly, the smoke test here feeds them a
//! bounded number of inputs on every `cargo test`.
//!
//! Each takes any octets and panics when a promise is broken: no panic of the core itself, bounded memory, and the
//! same outcome however the input is cut.

mod ews;
#[cfg(test)]
mod ews_smoke;
mod http;
#[cfg(test)]
mod http_smoke;
mod mailbox;
#[cfg(test)]
mod mailbox_smoke;
mod relay;
mod scim;
#[cfg(test)]
mod smoke;
mod smtp_upstream;
mod submission;

pub use ews::ews_header;
pub use http::{activesync, autodiscover, http_basic};
pub use mailbox::{imap_door, mailbox_upstream, managesieve_door, pop3_door};
pub use relay::{relay, relay_cuts};
pub use scim::scim;
pub use smtp_upstream::smtp_upstream;
pub use submission::submission;

use crate::proxy_protocol::{Decoded, Versions, decode};
use crate::sasl::{Exchange, Mechanism, Progress};
use crate::smtp::parse_address_list;

/// SASL: the first octet chooses the mechanism, the lines of the rest are the responses.
pub fn sasl(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let mechanism = if choice & 1 == 0 { Mechanism::Plain } else { Mechanism::Login };
    let mut lines = rest.split(|&octet| octet == b'\n');
    let initial = if choice & 2 == 0 { None } else { lines.next() };
    let mut progress = Exchange::start(mechanism, initial);
    for line in lines {
        let Ok(Progress::Challenge { next, .. }) = progress else { break };
        progress = next.respond(line);
    }
    if let Ok(Progress::Complete(credentials)) = progress {
        assert!(!credentials.user_name.is_empty(), "a user name is never empty");
        assert!(
            !credentials.user_name.chars().any(char::is_control),
            "a user name has no control characters"
        );
        assert!(!credentials.secret.expose().contains(&0), "a secret has no NUL");
    }
}

/// Address lists: what is read must read the same again when it stands alone.
pub fn header_from(data: &[u8]) {
    crate::smtp::fuzz_header_section(data);
    let Ok(addresses) = parse_address_list(data) else { return };
    assert!(!addresses.is_empty(), "an accepted list has an address");
    for address in addresses {
        let again = parse_address_list(address.as_str().as_bytes());
        assert_eq!(again.as_deref(), Ok(&[address][..]), "the canonical form reads as itself");
    }
}

/// PROXY headers: the first octet chooses the versions. A prefix never gives another answer than the whole.
pub fn proxy_header(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let versions = Versions { v1: choice & 1 != 0, v2: choice & 2 != 0 };
    let whole = decode(rest, versions);
    if let Ok(Decoded::Complete { consumed, .. }) = whole {
        assert!(consumed <= rest.len(), "no more is used than is there");
    }
    for cut in 0..rest.len().min(256) {
        match decode(&rest[..cut], versions) {
            Ok(Decoded::Incomplete) => {}
            other => return assert_eq!(other, whole, "an answer does not change with more octets"),
        }
    }
}

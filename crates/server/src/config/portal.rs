//! `[portal]`: the self-service web portal.

use std::net::SocketAddr;

use ipnet::IpNet;

use super::entries::Entries;
use super::schema::{Absent, Key, Kind, Section};
use super::value::PortalUrl;

/// The section's table.
pub(super) static SECTION: Section = Section {
    path: "portal",
    repeated: false,
    summary: "The self-service web portal, where people manage their app passwords. It is served over TLS only.",
    keys: &[
        Key {
            name: "listen",
            kind: Kind::Text,
            absent: Absent::Default("127.0.0.1:8443"),
            doc: "The address and port on which it is served.",
        },
        Key {
            name: "url",
            kind: Kind::Text,
            absent: Absent::Means("`https://localhost` with the port of `listen`"),
            doc: "The address that browsers use, `https://portal.example.org`. Refusals at the doors point there, and a request \
                  for another address is not served.",
        },
        Key {
            name: "trusted_proxies",
            kind: Kind::List,
            absent: Absent::Means("`X-Forwarded-For` is not read"),
            doc: "Networks of reverse proxies in front of the portal and the API. Of what connects from there, the client's                   address is the last one in `X-Forwarded-For` that is no such proxy. Without this, everybody behind a proxy                   comes from its address, and is held up together.",
        },
    ],
};

/// The section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portal {
    /// Where it is served.
    pub listen: SocketAddr,
    /// What browsers use; none: `https://localhost` with the port that is really listened on.
    pub url: Option<PortalUrl>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
}

impl Portal {
    /// What browsers use, when the portal listens on `port`.
    #[must_use]
    pub fn url_at(&self, port: u16) -> PortalUrl {
        self.url.clone().unwrap_or_else(|| PortalUrl(format!("https://localhost:{port}")))
    }
}

pub(super) fn read(entries: &mut Entries) -> Portal {
    Portal {
        listen: entries.with_default("listen"),
        url: entries.optional("url"),
        trusted_proxies: entries.list("trusted_proxies"),
    }
}

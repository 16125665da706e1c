//! Which requests lead where.

use postern_domain::door::Door;

/// What the HTTP listeners share.
#[derive(Debug, Clone, Default)]
pub struct HttpConfig {
    /// The ways in. A route whose host is that of the request goes before those for every host; among these the longest
    /// path wins.
    pub routes: Vec<HttpRoute>,
}

/// One way in.
#[derive(Debug, Clone)]
pub struct HttpRoute {
    /// The host name that the request must be for, in lower case; none: every one.
    pub host: Option<String>,
    /// What the path must begin with, for example `/EWS/`; compared without regard to case.
    pub path: String,
    /// The door that a program signs in at.
    pub door: Door,
    /// The name of the upstream; none: chosen by account and door.
    pub upstream: Option<String>,
}

impl HttpRoute {
    /// The ways that programs know without being told, each to its own door, for every host and with the upstream
    /// chosen by account and door.
    #[must_use]
    pub fn well_known() -> Vec<Self> {
        let paths = [
            ("/EWS/", Door::Ews),
            ("/Microsoft-Server-ActiveSync", Door::ActiveSync),
            ("/mapi/", Door::Mapi),
            ("/autodiscover/", Door::Autodiscover),
            ("/OAB/", Door::Oab),
            ("/.well-known/caldav", Door::Dav),
            ("/.well-known/carddav", Door::Dav),
        ];
        let route =
            |(path, door): (&str, _)| Self { host: None, path: path.to_owned(), door, upstream: None };
        paths.into_iter().map(route).collect()
    }
}

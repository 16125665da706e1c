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

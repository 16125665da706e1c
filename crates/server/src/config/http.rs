//! `[[http.route]]`: which requests lead to which door.

use postern_domain::door::Door;

use super::entries::Entries;
use super::listener::Listener;
use super::mistake::{Line, Mistake, Problem};
use super::schema::{Absent, Key, Kind, Section};
use super::upstream::{Claim, HTTP_DOORS, Upstream};
use super::value::{HostName, Value};

/// The route's table.
pub(super) static ROUTE: Section = Section {
    path: "http.route",
    repeated: true,
    summary: "Which requests lead to which door. A route whose `host` is that of the request goes before those without; \
              among these the longest `path` wins. A request without a route is answered with 404. Without any route, \
              the usual paths of Exchange lead to those of its doors that some upstream serves.",
    keys: &[
        Key {
            name: "door",
            kind: Kind::Text,
            absent: Absent::Required,
            doc: "The door at which a program signs in: `ews`, `activesync`, `mapi`, `autodiscover`, `oab`, `dav`, \
                  `sharepoint` or `http`. An app password opens it only if its scope has it.",
        },
        Key {
            name: "path",
            kind: Kind::Text,
            absent: Absent::Means(
                "`/EWS/`, `/Microsoft-Server-ActiveSync`, `/mapi/`, `/autodiscover/` or `/OAB/` for these doors, `/` for the others",
            ),
            doc: "What the path of the request must begin with; the case of letters does not matter.",
        },
        Key {
            name: "host",
            kind: Kind::Text,
            absent: Absent::Means("requests for every host name"),
            doc: "The host name that the request must be for.",
        },
        Key {
            name: "upstream",
            kind: Kind::Text,
            absent: Absent::Means("the upstream of this account for this door"),
            doc: "The name of the upstream to which every account's requests go.",
        },
    ],
};

/// What HTTP needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Http {
    /// Where; none: the doors of HTTP are closed.
    pub listeners: Vec<Listener>,
    /// What leads where.
    pub routes: Vec<HttpRoute>,
}

/// A route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRoute {
    /// The host, in lower case; none: every one.
    pub host: Option<String>,
    /// The beginning of the path.
    pub path: String,
    /// The door.
    pub door: Door,
    /// The upstream; none: by account and door.
    pub upstream: Option<String>,
    /// The line of its section; 0: it stands in no file.
    line: Line,
}

/// A door behind HTTP.
struct HttpDoor(Door);

impl Value for HttpDoor {
    fn read(text: &str) -> Result<Self, String> {
        let door = text.parse().ok().filter(|door| HTTP_DOORS.contains(door));
        door.map(Self).ok_or_else(|| {
            "write ews, activesync, mapi, autodiscover, oab, dav, sharepoint or http; the other doors have listeners of their own"
                .to_owned()
        })
    }
}

/// The beginning of a path.
struct PathPrefix(String);

impl Value for PathPrefix {
    fn read(text: &str) -> Result<Self, String> {
        let good = text.starts_with('/')
            && text.bytes().all(|octet| octet.is_ascii_graphic() && !matches!(octet, b'?' | b'#' | b'%'));
        if good {
            Ok(Self(text.to_owned()))
        } else {
            Err("write a path that begins with a slash, without ?, # and %: /EWS/".to_owned())
        }
    }
}

/// Reads one route.
pub(super) fn read_route(entries: &mut Entries) -> Option<HttpRoute> {
    let line = Line(entries.line());
    let door = entries.required::<HttpDoor>("door");
    let path = entries.optional::<PathPrefix>("path");
    let host = entries.optional::<HostName>("host").map(|host| host.0.to_ascii_lowercase());
    let upstream = entries.optional("upstream");
    let door = door?.0;
    let path = path.map_or_else(|| usual_path(door).to_owned(), |path| path.0);
    Some(HttpRoute { host, path, door, upstream, line })
}

/// The routes where none is configured.
pub(super) fn usual_routes(upstreams: &[Upstream]) -> Vec<HttpRoute> {
    let served = |door: &&Door| upstreams.iter().any(|upstream| upstream.doors.contains(**door));
    let doors = [Door::Ews, Door::ActiveSync, Door::Mapi, Door::Autodiscover, Door::Oab];
    let route = |door: &Door| HttpRoute {
        host: None,
        path: usual_path(*door).to_owned(),
        door: *door,
        upstream: None,
        line: Line(0),
    };
    doors.iter().filter(served).map(route).collect()
}

const fn usual_path(door: Door) -> &'static str {
    match door {
        Door::Ews => "/EWS/",
        Door::ActiveSync => "/Microsoft-Server-ActiveSync",
        Door::Mapi => "/mapi/",
        Door::Autodiscover => "/autodiscover/",
        Door::Oab => "/OAB/",
        _ => "/",
    }
}

/// What is wrong with the routes together, or with the upstreams that they name. One mistake for each at most.
pub(super) fn clashes(http: &Http, upstreams: &[Claim]) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    if let Some(first) = http.routes.first().filter(|_| http.listeners.is_empty()) {
        let text = "no request can come to a route without a listener: add an [[http.listener]]";
        let problem = Problem::Clash(text);
        mistakes.push(Mistake { line: first.line.0, key: "http.route".to_owned(), problem });
    }
    for (position, route) in http.routes.iter().enumerate() {
        if let Some((key, problem)) = clash(route, &http.routes[..position], upstreams) {
            mistakes.push(Mistake { line: route.line.0, key: key.to_owned(), problem });
        }
    }
    mistakes
}

fn clash(route: &HttpRoute, earlier: &[HttpRoute], upstreams: &[Claim]) -> Option<(&'static str, Problem)> {
    let same = |other: &HttpRoute| other.host == route.host && other.path.eq_ignore_ascii_case(&route.path);
    if earlier.iter().any(same) {
        let text = "an earlier route has the same host and path: give this one another path, or remove it";
        return Some(("http.route.path", Problem::Clash(text)));
    }
    let name = route.upstream.as_deref()?;
    let Some(upstream) = upstreams.iter().find(|upstream| upstream.is_called(name)) else {
        let expected = "no upstream has this name; write the name of one whose doors include this door";
        let problem = Problem::Unfit { value: name.to_owned(), expected: expected.to_owned() };
        return Some(("http.route.upstream", problem));
    };
    let text = "this upstream does not have the route's door: add it to the upstream's doors";
    (!upstream.has(route.door)).then_some(("http.route.upstream", Problem::Clash(text)))
}

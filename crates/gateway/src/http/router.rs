//! Which door a request is for.

use postern_domain::door::Door;

use super::check::{PathProblem, readings};
use crate::config::{HttpConfig, HttpRoute};

/// The routes in force.
pub(crate) struct Router {
    routes: Vec<HttpRoute>,
}

impl Router {
    /// Puts the routes into the order in which they count: those of a host first, and the longer paths.
    pub(crate) fn new(config: HttpConfig) -> Self {
        let mut routes = config.routes;
        for route in &mut routes {
            route.host = route.host.take().map(|host| host.trim_end_matches('.').to_ascii_lowercase());
            // With or without a slash at the end, a route is for the segment and everything below it.
            route.path.truncate(route.path.trim_end_matches('/').len());
        }
        routes.sort_by_key(|route| (route.host.is_none(), std::cmp::Reverse(route.path.len())));
        Self { routes }
    }

    /// All routes, in the order in which they count.
    pub(super) fn routes(&self) -> &[HttpRoute] {
        &self.routes
    }

    /// The route of a request for `host` (in lower case) and `path`, if there is one.
    ///
    /// # Errors
    /// [`PathProblem`], also when a server that reads the path differently would take another route.
    pub(super) fn route(&self, host: &str, path: &str) -> Result<Option<&HttpRoute>, PathProblem> {
        let mut places = readings(path)?.into_iter().map(|reading| self.place(host, &reading));
        let place = places.next().flatten();
        if places.any(|other| other != place) {
            return Err(PathProblem::Ambiguous);
        }
        Ok(place.and_then(|place| self.routes.get(place)))
    }

    fn place(&self, host: &str, path: &[u8]) -> Option<usize> {
        self.routes.iter().position(|route| {
            route.host.as_deref().is_none_or(|its| its == host)
                && is_below(path, route.path.as_bytes())
                && !is_anothers(route, path)
        })
    }
}

/// Paths of services whose requests are looked into, at their own doors only.
const LOOKED_INTO: [(&str, Door); 3] = [
    ("/EWS", Door::Ews),
    ("/Microsoft-Server-ActiveSync", Door::ActiveSync),
    ("/autodiscover", Door::Autodiscover),
];

/// Whether a path belongs to a service that is looked into, and the route, for another door, merely covers it (`/`): an
/// impersonation would go past the grants there. A route with the path itself is what its operator wants.
fn is_anothers(route: &HttpRoute, path: &[u8]) -> bool {
    LOOKED_INTO.iter().any(|(prefix, door)| {
        route.door != *door && route.path.len() < prefix.len() && is_below(path, prefix.as_bytes())
    })
}

/// Whether `path` is `prefix` or something below it, without regard to case.
fn is_below(path: &[u8], prefix: &[u8]) -> bool {
    path.split_at_checked(prefix.len())
        .is_some_and(|(start, rest)| start.eq_ignore_ascii_case(prefix) && matches!(rest, [] | [b'/', ..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn router(own: &[(&str, &str, Door)]) -> Router {
        let mut routes = HttpRoute::well_known();
        routes.extend(own.iter().map(|(host, path, door)| HttpRoute {
            host: (!host.is_empty()).then(|| (*host).to_owned()),
            path: (*path).to_owned(),
            door: *door,
            upstream: None,
        }));
        Router::new(HttpConfig { routes })
    }

    fn door(router: &Router, host: &str, path: &str) -> Result<Option<Door>, PathProblem> {
        router.route(host, path).map(|route| route.map(|route| route.door))
    }

    #[test]
    fn well_known_paths_have_their_doors() {
        let router = router(&[]);
        for (path, expected) in [
            ("/EWS/Exchange.asmx", Some(Door::Ews)),
            ("/ews/exchange.asmx", Some(Door::Ews)),
            ("/EWS", Some(Door::Ews)),
            ("/Microsoft-Server-ActiveSync", Some(Door::ActiveSync)),
            ("/microsoft-server-activesync/", Some(Door::ActiveSync)),
            ("/Microsoft-Server-ActiveSyncX", None),
            ("/mapi/emsmdb/", Some(Door::Mapi)),
            ("/Autodiscover/Autodiscover.xml", Some(Door::Autodiscover)),
            ("/OAB/x/oab.xml", Some(Door::Oab)),
            ("/.well-known/caldav", Some(Door::Dav)),
            ("/EWSX/", None),
            ("/", None),
        ] {
            assert_eq!(door(&router, "mail.example.test", path), Ok(expected), "{path}");
        }
    }

    #[test]
    fn a_host_goes_first_and_then_the_longest_path() {
        let router = router(&[
            ("", "/", Door::Http),
            ("", "/dav/share", Door::SharePoint),
            ("", "/dav/", Door::Dav),
            ("files.example.test", "/", Door::SharePoint),
        ]);
        assert_eq!(door(&router, "a.test", "/x"), Ok(Some(Door::Http)));
        assert_eq!(door(&router, "a.test", "/dav/share/x"), Ok(Some(Door::SharePoint)));
        assert_eq!(door(&router, "a.test", "/dav/shared"), Ok(Some(Door::Dav)));
        assert_eq!(door(&router, "files.example.test", "/dav/x"), Ok(Some(Door::SharePoint)));
    }

    #[test]
    fn what_is_looked_into_has_no_way_around() {
        let route =
            |path: &str| HttpRoute { host: None, path: path.to_owned(), door: Door::Http, upstream: None };
        let all = Router::new(HttpConfig { routes: vec![route("/")] });
        for path in ["/EWS/Exchange.asmx", "/ews", "/microsoft-server-activesync", "/Autodiscover/x"] {
            assert_eq!(door(&all, "a.test", path), Ok(None), "{path}");
        }
        for path in ["/%45WS/", "/%EF%BC%A5%EF%BC%B7S/", "/EW%C5%BF/", "/%C3%8B%C5%B4S/", "/EWS%EF%BC%8Fx"] {
            assert_eq!(door(&all, "a.test", path), Err(PathProblem::Ambiguous), "{path}");
        }
        assert_eq!(door(&all, "a.test", "/owa/"), Ok(Some(Door::Http)));
        let wanted = Router::new(HttpConfig { routes: vec![route("/EWS/")] });
        assert_eq!(door(&wanted, "a.test", "/EWS/x"), Ok(Some(Door::Http)));
    }

    #[test]
    fn a_path_that_another_server_would_take_elsewhere_is_refused() {
        let router = router(&[("", "/", Door::Http), ("", "/dav/", Door::Dav)]);
        for path in [
            "/%45WS/Exchange.asmx",
            "//EWS/Exchange.asmx",
            "/EWS;x/Exchange.asmx",
            "/EWS./Exchange.asmx",
            "/EWS%20/Exchange.asmx",
            "/EWS::$INDEX_ALLOCATION/Exchange.asmx",
            "/EWS%2fExchange.asmx",
            "/EWS%3f/Exchange.asmx",
            "/EWS%23x",
            "/EWS%253fx",
            "/%2545WS/",
        ] {
            assert_eq!(door(&router, "a.test", path), Err(PathProblem::Ambiguous), "{path}");
        }
        for path in [
            "/dav/a//b",
            "/dav/a;b.ics",
            "/dav/a%2fb",
            "/dav/Dr./x",
            "/dav/100%25.ics",
            "/dav/why%3F.ics",
            "/a%2Fb",
        ] {
            assert!(matches!(door(&router, "a.test", path), Ok(Some(_))), "{path}");
        }
    }
}

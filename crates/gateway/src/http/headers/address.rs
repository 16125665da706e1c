//! The upstream's names for things and the gateway's.

use hyper::http::uri::{Authority, Scheme};

use crate::config::{Upstream, UpstreamTls};

/// By which names a program and its upstream know the same server.
#[derive(Debug, Clone)]
pub(in crate::http) struct Names {
    /// The gateway's, as the program wrote it.
    pub(in crate::http) ours: Authority,
    /// The upstream's scheme.
    scheme: Scheme,
    /// The upstream's host and port; the port only where it is not the scheme's own.
    theirs: String,
}

impl Names {
    /// Of an upstream, for a program that asked for `ours`.
    pub(in crate::http) fn new(ours: Authority, upstream: &Upstream) -> Self {
        let (scheme, usual) = match upstream.tls {
            UpstreamTls::None => (Scheme::HTTP, 80),
            UpstreamTls::StartTls | UpstreamTls::Implicit => (Scheme::HTTPS, 443),
        };
        // An address of IPv6 stands in brackets.
        let is_ipv6 = upstream.host.contains(':');
        let host = if is_ipv6 { format!("[{}]", upstream.host) } else { upstream.host.clone() };
        let theirs = if upstream.port == usual { host } else { format!("{host}:{}", upstream.port) };
        Self { ours, scheme, theirs }
    }

    /// The upstream's host and port, for `Host`.
    pub(in crate::http) fn theirs(&self) -> &str {
        &self.theirs
    }

    /// The upstream's host alone.
    pub(in crate::http) fn their_host(&self) -> &str {
        let end = self.theirs.rfind(']').map_or(0, |end| end + 1);
        let port = self.theirs[end..].rfind(':').map_or(self.theirs.len(), |colon| end + colon);
        &self.theirs[..port]
    }

    /// What the program is to be told for an address that the upstream told us: with the gateway's name in place of the
    /// upstream's. `None` for an address elsewhere; a path stays as it is.
    pub(super) fn for_client(&self, address: &str) -> Option<String> {
        // Readers of addresses drop tabs, and take a backslash for a slash: `/\elsewhere.test` is not a path.
        if address.contains(|character: char| character.is_ascii_control() || character == '\\') {
            return None;
        }
        let after_scheme = match address.split_once("://") {
            Some((scheme, rest)) if is_web(scheme) => rest,
            _ => match address.strip_prefix("//") {
                Some(rest) => rest,
                None => return address.starts_with('/').then(|| address.to_owned()),
            },
        };
        let end = after_scheme.find(['/', '?', '#']).unwrap_or(after_scheme.len());
        let (authority, place) = after_scheme.split_at(end);
        let slash = if place.starts_with('/') { "" } else { "/" };
        self.is_theirs(authority).then(|| format!("https://{}{slash}{place}", self.ours))
    }

    /// What the upstream is to be told for a path of this server.
    pub(super) fn for_upstream(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.theirs)
    }

    /// The beginning of addresses of this server, as the program writes them, and what it is for the upstream.
    pub(super) fn beginnings(&self) -> (String, String) {
        (format!("https://{}/", self.ours), self.for_upstream("/"))
    }

    fn is_theirs(&self, authority: &str) -> bool {
        let host = |text: &str| text.trim_end_matches(":443").trim_end_matches(":80").to_ascii_lowercase();
        host(authority) == host(&self.theirs)
    }
}

fn is_web(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::http::headers) fn names(host: &str, port: u16, tls: UpstreamTls) -> Names {
        Names::new(Authority::from_static("gate.test:8443"), &upstream(host, port, tls))
    }

    pub(in crate::http::headers) fn upstream(host: &str, port: u16, tls: UpstreamTls) -> Upstream {
        Upstream {
            name: "exchange".to_owned(),
            host: host.to_owned(),
            port,
            tls,
            trust: crate::config::Trust::Platform,
            client_certificate: None,
            proxy_header: false,
            forward_client: false,
            sign_in: crate::config::UpstreamSignIn::None,
            probe: false,
            doors: postern_domain::door::DoorSet::all(),
            accounts: crate::config::Accounts::All,
        }
    }

    #[test]
    fn the_port_is_said_where_it_is_not_the_usual() {
        assert_eq!(names("mail.test", 443, UpstreamTls::Implicit).theirs(), "mail.test");
        assert_eq!(names("mail.test", 444, UpstreamTls::Implicit).theirs(), "mail.test:444");
        assert_eq!(names("::1", 80, UpstreamTls::None).theirs(), "[::1]");
    }

    #[test]
    fn the_upstreams_addresses_become_ours_and_no_others() {
        let names = names("mail.test", 443, UpstreamTls::Implicit);
        for (theirs, ours) in [
            ("https://mail.test/a?b", Some("https://gate.test:8443/a?b")),
            ("http://MAIL.test:443/", Some("https://gate.test:8443/")),
            ("https://mail.test", Some("https://gate.test:8443/")),
            ("/a", Some("/a")),
            ("//mail.test/a", Some("https://gate.test:8443/a")),
            ("https://mail.test?b", Some("https://gate.test:8443/?b")),
            ("https://mail.test/a b#c", Some("https://gate.test:8443/a b#c")),
            ("https://login.test/a", None),
            ("//login.test/a", None),
            ("///login.test/a", None),
            ("/\\login.test/a", None),
            ("/\t/login.test/a", None),
            ("https://mail.test@login.test/a", None),
            ("https://mail.test\\@login.test/a", None),
            ("javascript://mail.test/", None),
            ("https://mail.test.evil.test/a", None),
            ("not an address", None),
        ] {
            assert_eq!(names.for_client(theirs).as_deref(), ours, "{theirs}");
        }
        assert_eq!(names.for_upstream("/a"), "https://mail.test/a");
    }
}

//! The request's target: which host and which path it is for.

use hyper::header::HOST;
use hyper::http::request::Parts;
use hyper::http::uri::Authority;
use hyper::{Uri, Version};

/// Why a target is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::http) enum TargetProblem {
    /// No `Host`, or one that is none.
    #[error("the request does not say which host it is for")]
    NoHost,
    /// `:authority` and `Host` disagree, which is malformed in HTTP/2 (RFC 9113 §8.3.1).
    #[error("the request names two hosts")]
    TwoHosts,
    /// `*`, which asks about a server as a whole, or `host:port`, which asks for a tunnel.
    #[error("the request's target is not a path of this server, nor an address with one")]
    Form,
    /// Another scheme than ours: what is there is another resource, which is not served here (RFC 9110 §4.2.2, §7.4).
    #[error("the address in the request's target is not one of https, and nothing else is served here")]
    Scheme,
    /// User information, by which addresses are made to look like others' (RFC 9110 §4.2.4).
    #[error("the request names a user beside its host, which no address of https has")]
    UserInformation,
}

/// Where a request is to go, as the program says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::http) struct RequestTarget {
    /// The host with its port, if one is given, as the program wrote it.
    pub(in crate::http) authority: Authority,
}

impl RequestTarget {
    /// Reads it off a head. HTTP/2 has the host in the target (`:authority`), and `Host` must not say another. HTTP/1.1 has
    /// it in `Host`, or in a target of the absolute form (RFC 9112 §3.2.2), which counts then whatever `Host` says; `Host`
    /// must be there all the same, and be one (§3.2). Whoever routed the request to us by `Host` alone got nowhere by it:
    /// route, sign-in and what the upstream is told are all by the one host that is given here, and the upstream never sees
    /// a `Host` but its own.
    pub(in crate::http) fn of(head: &Parts) -> Result<Self, TargetProblem> {
        let in_field = match head.headers.get(HOST) {
            Some(host) => Some(Authority::try_from(host.as_bytes()).map_err(|_| TargetProblem::NoHost)?),
            None => None,
        };
        let in_target = in_target(&head.uri)?;
        if [&in_target, &in_field].into_iter().flatten().any(|authority| authority.as_str().contains('@')) {
            return Err(TargetProblem::UserInformation);
        }
        let authority = if head.version < Version::HTTP_2 {
            // HTTP/1.0 need not have `Host`.
            let needs_field = head.version == Version::HTTP_11;
            in_target.filter(|_| in_field.is_some() || !needs_field).or(in_field)
        } else {
            let differs =
                |one: &Authority, other: &Authority| !one.as_str().eq_ignore_ascii_case(other.as_str());
            if in_target.as_ref().zip(in_field.as_ref()).is_some_and(|(one, other)| differs(one, other)) {
                return Err(TargetProblem::TwoHosts);
            }
            in_target
        };
        let authority = authority.filter(|authority| !authority.host().is_empty());
        authority.map(|authority| Self { authority }).ok_or(TargetProblem::NoHost)
    }

    /// The host's name without its port, in lower case.
    pub(in crate::http) fn host(&self) -> String {
        self.authority.host().trim_end_matches('.').to_ascii_lowercase()
    }
}

fn in_target(uri: &Uri) -> Result<Option<Authority>, TargetProblem> {
    if !uri.path().starts_with('/') {
        return Err(TargetProblem::Form);
    }
    match (uri.scheme_str(), uri.authority()) {
        (None, None) => Ok(None),
        (Some("https"), Some(authority)) => Ok(Some(authority.clone())),
        (Some(_), _) => Err(TargetProblem::Scheme),
        (None, Some(_)) => Err(TargetProblem::Form),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::Request;

    fn host(uri: &str, field: Option<&str>, version: Version) -> Result<String, TargetProblem> {
        let mut request = Request::builder().uri(uri).version(version);
        if let Some(field) = field {
            request = request.header(HOST, field);
        }
        RequestTarget::of(&request.body(()).unwrap().into_parts().0).map(|target| target.host())
    }

    #[test]
    fn a_whole_address_counts_before_host_in_http_1() {
        for version in [Version::HTTP_11, Version::HTTP_10] {
            for (uri, field, expected) in [
                ("/a", "Mail.example.test:443", "mail.example.test"),
                ("https://a.test/a", "A.test", "a.test"),
                ("https://A.test./a", "a.test:8443", "a.test"),
                ("https://a.test", "b.test", "a.test"),
                ("HTTPS://a.test:8443/b.test/a?https://c.test/", "b.test", "a.test"),
                ("https://[::1]:8443/a", "b.test", "[::1]"),
            ] {
                assert_eq!(host(uri, Some(field), version), Ok(expected.to_owned()), "{uri} {field}");
            }
        }
        assert_eq!(host("https://a.test/a", None, Version::HTTP_10), Ok("a.test".to_owned()));
    }

    #[test]
    fn the_host_is_said_alike_in_http_2() {
        let h2 = Version::HTTP_2;
        assert_eq!(host("https://a.test/a", None, h2), Ok("a.test".to_owned()));
        assert_eq!(host("https://a.test/a", Some("A.test"), h2), Ok("a.test".to_owned()));
        for field in ["b.test", "a.test:8443"] {
            assert_eq!(host("https://a.test/a", Some(field), h2), Err(TargetProblem::TwoHosts), "{field}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let h1 = Version::HTTP_11;
        for (uri, field, version, problem) in [
            ("/a", None, h1, TargetProblem::NoHost),
            ("/a", Some(""), h1, TargetProblem::NoHost),
            ("/a", Some("a b"), h1, TargetProblem::NoHost),
            ("/a", Some("a.test"), Version::HTTP_2, TargetProblem::NoHost),
            ("https://a.test/a", None, h1, TargetProblem::NoHost),
            ("https://a.test/a", Some(""), h1, TargetProblem::NoHost),
            ("https://a.test/a", Some("a b"), h1, TargetProblem::NoHost),
            ("https://:443/a", Some("a.test"), h1, TargetProblem::NoHost),
            ("/a", Some("x@a.test"), h1, TargetProblem::UserInformation),
            ("https://x@a.test/a", Some("a.test"), h1, TargetProblem::UserInformation),
            ("https://x:y@a.test/a", Some("a.test"), h1, TargetProblem::UserInformation),
            ("https://a.test/a", Some("x@a.test"), h1, TargetProblem::UserInformation),
            ("https://x@a.test/a", None, Version::HTTP_2, TargetProblem::UserInformation),
            ("*", Some("a.test"), h1, TargetProblem::Form),
            ("a.test:443", Some("a.test"), h1, TargetProblem::Form),
            ("http://a.test/a", Some("a.test"), h1, TargetProblem::Scheme),
            ("http://a.test/a", None, Version::HTTP_2, TargetProblem::Scheme),
            ("ftp://a.test/a", Some("a.test"), h1, TargetProblem::Scheme),
        ] {
            assert_eq!(host(uri, field, version), Err(problem), "{uri} {field:?}");
        }
    }
}

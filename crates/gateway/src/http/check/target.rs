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
    /// Target and `Host` disagree.
    #[error("the request names two hosts")]
    TwoHosts,
    /// User information, a scheme that is not ours, `*` or `host:port`.
    #[error("the request's target is not a path of this server")]
    Form,
}

/// Where a request is to go, as the program says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::http) struct RequestTarget {
    /// The host with its port, if one is given, as the program wrote it.
    pub(in crate::http) authority: Authority,
}

impl RequestTarget {
    /// Reads it off a head. HTTP/2 has the host in the target, HTTP/1.1 in `Host`, and in the absolute form (RFC 9112
    /// §3.2.2) in both: where it comes twice it must be the same.
    pub(in crate::http) fn of(head: &Parts) -> Result<Self, TargetProblem> {
        let in_field = match head.headers.get(HOST) {
            Some(host) => Some(Authority::try_from(host.as_bytes()).map_err(|_| TargetProblem::NoHost)?),
            None => None,
        };
        let in_target = in_target(&head.uri)?;
        let authority = match (in_target, in_field) {
            (Some(one), Some(other)) if !one.as_str().eq_ignore_ascii_case(other.as_str()) => {
                return Err(TargetProblem::TwoHosts);
            }
            (Some(one), _) => one,
            (None, Some(one)) if head.version < Version::HTTP_2 => one,
            (None, _) => return Err(TargetProblem::NoHost),
        };
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(TargetProblem::Form);
        }
        Ok(Self { authority })
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
        _ => Err(TargetProblem::Form),
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
    fn the_host_is_said_once_or_alike() {
        let h1 = Version::HTTP_11;
        assert_eq!(host("/a", Some("Mail.example.test:443"), h1), Ok("mail.example.test".to_owned()));
        assert_eq!(host("https://a.test/a", Some("A.test"), h1), Ok("a.test".to_owned()));
        assert_eq!(host("https://a.test/a", None, Version::HTTP_2), Ok("a.test".to_owned()));
        assert_eq!(host("https://a.test/a", Some("b.test"), h1), Err(TargetProblem::TwoHosts));
        assert_eq!(host("https://a.test/a", Some("a.test:8443"), h1), Err(TargetProblem::TwoHosts));
    }

    #[test]
    fn everything_else_is_refused() {
        let h1 = Version::HTTP_11;
        for (uri, field, version, problem) in [
            ("/a", None, h1, TargetProblem::NoHost),
            ("/a", Some(""), h1, TargetProblem::NoHost),
            ("/a", Some("a b"), h1, TargetProblem::NoHost),
            ("/a", Some("a.test"), Version::HTTP_2, TargetProblem::NoHost),
            ("/a", Some("x@a.test"), h1, TargetProblem::Form),
            ("*", Some("a.test"), h1, TargetProblem::Form),
            ("a.test:443", Some("a.test"), h1, TargetProblem::Form),
            ("http://a.test/a", Some("a.test"), h1, TargetProblem::Form),
            ("ftp://a.test/a", Some("a.test"), h1, TargetProblem::Form),
        ] {
            assert_eq!(host(uri, field, version), Err(problem), "{uri} {field:?}");
        }
    }
}

//! The fields of a request for the upstream.

use std::net::IpAddr;

use hyper::HeaderMap;
use hyper::Uri;
use hyper::header::{CONTENT_LENGTH, COOKIE, EXPECT, HOST, HeaderName, HeaderValue};

use super::{Names, identity};
use crate::config::{Upstream, UpstreamSignIn};

const DESTINATION: HeaderName = HeaderName::from_static("destination");
/// WebDAV's, which names resources with their locks.
const IF: HeaderName = HeaderName::from_static("if");

/// Where a copy is to go that must not go there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the destination is not behind the same door")]
pub(in crate::http) struct DestinationProblem;

/// Takes out what is for us and whatever says who the program is; says to whom it goes, and from where it comes if the
/// upstream is to know. What is for one connection is out already, our credentials come afterwards.
pub(in crate::http) fn for_upstream(
    headers: &mut HeaderMap,
    upstream: &Upstream,
    names: &Names,
    client: IpAddr,
) {
    let own = match &upstream.sign_in {
        UpstreamSignIn::Header { name } => Some(name.as_str()),
        _ => None,
    };
    identity::strip(headers, own);
    // What we expect has been met: the body follows at once, and its length is known from it.
    headers.remove(EXPECT);
    headers.remove(CONTENT_LENGTH);
    join_cookies(headers);
    insert(headers, HOST, names.theirs());
    if upstream.forward_client {
        insert(headers, HeaderName::from_static("x-forwarded-for"), &client.to_canonical().to_string());
        insert(headers, HeaderName::from_static("x-forwarded-host"), names.ours.as_str());
        insert(headers, HeaderName::from_static("x-forwarded-proto"), "https");
    }
}

/// HTTP/2 may send cookies in several fields, HTTP/1.1 has one (RFC 9113 §8.2.3).
fn join_cookies(headers: &mut HeaderMap) {
    let cookies: Vec<_> = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    if cookies.len() > 1
        && let Ok(joined) = HeaderValue::from_bytes(&cookies.join(&b"; "[..]))
    {
        headers.insert(COOKIE, joined);
    }
}

/// Rewrites where a copy or a move is to go (RFC 4918 §10.3), and the resources that locks are for. `is_same_door` is
/// asked about the path.
pub(in crate::http) fn rewrite_destination(
    headers: &mut HeaderMap,
    names: &Names,
    is_same_door: impl FnOnce(&str) -> bool,
) -> Result<(), DestinationProblem> {
    if let Some(destination) = headers.get(DESTINATION) {
        let text = destination.to_str().map_err(|_| DestinationProblem)?;
        let uri: Uri = text.parse().map_err(|_| DestinationProblem)?;
        let is_here = match uri.authority() {
            Some(authority) => {
                uri.scheme_str() == Some("https")
                    && authority.as_str().eq_ignore_ascii_case(names.ours.as_str())
            }
            None => true,
        };
        if !is_here || !uri.path().starts_with('/') || !is_same_door(uri.path()) {
            return Err(DestinationProblem);
        }
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        insert(headers, DESTINATION, &names.for_upstream(&path));
    }
    if let Some(condition) = headers.get(IF).and_then(|condition| condition.to_str().ok()) {
        let (ours, theirs) = names.beginnings();
        let condition = condition.replace(&format!("<{ours}"), &format!("<{theirs}"));
        insert(headers, IF, &condition);
    }
    Ok(())
}

/// Names and addresses are made of what a field may have; if one is not, the field is left out.
fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    match HeaderValue::from_str(value) {
        Ok(value) => {
            headers.insert(name, value);
        }
        Err(_) => {
            headers.remove(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::address::tests::{names, upstream};
    use super::*;
    use crate::config::UpstreamTls;

    fn headers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        fields
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    fn text(headers: &HeaderMap) -> String {
        let mut lines: Vec<_> =
            headers.iter().map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap())).collect();
        lines.sort();
        lines.concat()
    }

    #[test]
    fn the_upstream_hears_what_is_for_it() {
        let mut upstream = upstream("mail.test", 443, UpstreamTls::Implicit);
        upstream.sign_in = UpstreamSignIn::Header { name: "X-Identity".to_owned() };
        upstream.forward_client = true;
        let names = names("mail.test", 443, UpstreamTls::Implicit);
        let mut headers = headers(&[
            ("host", "gate.test:8443"),
            ("authorization", "Basic YTpi"),
            ("x-forwarded-for", "10.0.0.1"),
            ("x-identity", "root"),
            ("expect", "100-continue"),
            ("content-length", "5"),
            ("content-type", "text/xml"),
        ]);
        for_upstream(&mut headers, &upstream, &names, "::ffff:192.0.2.7".parse().unwrap());
        insta::assert_snapshot!(text(&headers), @r"
        content-type: text/xml
        host: mail.test
        x-forwarded-for: 192.0.2.7
        x-forwarded-host: gate.test:8443
        x-forwarded-proto: https
        ");
    }

    #[test]
    fn a_copy_stays_behind_its_door() {
        let names = names("dav.test", 8080, UpstreamTls::None);
        let rewritten = |destination: &'static str| {
            let mut headers = headers(&[("destination", destination)]);
            rewrite_destination(&mut headers, &names, |path| path.starts_with("/dav/"))
                .map(|()| headers[DESTINATION].to_str().unwrap().to_owned())
        };
        assert_eq!(rewritten("https://gate.test:8443/dav/b"), Ok("http://dav.test:8080/dav/b".to_owned()));
        assert_eq!(rewritten("/dav/b%20c"), Ok("http://dav.test:8080/dav/b%20c".to_owned()));
        for elsewhere in [
            "https://other.test/dav/b",
            "http://gate.test:8443/dav/b",
            "https://gate.test/dav/b",
            "https://gate.test:8443/EWS/",
            "dav/b",
            "//other.test/dav/b",
        ] {
            assert_eq!(rewritten(elsewhere), Err(DestinationProblem), "{elsewhere}");
        }
    }

    #[test]
    fn locks_are_named_as_the_upstream_knows_them() {
        let names = names("dav.test", 8080, UpstreamTls::None);
        let mut headers = headers(&[("if", "<https://gate.test:8443/dav/b> (<urn:uuid:1>)")]);
        rewrite_destination(&mut headers, &names, |_| true).unwrap();
        assert_eq!(headers[IF], "<http://dav.test:8080/dav/b> (<urn:uuid:1>)");
    }
}

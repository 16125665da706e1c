//! Method and fields.

use hyper::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HOST, HeaderName,
    TRANSFER_ENCODING,
};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method};

use super::Problem;

/// Fields of which a second one could be read by the upstream where we read the first.
const ONCE: [HeaderName; 7] =
    [HOST, CONTENT_LENGTH, AUTHORIZATION, CONTENT_TYPE, CONTENT_ENCODING, EXPECT, TRANSFER_ENCODING];
/// Likewise, without a constant in the library: DAV, EWS.
const ONCE_TOO: [&str; 3] = ["destination", "if", "x-anchormailbox"];

/// Largest head, in octets of method, target, names and values. The cookies of SharePoint are the largest thing in one. hyper
/// limits only what it holds while a head is not whole.
const LARGEST: usize = 64 * 1024;

/// Longest method, in letters. The longest that is registered (`UPDATEREDIRECTREF`) has 17.
const LONGEST_METHOD: usize = 64;

/// Most fields; browsers send about 20. hyper counts those of HTTP/1.1 only.
pub(in crate::http) const FIELDS: usize = 100;

/// Refuses a head that could be read in two ways.
pub(in crate::http) fn check_head(head: &Parts) -> Result<(), Problem> {
    // hyper lets nothing but a token through (RFC 9110 §9.1), of any length.
    if head.method.as_str().len() > LONGEST_METHOD {
        return Err(Problem::UnknownMethod);
    }
    if head.headers.len() > FIELDS || size(head) > LARGEST {
        return Err(Problem::TooLarge);
    }
    // CONNECT asks for a tunnel, TRACE for the request itself with everything that proxies added to it.
    if matches!(head.method, Method::CONNECT | Method::TRACE) {
        return Err(Problem::Method);
    }
    let headers = &head.headers;
    if headers.keys().any(|name| !is_plain(name)) {
        return Err(Problem::FieldName);
    }
    let comes_twice = |count: usize| count > 1;
    if ONCE.iter().any(|name| comes_twice(headers.get_all(name).iter().count()))
        || ONCE_TOO.iter().any(|name| comes_twice(headers.get_all(*name).iter().count()))
    {
        return Err(Problem::Duplicate);
    }
    // hyper takes `gzip, chunked` for chunked; we would take the gzip off the head and leave it on the body.
    if !is_only(headers, &TRANSFER_ENCODING, "chunked") {
        return Err(Problem::TransferCoding);
    }
    if !is_only(headers, &EXPECT, "100-continue") {
        return Err(Problem::Expectation);
    }
    Ok(())
}

fn size(head: &Parts) -> usize {
    let target = head.uri.path_and_query().map_or(0, |target| target.as_str().len());
    let line = head.method.as_str().len() + target;
    head.headers.iter().fold(line, |size, (name, value)| size + name.as_str().len() + value.len())
}

/// Letters, digits and hyphens. Servers that put fields into variables (CGI and its heirs) read `X_Remote_User` and
/// `X.Remote.User` as `X-Remote-User`.
fn is_plain(name: &HeaderName) -> bool {
    name.as_str().bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
}

/// Whether the field is absent or has this value.
fn is_only(headers: &HeaderMap, name: &HeaderName, value: &str) -> bool {
    headers.get(name).is_none_or(|its| its.as_bytes().eq_ignore_ascii_case(value.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::Request;

    fn check(method: &str, fields: &[(&str, &str)]) -> Result<(), Problem> {
        let mut request = Request::builder().method(method).uri("/");
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        check_head(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn ordinary_heads_pass() {
        for method in ["GET", "POST", "PROPFIND", "MKCALENDAR", "OPTIONS", "HEAD", "X-MS-ENUMATTS"] {
            assert_eq!(check(method, &[("Host", "a"), ("Accept", "x"), ("Accept", "y")]), Ok(()));
        }
        assert_eq!(check(&"M".repeat(LONGEST_METHOD), &[]), Ok(()), "the upstream knows its methods");
        assert_eq!(check("POST", &[("Transfer-Encoding", "Chunked"), ("Expect", "100-Continue")]), Ok(()));
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for (method, fields, problem) in [
            ("CONNECT", [].as_slice(), Problem::Method),
            (&"M".repeat(LONGEST_METHOD + 1), &[], Problem::UnknownMethod),
            ("TRACE", &[], Problem::Method),
            ("GET", &[("X_Remote_User", "root")], Problem::FieldName),
            ("GET", &[("X.Remote.User", "root")], Problem::FieldName),
            ("GET", &[("Host", "a"), ("Host", "a")], Problem::Duplicate),
            ("GET", &[("Authorization", "Basic YTpi"), ("Authorization", "Basic YTpj")], Problem::Duplicate),
            ("COPY", &[("Destination", "/a"), ("Destination", "/b")], Problem::Duplicate),
            ("PUT", &[("If", "(<a>)"), ("If", "(<b>)")], Problem::Duplicate),
            ("GET", &[("X", "y"); FIELDS + 1], Problem::TooLarge),
            ("POST", &[("Transfer-Encoding", "gzip, chunked")], Problem::TransferCoding),
            ("POST", &[("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "x")], Problem::Duplicate),
            ("POST", &[("Expect", "200-ok")], Problem::Expectation),
        ] {
            assert_eq!(check(method, fields), Err(problem), "{method} {fields:?}");
        }
    }
}

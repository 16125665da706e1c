//! Fields that are for one connection only (RFC 9110 §7.6.1).

use hyper::HeaderMap;
use hyper::header::{CONNECTION, HeaderName, TE, TRAILER, TRANSFER_ENCODING, UPGRADE};

/// Beside those that `Connection` names. The last two are from before the RFC, and of HTTP/2 in the clear.
const NAMES: [&str; 3] = ["keep-alive", "proxy-connection", "http2-settings"];

/// Takes them out. It is done before ours are put in, so that a program cannot have ours taken out by naming them, and
/// before the others are looked at, so that what is judged is what arrives.
pub(in crate::http) fn strip(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .flat_map(|value| value.as_bytes().split(|octet| *octet == b','))
        .filter_map(|name| HeaderName::from_bytes(name.trim_ascii()).ok())
        .collect();
    for name in named.iter().chain(&[CONNECTION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE]) {
        headers.remove(name);
    }
    for name in NAMES {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    #[test]
    fn what_is_for_one_connection_is_taken_out() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "close, X-One , upgrade"),
            ("connection", "x-two"),
            ("x-one", "1"),
            ("x-two", "2"),
            ("x-three", "3"),
            ("upgrade", "websocket"),
            ("te", "trailers"),
            ("trailer", "x-three"),
            ("transfer-encoding", "chunked"),
            ("keep-alive", "timeout=5"),
            ("proxy-connection", "keep-alive"),
        ] {
            headers.append(name, HeaderValue::from_static(value));
        }
        strip(&mut headers);
        assert_eq!(headers.into_iter().collect::<Vec<_>>().len(), 1);
    }
}

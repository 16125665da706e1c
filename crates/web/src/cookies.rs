//! The cookies: the session, the visitor before it, and the remembered browser.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, header};
use postern_service::portal::SessionToken;

/// Holds the session's token.
const SESSION: &str = "__Host-postern-session";
/// Holds a random value before anybody has signed in, so that the sign-in form can be bound to the browser that
/// asked for it (login CSRF). `__Host-` keeps a neighbour on the same domain from planting one.
const VISITOR: &str = "__Host-postern-visitor";
/// Holds the token by which the browser is remembered, so that no second factor is asked for.
const REMEMBERED: &str = "__Host-postern-remembered";
/// `Lax`, not `Strict`: the link in a refusal is followed from a mail program, and must find the session.
const ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Lax";

/// The session's token, when the request has one.
pub(crate) fn session(headers: &HeaderMap) -> Option<SessionToken> {
    find(headers, SESSION).and_then(SessionToken::from_cookie)
}

/// The visitor's value, when the request has one of the right form.
pub(crate) fn visitor(headers: &HeaderMap) -> Option<&str> {
    find(headers, VISITOR).filter(|value| value.len() == 43)
}

/// The token by which the browser is remembered, when the request has one.
pub(crate) fn remembered(headers: &HeaderMap) -> Option<SessionToken> {
    find(headers, REMEMBERED).and_then(SessionToken::from_cookie)
}

/// Outlives the browser's session, as it is meant to.
pub(crate) fn set_remembered(token: &SessionToken, span: Duration) -> HeaderValue {
    let text = format!("{REMEMBERED}={}; Max-Age={}; {ATTRIBUTES}", token.expose(), span.as_secs());
    let mut cookie = HeaderValue::from_str(&text).expect("tokens are base64url, which is visible ASCII");
    cookie.set_sensitive(true);
    cookie
}

pub(crate) fn set_session(token: &SessionToken) -> HeaderValue {
    let mut cookie = cookie(SESSION, token.expose());
    cookie.set_sensitive(true);
    cookie
}

pub(crate) fn set_visitor(value: &str) -> HeaderValue {
    cookie(VISITOR, value)
}

pub(crate) fn forget_session() -> HeaderValue {
    HeaderValue::from_str(&format!("{SESSION}=; Max-Age=0; {ATTRIBUTES}"))
        .expect("the text is constant visible ASCII")
}

/// A cookie that ends with the browser's session; the server's timeouts end it before.
fn cookie(name: &str, value: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("{name}={value}; {ATTRIBUTES}"))
        .expect("tokens are base64url, which is visible ASCII")
}

/// A cookie by name. When it is there twice the first one counts, as the browser sends the longer path first.
///
/// Ours are looked for among octets: a cookie of a neighbour under the same domain may be no text. Only white space that
/// browsers cut off around a name is cut off here: with any other a neighbour's would pass their check of the prefix.
fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .flat_map(|field| field.as_bytes().split(|octet| *octet == b';'))
        .map(<[u8]>::trim_ascii)
        .find_map(|pair| pair.strip_prefix(name.as_bytes())?.strip_prefix(b"="))
        .and_then(|value| std::str::from_utf8(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A neighbour under the same domain may set a cookie in any bytes, which browsers send as they are. It must not hide
    /// ours, or nobody could sign in.
    #[test]
    fn a_foreign_cookie_that_is_no_text_hides_none_of_ours() {
        let ours = "b".repeat(43);
        for (before, after) in [("greeting=J\u{fc}rgen; ", ""), ("", "; price=\u{20ac} 5"), ("\u{2000}", "")]
        {
            let mut headers = HeaderMap::new();
            let field = format!("{before}{VISITOR}={ours}{after}");
            headers.insert(header::COOKIE, HeaderValue::from_bytes(field.as_bytes()).unwrap());
            // White space that only Unicode knows is part of a name: with it a neighbour could set one with our prefix.
            let expected = (before != "\u{2000}").then_some(ours.as_str());
            assert_eq!(visitor(&headers), expected, "{field}");
        }
        let mut latin = HeaderMap::new();
        let field = [b"greeting=J\xfcrgen; ".as_slice(), VISITOR.as_bytes(), b"=", ours.as_bytes()].concat();
        latin.insert(header::COOKIE, HeaderValue::from_bytes(&field).unwrap());
        assert_eq!(visitor(&latin), Some(ours.as_str()));
    }
}

//! The security headers of every answer.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// The headers that are the same for every answer.
const FIXED: [(HeaderName, &str); 7] = [
    // Two years, as browsers' preload lists ask. Subdomains are the operator's to decide.
    (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // A set-up link or a reference in an address must not travel to another site. Not `no-referrer`: with it browsers
    // send `Origin: null` from our own forms (Fetch, "append a request Origin header").
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-write=(self)",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    // For browsers that know no frame-ancestors.
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// Puts them on, and `no-store` where the page did not decide otherwise.
pub(super) fn secure(headers: &mut HeaderMap, nonce: &str) {
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src 'self'; \
         form-action 'self'; frame-ancestors 'none'; base-uri 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'"
    );
    let policy = HeaderValue::from_str(&policy).expect("a nonce in base64url is visible ASCII");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// Puts them on an answer of the API, which is never a page.
pub(crate) fn secure_api(headers: &mut HeaderMap) {
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

//! Fields by which something in front of a service tells it who is there. A program must never get to say that.

use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, HeaderName, PROXY_AUTHORIZATION};

/// Names as they are without hyphens, in lower case: of Authelia, oauth2-proxy, Apache, Grafana, IIS and Exchange, of
/// cloud proxies, and those that say which address or which path was "really" asked for.
const NAMES: [&str; 29] = [
    "remoteuser",
    "remotegroups",
    "remotename",
    "remoteemail",
    "xremoteuser",
    "xuser",
    "xusername",
    "xuseremail",
    "xemail",
    "xproxyuser",
    "authuser",
    "ivuser",
    "smuser",
    "xsourcecafeserver",
    "xcommonaccesstoken",
    "xisfromcafe",
    "xrealip",
    "trueclientip",
    "cfconnectingip",
    "clientip",
    "xclientip",
    "xclusterclientip",
    "fastlyclientip",
    "xoriginatingip",
    "xoriginalurl",
    "xrewriteurl",
    "xarrclientcert",
    "forwarded",
    // CGI makes it HTTP_PROXY, by which libraries find a proxy ("httpoxy").
    "proxy",
];

/// Likewise, beginnings of names.
const BEGINNINGS: [&str; 25] = [
    "xforwarded",
    "xoriginal",
    "xremote",
    "xauthrequest",
    "xauthenticated",
    "xauthentik",
    "xpomerium",
    "xgoogauthenticated",
    "xgoogiap",
    "xmsclientprincipal",
    "xamznoidc",
    "cfaccess",
    "xssl",
    "ssl",
    "xtls",
    "xclientcert",
    "xwebauth",
    "xauthuser",
    "xauthemail",
    "xauthname",
    "xauthgroup",
    "xvouch",
    "tailscaleuser",
    "oidc",
    "kubeflowuser",
];

/// Takes them out, and the program's credentials, and `own` in whatever spelling.
pub(super) fn strip(headers: &mut HeaderMap, own: Option<&str>) {
    let own = own.map(bare);
    let is_identity = |name: &HeaderName| {
        let name = bare(name.as_str());
        NAMES.contains(&name.as_str())
            || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
            || own.as_ref() == Some(&name)
    };
    let names: Vec<HeaderName> = headers.keys().filter(|name| is_identity(name)).cloned().collect();
    for name in names.iter().chain(&[AUTHORIZATION, PROXY_AUTHORIZATION]) {
        headers.remove(name);
    }
}

/// A name as servers may compare it that drop everything but letters and digits.
fn bare(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    #[test]
    fn nobody_says_who_they_are() {
        let mut headers = HeaderMap::new();
        for name in [
            "authorization",
            "proxy-authorization",
            "remote-user",
            "x-remote-user",
            "x-forwarded-user",
            "x-forwarded-for",
            "x-auth-request-email",
            "x-my-identity",
            "xmy-identity",
            "x-original-url",
            "x-webauth-email",
            "x-auth-user",
            "ssl-client-s-dn",
            "x-client-cert",
            "client-ip",
            "proxy",
            "x-anchormailbox",
            "cookie",
        ] {
            headers.insert(name, HeaderValue::from_static("root"));
        }
        strip(&mut headers, Some("X-My-Identity"));
        let mut left: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["cookie", "x-anchormailbox"]);
    }
}

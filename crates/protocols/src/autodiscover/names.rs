//! Which names are the upstream's, and what stands in their place.

/// Rewrites URLs and host names of the upstream into the gateway's.
#[derive(Debug, Clone)]
pub struct Rewriter {
    /// Host and, unless it is 443, port.
    gateway: String,
    /// In lower case; `*.example.com` stands for every name under it.
    upstream_hosts: Vec<String>,
    /// Where programs of a door find the gateway, by the beginning of the path, in lower case.
    doors: Vec<(String, String)>,
    /// In lower case.
    domains: Vec<String>,
}

impl Rewriter {
    /// A rewriter to this gateway: a host name, with a port when it is not 443. URLs become `https`.
    pub fn new(gateway: impl Into<String>) -> Self {
        Self { gateway: gateway.into(), upstream_hosts: Vec::new(), doors: Vec::new(), domains: Vec::new() }
    }

    /// Takes this host for the upstream's; `*.example.com` stands for every name under `example.com`.
    #[must_use]
    pub fn with_upstream_host(mut self, host: impl AsRef<str>) -> Self {
        self.upstream_hosts.push(host.as_ref().to_ascii_lowercase());
        self
    }

    /// Sends URLs whose path begins like this (`/EWS/`, ignoring case) to another host of the gateway.
    #[must_use]
    pub fn with_door(mut self, path: impl AsRef<str>, gateway: impl Into<String>) -> Self {
        self.doors.push((path.as_ref().to_ascii_lowercase(), gateway.into()));
        self
    }

    /// Lets redirects to addresses of this mail domain pass, because its Autodiscover is behind the gateway.
    #[must_use]
    pub fn with_domain(mut self, domain: impl AsRef<str>) -> Self {
        self.domains.push(domain.as_ref().to_ascii_lowercase());
        self
    }

    /// The URL with the gateway's name, for `Location` and `X-MS-Location`; `None` when it is not one of the upstream's.
    pub fn url(&self, url: &str) -> Option<String> {
        let (scheme, _) = url.split_once("://")?;
        let is_plain = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
        is_plain.then(|| self.text(url))?
    }

    /// The gateway's name when this is a host name of the upstream.
    pub(super) fn host(&self, host: &str) -> Option<&str> {
        self.is_upstream(host).then_some(self.gateway_host())
    }

    /// Whether an address may be redirected to. Nothing that a program could take for a URL is one.
    pub(super) fn is_own_address(&self, address: &str) -> bool {
        let Some((local, domain)) = address.split_once('@') else { return false };
        let is_plain = !local.contains(|c: char| matches!(c, '/' | '\\' | ':') || c.is_whitespace());
        is_plain && self.domains.contains(&domain.to_ascii_lowercase())
    }

    /// Whether a URL may be redirected to as it stands. Programs disagree about what a backslash means in one.
    pub(super) fn is_gateway(&self, url: &str) -> bool {
        let Some((scheme, rest)) = url.split_once("://") else { return false };
        let authority = &rest[..end_of_authority(rest)];
        let mut gateways =
            std::iter::once(&self.gateway).chain(self.doors.iter().map(|(_, gateway)| gateway));
        scheme.eq_ignore_ascii_case("https")
            && !rest.contains('\\')
            && gateways.any(|gateway| gateway.eq_ignore_ascii_case(authority))
    }

    /// The text with every URL of the upstream in it rewritten; `None` when there is none.
    pub(super) fn text(&self, text: &str) -> Option<String> {
        self.rewritten(text, |host, _| self.is_upstream(host))
    }

    /// Likewise where a service is named: whatever host has a service for which there is a door is the upstream, by a name
    /// that nobody told us (Exchange's internal URLs). A program would take its app password there.
    pub(super) fn service(&self, text: &str) -> Option<String> {
        self.rewritten(text, |host, path| self.is_upstream(host) || is_service(path))
    }

    fn rewritten(&self, text: &str, is_upstream: impl Fn(&str, &str) -> bool) -> Option<String> {
        let mut rewritten = String::new();
        let mut copied = 0;
        let mut searched = 0;
        while let Some(found) = text[searched..].find("://") {
            let separator = searched + found;
            let rest = &text[separator + 3..];
            let end = end_of_authority(rest);
            searched = separator + 3;
            let Some(scheme) = scheme_before(text, separator) else { continue };
            let (authority, path) = rest.split_at(end);
            if is_upstream(host_of(authority), path) {
                rewritten.push_str(&text[copied..scheme]);
                rewritten.push_str("https://");
                rewritten.push_str(self.gateway_for(path));
                copied = searched + end;
                searched = copied;
            }
        }
        if copied == 0 {
            return None;
        }
        rewritten.push_str(&text[copied..]);
        Some(rewritten)
    }

    fn is_upstream(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        self.upstream_hosts.iter().any(|known| match known.strip_prefix('*') {
            Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
            None => *known == host,
        })
    }

    fn gateway_for(&self, path: &str) -> &str {
        let path = path.to_ascii_lowercase();
        let door = self.doors.iter().find(|(prefix, _)| path.starts_with(prefix.as_str()));
        door.map_or(&self.gateway, |(_, gateway)| gateway)
    }

    /// The gateway's name without its port.
    fn gateway_host(&self) -> &str {
        host_of(&self.gateway)
    }
}

/// Whether a path leads to a service of Exchange that programs sign in to.
fn is_service(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    ["/ews/", "/mapi/", "/microsoft-server-activesync", "/oab/", "/autodiscover/"]
        .iter()
        .any(|service| path.starts_with(service))
}

/// Where the scheme before this separator begins, when it is `http` or `https`.
fn scheme_before(text: &str, separator: usize) -> Option<usize> {
    let before = &text.as_bytes()[..separator];
    ["https", "http"].iter().find_map(|scheme| {
        let start = before.len().checked_sub(scheme.len())?;
        let is_whole = start == 0 || !before[start - 1].is_ascii_alphanumeric();
        (is_whole && before[start..].eq_ignore_ascii_case(scheme.as_bytes())).then_some(start)
    })
}

/// How long the authority at the beginning of this text is.
fn end_of_authority(text: &str) -> usize {
    text.find(|c: char| {
        matches!(c, '/' | '\\' | '?' | '#' | '"' | '\'' | '<' | '>' | ',' | ';') || c.is_whitespace()
    })
    .unwrap_or(text.len())
}

/// The host in an authority, without user and port.
fn host_of(authority: &str) -> &str {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|octet| octet.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewriter() -> Rewriter {
        Rewriter::new("gateway.example:8443")
            .with_upstream_host("Mail.Contoso.com")
            .with_upstream_host("*.outlook.com")
            .with_door("/EWS/", "ews.example")
            .with_domain("contoso.com")
    }

    #[test]
    fn urls_of_the_upstream() {
        for (text, expected) in [
            ("https://mail.contoso.com/owa/", Some("https://gateway.example:8443/owa/")),
            ("HTTP://MAIL.contoso.com:80", Some("https://gateway.example:8443")),
            (
                "https://u@mail.contoso.com.:443/ews/Exchange.asmx?a=b",
                Some("https://ews.example/ews/Exchange.asmx?a=b"),
            ),
            ("https://a.b.outlook.com#x", Some("https://gateway.example:8443#x")),
            (
                "a https://mail.contoso.com/1, https://x/2;http://mail.contoso.com;",
                Some("a https://gateway.example:8443/1, https://x/2;https://gateway.example:8443;"),
            ),
            ("https://outlook.com/", None),
            ("https://mail.contoso.com.evil.example/", None),
            ("https://mail.contoso.com@evil.example/", None),
            ("https://evilmail.contoso.com/", None),
            ("ftp://mail.contoso.com/", None),
            ("xhttps://mail.contoso.com/", None),
            ("https:/mail.contoso.com/", None),
            ("://", None),
            ("", None),
        ] {
            assert_eq!(rewriter().text(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn names_and_redirects() {
        let rewriter = rewriter();
        assert_eq!(rewriter.host("MAIL.contoso.com"), Some("gateway.example"));
        assert_eq!(rewriter.host("contoso.com"), None);
        assert_eq!(
            rewriter.url("https://x.outlook.com/a").as_deref(),
            Some("https://gateway.example:8443/a")
        );
        assert_eq!(rewriter.url("/a?b=https://x.outlook.com/"), None);
        assert!(rewriter.is_own_address("anna@Contoso.com"));
        assert!(!rewriter.is_own_address("anna@contoso.com@evil.example"));
        assert!(!rewriter.is_own_address("contoso.com"));
        assert!(!rewriter.is_own_address("https://evil.example/x@contoso.com"));
        assert!(!rewriter.is_gateway("https://gateway.example:8443\\@evil.example/"));
        assert!(!rewriter.is_gateway("https://u@gateway.example:8443/"));
        assert!(rewriter.is_gateway("HTTPS://Gateway.example:8443/x"));
        assert!(!rewriter.is_gateway("http://gateway.example:8443/x"));
        assert!(!rewriter.is_gateway("https://gateway.example:8443.evil.example/x"));
    }
}

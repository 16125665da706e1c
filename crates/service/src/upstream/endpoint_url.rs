//! The address of an endpoint: over TLS, or on this machine.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// An absolute address, `https://host[:port]/path[?query]`; `http://` only where the host is this machine, so that no
/// secret crosses a network in the clear.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EndpointUrl {
    text: String,
    /// Where the authority ends in the text.
    authority_end: usize,
}

/// Why a text is no such address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEndpointUrl {
    /// Not of the form.
    #[error("write an address as in https://login.example.org/oauth2/token, without a fragment")]
    Form,
    /// In the clear over the network.
    #[error("write https://; http:// is for this machine only (127.0.0.1, [::1], localhost)")]
    InTheClear,
}

impl EndpointUrl {
    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Host and port, as written.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.text[..self.authority_end].split_once("://").map_or("", |(_, authority)| authority)
    }

    /// The address with `query` added to what query it has.
    #[must_use]
    pub fn with_query(&self, query: &str) -> String {
        let joint = if self.text.contains('?') { '&' } else { '?' };
        format!("{}{joint}{query}", self.text)
    }
}

impl FromStr for EndpointUrl {
    type Err = InvalidEndpointUrl;

    fn from_str(text: &str) -> Result<Self, InvalidEndpointUrl> {
        let (scheme, rest) = text.split_once("://").ok_or(InvalidEndpointUrl::Form)?;
        let authority = rest.split(['/', '?']).next().unwrap_or(rest);
        let visible = text.bytes().all(|octet| octet.is_ascii_graphic());
        if !visible || text.contains('#') || text.len() > 2048 || authority.contains('@') {
            return Err(InvalidEndpointUrl::Form);
        }
        let host = host(authority).ok_or(InvalidEndpointUrl::Form)?;
        match scheme {
            "https" => {}
            "http" if is_this_machine(host) => {}
            "http" => return Err(InvalidEndpointUrl::InTheClear),
            _ => return Err(InvalidEndpointUrl::Form),
        }
        let authority_end = scheme.len() + "://".len() + authority.len();
        Ok(Self { text: text.to_owned(), authority_end })
    }
}

/// The host of an authority whose port, if any, is one.
fn host(authority: &str) -> Option<&str> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']').filter(|(host, _)| host.parse::<std::net::Ipv6Addr>().is_ok())?,
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let good_port = port.is_empty()
        || port.strip_prefix(':').and_then(|port| port.parse::<u16>().ok()).is_some_and(|port| port > 0);
    (!host.is_empty() && good_port).then_some(host)
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl fmt::Display for EndpointUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for EndpointUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_over_tls_or_on_this_machine() {
        let url: EndpointUrl = "https://login.example.org:8443/t/token?v=2".parse().unwrap();
        assert_eq!(url.authority(), "login.example.org:8443");
        assert_eq!(url.with_query("a=b"), "https://login.example.org:8443/t/token?v=2&a=b");
        for good in ["http://127.0.0.1:9/token", "http://[::1]:9/", "http://localhost", "https://h/x"] {
            assert!(good.parse::<EndpointUrl>().is_ok(), "{good}");
        }
        for (text, error) in [
            ("http://login.example.org/", InvalidEndpointUrl::InTheClear),
            ("http://localhost.example.org/", InvalidEndpointUrl::InTheClear),
            ("http://127.0.0.1@example.org/", InvalidEndpointUrl::Form),
            ("ftp://127.0.0.1/", InvalidEndpointUrl::Form),
            ("https:///token", InvalidEndpointUrl::Form),
            ("https://h:0/", InvalidEndpointUrl::Form),
            ("https://h:x/", InvalidEndpointUrl::Form),
            ("https://h/a b", InvalidEndpointUrl::Form),
            ("https://h/#x", InvalidEndpointUrl::Form),
            ("login.example.org/token", InvalidEndpointUrl::Form),
        ] {
            assert_eq!(text.parse::<EndpointUrl>(), Err(error), "{text}");
        }
    }
}

//! Values behind the keys, from their text form. Each says what it takes when it is given something else.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use postern_domain::network::parse_network;
use zeroize::Zeroizing;

/// A value that can be read from text: a text in quotes, a number, `true` or `false`, or one entry of a list.
pub trait Value: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// What it takes, as the end of a sentence.
    fn read(text: &str) -> Result<Self, String>;
}

impl Value for String {
    fn read(text: &str) -> Result<Self, String> {
        if text.is_empty() { Err("it is empty".to_owned()) } else { Ok(text.to_owned()) }
    }
}

impl Value for bool {
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "write true or false".to_owned())
    }
}

impl Value for PathBuf {
    fn read(text: &str) -> Result<Self, String> {
        String::read(text).map(Self::from)
    }
}

impl Value for SocketAddr {
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "write address and port, as in 127.0.0.1:2587 or [::1]:2587".to_owned())
    }
}

impl Value for IpNet {
    fn read(text: &str) -> Result<Self, String> {
        parse_network(text).map_err(|_| "write an address (192.0.2.7) or a network (192.0.2.0/24)".to_owned())
    }
}

impl Value for Duration {
    fn read(text: &str) -> Result<Self, String> {
        crate::text::parse_span(text).map_err(|error| error.to_string())
    }
}

/// A port.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Port(pub u16);

impl Value for Port {
    fn read(text: &str) -> Result<Self, String> {
        text.parse()
            .ok()
            .filter(|port| *port > 0)
            .map(Self)
            .ok_or_else(|| "a port is a number from 1 to 65535".to_owned())
    }
}

/// A number between two limits, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Whole<const LEAST: u32, const MOST: u32>(pub u32);

impl<const LEAST: u32, const MOST: u32> Value for Whole<LEAST, MOST> {
    fn read(text: &str) -> Result<Self, String> {
        text.parse()
            .ok()
            .filter(|number| (LEAST..=MOST).contains(number))
            .map(Self)
            .ok_or_else(|| format!("write a number from {LEAST} to {MOST}"))
    }
}

/// A size in octets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size(pub u64);

impl Value for Size {
    fn read(text: &str) -> Result<Self, String> {
        crate::text::parse_size(text).map(Self).map_err(|error| error.to_string())
    }
}

/// A secret. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// A secret with this text; white space at its end (a file's line end) does not belong to it.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.trim_end().to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// `Secret`, never its text.
impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Value for Secret {
    fn read(text: &str) -> Result<Self, String> {
        if text.trim_end().is_empty() { Err("it is empty".to_owned()) } else { Ok(Self::new(text)) }
    }
}

/// A host name as a mail server or a browser knows it: letters, digits, hyphens and dots.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HostName(pub String);

impl Value for HostName {
    fn read(text: &str) -> Result<Self, String> {
        let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | ':' | '[' | ']');
        if text.is_empty() || text.len() > 253 || !text.chars().all(letter) {
            return Err("write a host name (mail.example.org) or an address".to_owned());
        }
        Ok(Self(text.to_owned()))
    }
}

/// The portal's own address: `https://portal.example.org`, without a slash at its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PortalUrl(pub String);

impl PortalUrl {
    /// The host name in it, without the port.
    #[must_use]
    pub fn host(&self) -> &str {
        let authority = self.0.strip_prefix("https://").unwrap_or(&self.0);
        match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((address, _)) => address,
            None => authority.split(':').next().unwrap_or(authority),
        }
    }
}

impl Value for PortalUrl {
    fn read(text: &str) -> Result<Self, String> {
        let text = text.strip_suffix('/').unwrap_or(text);
        let authority = text
            .strip_prefix("https://")
            .filter(|rest| !rest.is_empty() && !rest.contains(['/', '?', '#', '@', ' ']));
        match authority {
            Some(_) => Ok(Self(text.to_ascii_lowercase())),
            None => {
                Err("write the address that browsers use, https://host or https://host:port, without a path"
                    .to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_portal_address_has_no_path() {
        assert_eq!(PortalUrl::read("https://Portal.example.org:8443/").unwrap().host(), "portal.example.org");
        assert_eq!(PortalUrl::read("https://[::1]:8443").unwrap().host(), "::1");
        for wrong in ["http://portal.example.org", "https://", "https://a/b", "portal", "https://u@h"] {
            assert!(PortalUrl::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_secret_does_not_print() {
        assert_eq!(format!("{:?}", Secret::new("needle\n")), "Secret");
        assert_eq!(Secret::new("needle\n").expose(), "needle");
    }

    #[test]
    fn numbers_have_limits() {
        assert_eq!(Whole::<1, 64>::read("64"), Ok(Whole(64)));
        assert_eq!(Whole::<1, 64>::read("65"), Err("write a number from 1 to 64".to_owned()));
        assert!(Port::read("0").is_err());
    }
}

//! What the portal must be told about its surroundings.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use ipnet::IpNet;
use postern_domain::Random;
use postern_domain::door::{Door, DoorSet};

/// What the portal must be told. The server makes it from its configuration.
#[derive(Clone)]
pub struct PortalConfig {
    /// Where the portal lives. A request for another host is answered with 421.
    pub origin: Origin,
    /// What the portal calls itself, for example `Postern`; also the issuer that authenticator apps show.
    pub product: String,
    /// Whose it is, for example `Example University`; shown beside the product's name.
    pub organization: Option<String>,
    /// The doors that this installation offers; only they are offered as a choice of one's own.
    pub doors: DoorSet,
    /// What to type where, in the order shown.
    pub hints: Vec<ConnectionHint>,
    /// Proxies whose `X-Forwarded-For` is believed. Empty: the client's address is the socket's.
    pub trusted_proxies: Vec<IpNet>,
    /// Requests that an API token has in a minute, at this server. At least 1.
    pub api_requests_per_minute: u32,
    /// Nonces of the content security policy and tokens of forms.
    pub random: Arc<dyn Random>,
}

/// What a person types into a program so that it finds a door.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConnectionHint {
    /// The door.
    pub door: Door,
    /// The server name to type, for example `mail.example.org`.
    pub host: String,
    /// The port to type.
    pub port: u16,
    /// What programs call the encryption.
    pub security: TransportSecurity,
}

/// How a program secures its connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TransportSecurity {
    /// TLS from the first octet; programs call it `SSL/TLS`.
    Tls,
    /// TLS after `STARTTLS`.
    StartTls,
}

impl TransportSecurity {
    /// What programs call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Tls => "SSL/TLS",
            Self::StartTls => "STARTTLS",
        }
    }
}

/// Where the portal lives: `https`, a host and a port (RFC 6454). The port 443 is left out in its text form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    authority: String,
}

/// The text is no origin for a portal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not an address for the portal: write https://, a host and, if it is not 443, a port; nothing after it"
)]
pub struct InvalidOrigin {
    /// What was given.
    pub text: String,
}

impl Origin {
    /// Host and port as browsers send them in `Host`: without the port 443.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let invalid = || InvalidOrigin { text: text.to_owned() };
        let authority = text.strip_prefix("https://").ok_or_else(invalid)?;
        let authority = authority.strip_suffix('/').unwrap_or(authority).to_ascii_lowercase();
        let parsed: http::uri::Authority = authority.parse().map_err(|_| invalid())?;
        if parsed.host().is_empty() || authority.contains('@') || authority.ends_with(':') {
            return Err(invalid());
        }
        let authority = authority.strip_suffix(":443").map(str::to_owned).unwrap_or(authority);
        Ok(Self { authority })
    }
}

/// `https://portal.example.org:8443`
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "https://{}", self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_https_host_and_port_and_nothing_else() {
        let shown = |text: &str| text.parse::<Origin>().map(|origin| origin.to_string());
        assert_eq!(shown("https://Portal.example.org:443/").unwrap(), "https://portal.example.org");
        assert_eq!(shown("https://localhost:8443").unwrap(), "https://localhost:8443");
        assert_eq!(shown("https://[::1]:8443").unwrap(), "https://[::1]:8443");
        for wrong in ["http://a", "https://", "https://a/b", "https://a@b", "https://a:", "a", "https://a b"]
        {
            assert_eq!(shown(wrong), Err(InvalidOrigin { text: wrong.to_owned() }), "{wrong}");
        }
    }
}

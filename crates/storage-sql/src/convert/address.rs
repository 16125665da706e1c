//! Network addresses: 4 or 16 bytes. Networks: for each the length of its prefix, 4 or 16, and that many bytes.

use std::net::IpAddr;

use ipnet::IpNet;
use postern_domain::network::Networks;

use super::Column;
use crate::driver::Value;

/// An address as the database keeps it.
#[derive(Clone, Copy)]
pub(crate) enum AddressBytes {
    V4([u8; 4]),
    V6([u8; 16]),
}

impl From<IpAddr> for AddressBytes {
    fn from(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::V4(address.octets()),
            IpAddr::V6(address) => Self::V6(address.octets()),
        }
    }
}

impl AddressBytes {
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::V4(bytes) => bytes,
            Self::V6(bytes) => bytes,
        }
    }
}

impl<'a> From<&'a AddressBytes> for Value<'a> {
    fn from(address: &'a AddressBytes) -> Self {
        Self::Blob(address.as_slice())
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    <[u8; 4]>::try_from(bytes)
        .map(IpAddr::from)
        .or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from))
        .ok()
}

impl<'r> Column<'r> for IpAddr {
    fn read(value: Value<'r>) -> Option<Self> {
        address(<&[u8]>::read(value)?)
    }
}

/// Networks as the database keeps them; empty for any.
pub(crate) fn network_bytes(networks: &Networks) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(networks.as_slice().len() * 6);
    for network in networks.as_slice() {
        let address = AddressBytes::from(network.addr());
        let address = address.as_slice();
        bytes.push(network.prefix_len());
        bytes.push(if address.len() == 4 { 4 } else { 16 });
        bytes.extend_from_slice(address);
    }
    bytes
}

impl<'r> Column<'r> for Networks {
    fn read(value: Value<'r>) -> Option<Self> {
        let mut rest = <&[u8]>::read(value)?;
        if rest.is_empty() {
            return Some(Self::any());
        }
        let mut networks = Vec::new();
        while let [prefix, length, more @ ..] = rest {
            let (bytes, more) = more.split_at_checked(usize::from(*length))?;
            networks.push(IpNet::new(address(bytes)?, *prefix).ok()?);
            rest = more;
        }
        rest.is_empty().then(|| Self::new(networks))
    }
}

#[cfg(test)]
mod tests {
    use postern_domain::network::parse_network;

    use super::*;

    #[test]
    fn networks_come_back_and_broken_ones_have_no_meaning() {
        let read = |bytes: &[u8]| Networks::read(Value::Blob(bytes)).map(|networks| networks.to_string());
        let networks = ["192.0.2.0/24", "2001:db8::/32"].map(|text| parse_network(text).unwrap());
        let bytes = network_bytes(&Networks::new(networks));
        assert_eq!(bytes, b"\x18\x04\xc0\x00\x02\x00\x20\x10\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\0");
        assert_eq!(read(&bytes).as_deref(), Some("192.0.2.0/24, 2001:db8::/32"));
        assert_eq!(read(b"").as_deref(), Some("any"));
        // A narrowing that cannot be read must never turn into "any".
        for broken in
            [&b"\x18"[..], b"\x18\x04\xc0\x00\x02", b"\x21\x04\xc0\x00\x02\x00", b"\x18\x05\xc0\0\0\0\0"]
        {
            assert_eq!(read(broken), None, "{broken:?}");
        }
    }
}

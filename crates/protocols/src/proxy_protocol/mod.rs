//! The PROXY protocol, versions 1 and 2: the client address that a load balancer in front of us reports.
//!
//! The header comes before everything else, TLS included. Who may send one is the listener's setting; this module
//! never guesses whether one is there.

use std::net::{IpAddr, SocketAddr};

use proxy_header::{Error, ParseConfig, Protocol, ProxiedAddress, ProxyHeader};

/// The longest version 1 header, its CRLF included (specification §2.1).
const MAX_V1: usize = 107;
/// The fixed part of a version 2 header.
const V2_FIXED: usize = 16;
/// The longest version 2 header taken. Addresses need at most 216 octets; the rest is room for TLVs. The format would
/// allow 64 KiB, which nobody sends and an unauthenticated peer need not make us keep.
pub const MAX_HEADER: usize = 4_096;
const V2_SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";

/// Which versions a listener takes. At least one is set on a listener that expects a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Versions {
    /// The text form.
    pub v1: bool,
    /// The binary form.
    pub v2: bool,
}

/// The addresses of the connection between the client and the load balancer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addresses {
    /// The client.
    pub source: SocketAddr,
    /// What the client connected to.
    pub destination: SocketAddr,
}

/// What the octets so far amount to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decoded {
    /// A valid beginning; read more.
    Incomplete,
    /// A whole header.
    Complete {
        /// The reported addresses, or `None` (LOCAL, UNKNOWN, or an address family other than IP): keep the
        /// addresses of the socket.
        addresses: Option<Addresses>,
        /// The header's length in octets; what follows belongs to TLS or SMTP.
        consumed: usize,
    },
}

/// Why the octets are not a header. Close the connection without a word: the peer is not a mail program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// Not a header of a permitted version.
    #[error("the connection does not begin with a PROXY header of a permitted version")]
    NotPermitted,
    /// Broken.
    #[error("the PROXY header is malformed")]
    Malformed,
    /// Longer than [`MAX_HEADER`].
    #[error("the PROXY header is too long")]
    TooLong,
}

/// Reads a header from the beginning of `buffer`. The caller keeps at most [`MAX_HEADER`] octets.
pub fn decode(buffer: &[u8], versions: Versions) -> Result<Decoded, ProxyError> {
    let bounded = match buffer.first() {
        None => return Ok(Decoded::Incomplete),
        Some(b'P') if versions.v1 => bound_v1(buffer)?,
        Some(b'\r') if versions.v2 => bound_v2(buffer)?,
        Some(_) => return Err(ProxyError::NotPermitted),
    };
    let Some(header) = bounded else { return Ok(Decoded::Incomplete) };
    let config = ParseConfig { include_tlvs: false, allow_v1: versions.v1, allow_v2: versions.v2 };
    match ProxyHeader::parse(header, config) {
        Ok((parsed, consumed)) => {
            let addresses = match parsed.proxied_address() {
                None => None,
                Some(address) if address.protocol == Protocol::Stream => {
                    Some(Addresses { source: address.source, destination: address.destination })
                }
                Some(_) => return Err(ProxyError::Malformed),
            };
            Ok(Decoded::Complete { addresses, consumed })
        }
        // The header is known to be whole, so "too short" means that its inner lengths do not add up.
        Err(Error::HeaderTooBig) => Err(ProxyError::TooLong),
        Err(_) => Err(ProxyError::Malformed),
    }
}

/// A version 2 header that reports these addresses; without any it says that the connection is our own (LOCAL).
pub fn encode(addresses: Option<Addresses>) -> Vec<u8> {
    let header = addresses.map_or_else(ProxyHeader::with_local, |addresses| {
        let Addresses { source, destination } = of_one_family(addresses);
        ProxyHeader::with_address(ProxiedAddress::stream(source, destination))
    });
    let mut octets = Vec::new();
    // Only addresses of two families cannot be encoded, and TLVs that are too long.
    if header.encode_v2(&mut octets).is_err() {
        octets.clear();
    }
    octets
}

/// The header has room for one family: IPv4 where both are, also written as IPv6; otherwise IPv6.
fn of_one_family(Addresses { source, destination }: Addresses) -> Addresses {
    let canonical = |address: SocketAddr| SocketAddr::new(address.ip().to_canonical(), address.port());
    let (source, destination) = (canonical(source), canonical(destination));
    if source.is_ipv4() == destination.is_ipv4() {
        return Addresses { source, destination };
    }
    let mapped = |address: SocketAddr| match address.ip() {
        IpAddr::V4(ip) => SocketAddr::new(ip.to_ipv6_mapped().into(), address.port()),
        IpAddr::V6(_) => address,
    };
    Addresses { source: mapped(source), destination: mapped(destination) }
}

/// The whole version 1 header, once its CRLF has come.
fn bound_v1(buffer: &[u8]) -> Result<Option<&[u8]>, ProxyError> {
    let signature = b"PROXY ";
    let known = signature.len().min(buffer.len());
    if buffer[..known] != signature[..known] {
        return Err(ProxyError::NotPermitted);
    }
    match buffer.windows(2).take(MAX_V1 - 1).position(|pair| pair == b"\r\n") {
        Some(end) => Ok(Some(&buffer[..end + 2])),
        None if buffer.len() >= MAX_V1 => Err(ProxyError::TooLong),
        None => Ok(None),
    }
}

/// The whole version 2 header, once the announced length has come.
fn bound_v2(buffer: &[u8]) -> Result<Option<&[u8]>, ProxyError> {
    let known = V2_SIGNATURE.len().min(buffer.len());
    if buffer[..known] != V2_SIGNATURE[..known] {
        return Err(ProxyError::NotPermitted);
    }
    let Some(fixed) = buffer.get(..V2_FIXED) else { return Ok(None) };
    let length = V2_FIXED + usize::from(u16::from_be_bytes([fixed[14], fixed[15]]));
    if length > MAX_HEADER {
        return Err(ProxyError::TooLong);
    }
    Ok(buffer.get(..length))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Versions = Versions { v1: true, v2: true };
    const ONLY_V1: Versions = Versions { v1: true, v2: false };
    const ONLY_V2: Versions = Versions { v1: false, v2: true };
    const V1: &[u8] = b"PROXY TCP4 192.0.2.7 192.0.2.1 4711 587\r\n";
    const V2: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x07\xc0\0\x02\x01\x12\x67\x02\x4b";

    fn addresses() -> Option<Addresses> {
        let source = SocketAddr::from(([192, 0, 2, 7], 4711));
        Some(Addresses { source, destination: SocketAddr::from(([192, 0, 2, 1], 587)) })
    }

    #[test]
    fn both_versions_report_the_client_and_leave_what_follows() {
        for header in [V1, V2] {
            let with_more = [header, b"EHLO x\r\n"].concat();
            let expected = Decoded::Complete { addresses: addresses(), consumed: header.len() };
            assert_eq!(decode(&with_more, BOTH), Ok(expected));
            for cut in 0..header.len() {
                assert_eq!(decode(&header[..cut], BOTH), Ok(Decoded::Incomplete), "{cut}");
            }
        }
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        assert_eq!(encode(addresses()), V2);
        assert_eq!(decode(&encode(None), ONLY_V2), Ok(Decoded::Complete { addresses: None, consumed: 16 }));
        for (source, destination, read) in [
            ("[::ffff:192.0.2.7]:1", "192.0.2.1:2", ("192.0.2.7:1", "192.0.2.1:2")),
            ("192.0.2.7:1", "[2001:db8::1]:2", ("[::ffff:192.0.2.7]:1", "[2001:db8::1]:2")),
        ] {
            let socket = |text: &str| text.parse::<SocketAddr>().unwrap();
            let header = encode(Some(Addresses { source: socket(source), destination: socket(destination) }));
            let Ok(Decoded::Complete { addresses: Some(read_back), .. }) = decode(&header, ONLY_V2) else {
                panic!("a header")
            };
            assert_eq!((read_back.source, read_back.destination), (socket(read.0), socket(read.1)));
        }
    }

    #[test]
    fn a_version_that_is_not_permitted_is_refused_at_its_first_octet() {
        assert_eq!(decode(&V1[..1], ONLY_V2), Err(ProxyError::NotPermitted));
        assert_eq!(decode(&V2[..1], ONLY_V1), Err(ProxyError::NotPermitted));
        assert_eq!(decode(b"EHLO x\r\n", BOTH), Err(ProxyError::NotPermitted));
        assert_eq!(decode(b"PRO\r\n", BOTH), Err(ProxyError::NotPermitted));
        assert_eq!(decode(b"\r\n\r\nQ", BOTH), Err(ProxyError::NotPermitted));
    }

    #[test]
    fn local_and_unknown_keep_the_addresses_of_the_socket() {
        let local = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0";
        assert_eq!(decode(local, BOTH), Ok(Decoded::Complete { addresses: None, consumed: 16 }));
        let unknown = b"PROXY UNKNOWN\r\n";
        assert_eq!(decode(unknown, BOTH), Ok(Decoded::Complete { addresses: None, consumed: 15 }));
    }

    #[test]
    fn datagrams_lies_about_lengths_and_endless_headers_are_refused() {
        let mut datagram = V2.to_vec();
        datagram[13] = 0x12;
        assert_eq!(decode(&datagram, BOTH), Err(ProxyError::Malformed));
        let mut short = V2.to_vec();
        short[15] = 4;
        assert_eq!(decode(&short, BOTH), Err(ProxyError::Malformed));
        let mut long = V2.to_vec();
        long[14] = 0x10;
        assert_eq!(decode(&long, BOTH), Err(ProxyError::TooLong));
        let endless = [b"PROXY TCP4 ".as_slice(), &[b'1'; 100]].concat();
        assert_eq!(decode(&endless, BOTH), Err(ProxyError::TooLong));
        assert_eq!(decode(b"PROXY TCP4 999.0.2.7 192.0.2.1 4711 587\r\n", BOTH), Err(ProxyError::Malformed));
    }
}

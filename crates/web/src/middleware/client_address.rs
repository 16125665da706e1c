//! Where a request comes from: the socket, unless a listed proxy says otherwise.

use std::net::{IpAddr, Ipv4Addr};

use http::{HeaderMap, HeaderValue};
use ipnet::IpNet;

/// The other end of the socket, put into each request by [`crate::serve()`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PeerAddress(pub IpAddr);

/// The address to show, to count and to judge by.
///
/// `X-Forwarded-For` grows to the right, so only what listed proxies appended can be believed: from the right, the
/// first address that is no listed proxy. Anything unreadable on the way ends the search at the address before it.
/// Each hop is read by itself: a client may have written anything at all to the left of what its proxy appended.
pub(super) fn client_address(peer: Option<PeerAddress>, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let is_proxy = |address: IpAddr| proxies.iter().any(|network| network.contains(&address));
    // Without a socket there is nobody to judge; the address is then one that no network of an app password holds.
    let mut client = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.to_canonical());
    let values: Vec<&[u8]> = headers.get_all("x-forwarded-for").iter().map(HeaderValue::as_bytes).collect();
    for hop in values.iter().rev().flat_map(|value| value.rsplit(|octet| *octet == b',')) {
        if !is_proxy(client) {
            break;
        }
        match std::str::from_utf8(hop).ok().and_then(|hop| hop.trim().parse::<IpAddr>().ok()) {
            Some(address) => client = address.to_canonical(),
            None => break,
        }
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let proxies = ["10.0.0.0/8".parse().unwrap()];
        client_address(Some(PeerAddress(peer.parse().unwrap())), &headers, &proxies).to_string()
    }

    #[test]
    fn only_what_listed_proxies_appended_is_believed() {
        for (peer, forwarded, client) in [
            ("192.0.2.1", &["203.0.113.9"][..], "192.0.2.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("::ffff:10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["198.51.100.1, 203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            ("10.0.0.1", &["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["203.0.113.9, nonsense"], "10.0.0.1"),
            // What the client wrote itself does not hide what its proxy appended, in the same field or in another.
            ("10.0.0.1", &["\u{e9}, 203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["10.0.0.7\u{ff}, 203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            ("10.0.0.1", &["\u{e9}", "203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["203.0.113.9", "\u{e9}"], "10.0.0.1"),
        ] {
            assert_eq!(seen(peer, forwarded), client, "{peer} {forwarded:?}");
        }
    }
}

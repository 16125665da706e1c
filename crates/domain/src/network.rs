//! Networks that a client address must be in.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;

/// Networks from which something may be used. An empty list means any network.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Networks(Vec<IpNet>);

/// The text is no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a network: write an address (192.0.2.7) or a network (192.0.2.0/24, 2001:db8::/32)")]
pub struct NotANetwork {
    /// What was given.
    pub text: String,
}

impl Networks {
    /// Most networks in one list: enough for an office with many sites, small enough to read on each sign-in.
    pub const MOST: usize = 32;

    /// Any network.
    #[must_use]
    pub const fn any() -> Self {
        Self(Vec::new())
    }

    /// These networks; host bits are cleared, doubles dropped. None means any network.
    pub fn new(networks: impl IntoIterator<Item = IpNet>) -> Self {
        let mut list: Vec<IpNet> = networks.into_iter().map(|network| network.trunc()).collect();
        list.sort_unstable();
        list.dedup();
        Self(list)
    }

    /// Whether `address` is inside. An IPv4 address mapped into IPv6 (`::ffff:192.0.2.7`) counts as IPv4.
    #[must_use]
    pub fn contain(&self, address: IpAddr) -> bool {
        self.0.is_empty() || self.0.iter().any(|network| network.contains(&address.to_canonical()))
    }

    /// The widest network that still limits anything: a /8, as `10.0.0.0/8` and `fd00::/8` are.
    pub const WIDEST_LIMIT: u8 = 8;

    /// Whether they keep most of the world out: there is at least one, and none, nor any that together are one, is wider than
    /// [`Self::WIDEST_LIMIT`].
    #[must_use]
    pub fn limit(&self) -> bool {
        let whole = IpNet::aggregate(&self.0);
        !whole.is_empty() && whole.iter().all(|network| network.prefix_len() >= Self::WIDEST_LIMIT)
    }

    /// Whether every address inside `other` is inside these networks too.
    #[must_use]
    pub fn cover(&self, other: &Self) -> bool {
        // Two halves that stand side by side are their whole.
        let whole = IpNet::aggregate(&self.0);
        let is_inside = |network: &IpNet| whole.iter().any(|each| each.contains(network));
        self.0.is_empty() || (!other.0.is_empty() && other.0.iter().all(is_inside))
    }

    /// The networks, sorted.
    #[must_use]
    pub fn as_slice(&self) -> &[IpNet] {
        &self.0
    }
}

/// One network or address from its text form.
///
/// # Errors
/// [`NotANetwork`] with the text.
pub fn parse_network(text: &str) -> Result<IpNet, NotANetwork> {
    let text = text.trim();
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map(|network| network.trunc())
        .map_err(|_| NotANetwork { text: text.to_owned() })
}

/// The network that an address counts for, where it is likely to change within it: its /24 of IPv4 or /64 of IPv6.
#[must_use]
pub fn network_of(address: IpAddr) -> IpNet {
    let address = address.to_canonical();
    let prefix = if address.is_ipv4() { 24 } else { 64 };
    IpNet::new(address, prefix).map_or_else(|_| IpNet::from(address), |network| network.trunc())
}

/// The networks separated by `, `, or `any`.
impl fmt::Display for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("any");
        }
        for (position, network) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{network}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contains_by_prefix_and_maps_ipv4() {
        let networks =
            Networks::new([parse_network("192.0.2.9/24").unwrap(), parse_network("2001:db8::1").unwrap()]);
        assert_eq!(networks.to_string(), "192.0.2.0/24, 2001:db8::1/128");
        assert!(networks.contain("192.0.2.200".parse().unwrap()));
        assert!(networks.contain("::ffff:192.0.2.200".parse().unwrap()));
        assert!(!networks.contain("192.0.3.1".parse().unwrap()));
        assert!(Networks::any().contain("203.0.113.1".parse().unwrap()));
    }

    #[test]
    fn what_is_the_whole_world_is_no_limit() {
        let limit =
            |list: &[&str]| Networks::new(list.iter().map(|text| parse_network(text).unwrap())).limit();
        for limits in [&["192.0.2.7"][..], &["10.0.0.0/8", "fd00::/8"], &["10.0.0.0/8", "12.0.0.0/8"]] {
            assert!(limit(limits), "{limits:?}");
        }
        for none in [
            &[][..],
            &["0.0.0.0/0"],
            &["192.0.2.7", "::/0"],
            &["0.0.0.0/1", "128.0.0.0/1"],
            &["2000::/3"],
            &["10.0.0.0/8", "11.0.0.0/8"],
        ] {
            assert!(!limit(none), "{none:?}");
        }
    }

    #[test]
    fn says_what_was_no_network() {
        let error = parse_network(" 10.0.0/8 ").unwrap_err();
        assert_eq!(
            error.to_string(),
            "`10.0.0/8` is not a network: write an address (192.0.2.7) or a network (192.0.2.0/24, 2001:db8::/32)"
        );
    }
}

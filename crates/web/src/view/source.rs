//! Where an app password came from, by address.

use std::net::IpAddr;

use ipnet::IpNet;
use postern_domain::Timestamp;
use postern_domain::network::Networks;
use postern_service::app_password::AppPasswordSource;

use super::{Moment, door_label};

/// The networks from which something may be used.
pub(crate) fn network_words(networks: &Networks) -> String {
    if networks.as_slice().is_empty() { "Any network".to_owned() } else { networks.to_string() }
}

/// An address that an app password was accepted from.
pub(crate) struct SourceView {
    pub(crate) address: String,
    /// The network around it, as internet providers hand them out.
    pub(crate) network: String,
    pub(crate) doors: Vec<&'static str>,
    /// What its clients call themselves.
    pub(crate) clients: Vec<String>,
    pub(crate) first: Moment,
    pub(crate) last: Moment,
    pub(crate) count: u64,
}

impl SourceView {
    /// One for each address, the latest first, as `sources` are.
    pub(crate) fn all(sources: &[AppPasswordSource], now: Timestamp) -> Vec<Self> {
        let mut addresses: Vec<IpAddr> = Vec::new();
        for source in sources {
            if !addresses.contains(&source.address) {
                addresses.push(source.address);
            }
        }
        addresses.into_iter().filter_map(|address| Self::of(address, sources, now)).collect()
    }

    fn of(address: IpAddr, sources: &[AppPasswordSource], now: Timestamp) -> Option<Self> {
        let of_it: Vec<_> = sources.iter().filter(|source| source.address == address).collect();
        let (mut doors, mut clients) = (Vec::new(), Vec::new());
        for source in &of_it {
            let label = door_label(source.door);
            if !doors.contains(&label) {
                doors.push(label);
            }
            clients.extend(source.client.clone().filter(|client| !clients.contains(client)));
        }
        Some(Self {
            address: address.to_string(),
            network: network(address)?.to_string(),
            doors,
            clients,
            first: Moment::new(of_it.iter().map(|source| source.first_at).min()?, now),
            last: Moment::new(of_it.iter().map(|source| source.last_at).max()?, now),
            count: of_it.iter().map(|source| source.count).sum(),
        })
    }
}

/// The /24 or /48 around an address.
fn network(address: IpAddr) -> Option<IpNet> {
    let length = if address.is_ipv4() { 24 } else { 48 };
    IpNet::new(address, length).ok().map(|network| network.trunc())
}

//! How many connections may be there, in all and before sign-in.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::config::Limits;

/// Counts connections; shared by all listeners.
#[derive(Debug, Default)]
pub(crate) struct Admission {
    counts: Mutex<Counts>,
    all_closed: Notify,
}

#[derive(Debug, Default)]
struct Counts {
    open: usize,
    unsigned: usize,
    unsigned_by_network: HashMap<IpAddr, usize>,
}

/// A place among the open connections; given back on drop.
#[derive(Debug)]
pub(crate) struct Open {
    admission: Arc<Admission>,
}

/// A place among the connections that have not signed in; given back on drop.
#[derive(Debug)]
pub(crate) struct Unsigned {
    admission: Arc<Admission>,
    network: IpAddr,
}

impl Admission {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until no connection is open.
    pub(crate) async fn all_closed(&self) {
        loop {
            // Made before the look at the count, so that a connection that closes in between is noticed.
            let closed = self.all_closed.notified();
            if self.counts().open == 0 {
                return;
            }
            closed.await;
        }
    }

    /// A place for one more connection, or `None` when [`Limits::connections`] are open.
    pub(crate) fn open(self: &Arc<Self>, limits: &Limits) -> Option<Open> {
        let mut counts = self.counts();
        if counts.open >= limits.connections {
            return None;
        }
        counts.open += 1;
        Some(Open { admission: Arc::clone(self) })
    }

    /// A place for a connection from `address` that has not signed in, or `None` when its network or all networks
    /// together have as many as they may.
    pub(crate) fn unsigned(self: &Arc<Self>, address: IpAddr, limits: &Limits) -> Option<Unsigned> {
        let network = network_of(address);
        let mut counts = self.counts();
        let of_network = counts.unsigned_by_network.get(&network).copied().unwrap_or(0);
        if counts.unsigned >= limits.unsigned || of_network >= limits.unsigned_per_network {
            return None;
        }
        counts.unsigned += 1;
        counts.unsigned_by_network.insert(network, of_network + 1);
        Some(Unsigned { admission: Arc::clone(self), network })
    }
}

/// An IPv4 address, or the /64 of an IPv6 address: within it a single machine has all the addresses it likes.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut counts = self.admission.counts();
        counts.open -= 1;
        if counts.open == 0 {
            self.admission.all_closed.notify_waiters();
        }
    }
}

impl Drop for Unsigned {
    fn drop(&mut self) {
        let mut counts = self.admission.counts();
        counts.unsigned -= 1;
        if let Some(of_network) = counts.unsigned_by_network.get_mut(&self.network) {
            *of_network -= 1;
            if *of_network == 0 {
                counts.unsigned_by_network.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission(unsigned: usize, unsigned_per_network: usize) -> (Arc<Admission>, Limits) {
        (Arc::default(), Limits { connections: 2, unsigned, unsigned_per_network, ..Limits::default() })
    }

    #[test]
    fn a_network_has_its_own_places_and_gives_them_back() {
        let (admission, limits) = admission(10, 1);
        let first = admission.unsigned("192.0.2.1".parse().unwrap(), &limits).unwrap();
        assert!(admission.unsigned("::ffff:192.0.2.1".parse().unwrap(), &limits).is_none());
        assert!(admission.unsigned("192.0.2.2".parse().unwrap(), &limits).is_some());
        drop(first);
        assert!(admission.unsigned("192.0.2.1".parse().unwrap(), &limits).is_some());
        assert!(admission.counts().unsigned_by_network.is_empty());
    }

    #[test]
    fn the_addresses_of_an_ipv6_network_count_as_one() {
        let (admission, limits) = admission(10, 1);
        let _first = admission.unsigned("2001:db8::1".parse().unwrap(), &limits).unwrap();
        assert!(admission.unsigned("2001:db8::ffff:2".parse().unwrap(), &limits).is_none());
        assert!(admission.unsigned("2001:db8:0:1::1".parse().unwrap(), &limits).is_some());
    }

    #[test]
    fn all_networks_together_have_a_limit() {
        let (admission, limits) = admission(1, 1);
        let _first = admission.unsigned("192.0.2.1".parse().unwrap(), &limits).unwrap();
        assert!(admission.unsigned("192.0.2.2".parse().unwrap(), &limits).is_none());
        let _open = [admission.open(&limits).unwrap(), admission.open(&limits).unwrap()];
        assert!(admission.open(&limits).is_none());
    }
}

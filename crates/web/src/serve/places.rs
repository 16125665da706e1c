//! Places for connections: a bound on all, and one for each network, so that one client cannot take them all.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

type Counts = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// The places there are.
pub(super) struct Places {
    all: Arc<Semaphore>,
    per_address: usize,
    counts: Counts,
}

/// A place among all, not yet given to an address.
pub(super) struct Free(OwnedSemaphorePermit);

/// A place that is taken until it is dropped.
pub(super) struct Taken {
    _all: OwnedSemaphorePermit,
    counts: Counts,
    address: IpAddr,
}

impl Places {
    pub(super) fn new(all: usize, per_address: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(all)), per_address, counts: Counts::default() }
    }

    /// Waits for a free place.
    pub(super) async fn wait(&self) -> Free {
        let permit = Arc::clone(&self.all).acquire_owned().await;
        Free(permit.expect("the semaphore is never closed"))
    }

    /// Gives the place to the network of `address`; `None` when it has as many as it may.
    pub(super) fn take(&self, free: Free, address: IpAddr) -> Option<Taken> {
        let address = network_of(address);
        let mut counts = lock(&self.counts);
        let count = counts.entry(address).or_default();
        if *count >= self.per_address {
            return None;
        }
        *count += 1;
        Some(Taken { _all: free.0, counts: Arc::clone(&self.counts), address })
    }
}

/// An IPv4 address, or the /64 of an IPv6 address: within it a single machine has all the addresses it likes.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut counts = lock(&self.counts);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

/// A panic elsewhere leaves the counts whole: they change in one step.
fn lock(counts: &Counts) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_address_cannot_take_every_place() {
        let places = Places::new(3, 2);
        let (greedy, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let first = places.take(places.wait().await, greedy).unwrap();
        let _second = places.take(places.wait().await, "::ffff:192.0.2.1".parse().unwrap()).unwrap();
        assert!(places.take(places.wait().await, greedy).is_none());
        assert!(places.take(places.wait().await, other).is_some());
        drop(first);
        assert!(places.take(places.wait().await, greedy).is_some());
    }

    #[tokio::test]
    async fn the_addresses_of_an_ipv6_network_count_as_one() {
        let places = Places::new(3, 1);
        let address = |text: &str| text.parse().unwrap();
        let first = places.take(places.wait().await, address("2001:db8::1")).unwrap();
        assert!(places.take(places.wait().await, address("2001:db8::ffff:2")).is_none());
        assert!(places.take(places.wait().await, address("2001:db8:0:1::1")).is_some());
        drop(first);
        assert!(places.take(places.wait().await, address("2001:db8::3")).is_some());
        assert!(places.counts.lock().unwrap().is_empty());
    }
}

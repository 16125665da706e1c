//! Places for connections: a bound on all, and one for each address, so that one client cannot take them all.

use std::collections::HashMap;
use std::net::IpAddr;
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

    /// Gives the place to `address`; `None` when it has as many as it may.
    pub(super) fn take(&self, free: Free, address: IpAddr) -> Option<Taken> {
        let address = address.to_canonical();
        let mut counts = lock(&self.counts);
        let count = counts.entry(address).or_default();
        if *count >= self.per_address {
            return None;
        }
        *count += 1;
        Some(Taken { _all: free.0, counts: Arc::clone(&self.counts), address })
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
}

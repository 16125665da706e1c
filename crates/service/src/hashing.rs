//! Slow hashing, off the async threads, behind a permit count with shedding.
//!
//! Argon2id takes 19 MiB and some 15 ms for each hash: as many at once as the machine has cores to spare is most
//! useful, more only takes memory. Attempts beyond that wait in line, and beyond the line they are turned away
//! ([`Failure::Busy`], temporary), so that a flood of wrong passwords costs a bounded amount.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Failure;

/// Attempts that may wait for each permit: about one second of hashing, which a client still waits out.
const WAITING_FOR_EACH: usize = 64;

/// The permits.
pub(crate) struct HashingPool {
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    most_waiting: usize,
}

/// The right to hash once, now.
pub(crate) struct HashingSlot {
    _permit: OwnedSemaphorePermit,
}

impl HashingPool {
    /// A pool that hashes `permits` (1 to 64) at once.
    pub(crate) fn new(permits: usize) -> Self {
        let permits = permits.clamp(1, 64);
        Self {
            permits: Arc::new(Semaphore::new(permits)),
            waiting: AtomicUsize::new(0),
            most_waiting: permits * WAITING_FOR_EACH,
        }
    }

    /// Waits for a slot.
    ///
    /// # Errors
    /// [`Failure::Busy`] when too many wait already.
    pub(crate) async fn admit(&self) -> Result<HashingSlot, Failure> {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Ok(HashingSlot { _permit: permit });
        }
        let line = StandingInLine::join(self).ok_or(Failure::Busy)?;
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        drop(line);
        Ok(HashingSlot { _permit: permit.expect("the semaphore is never closed") })
    }

    /// Waits for a slot and hashes.
    ///
    /// # Errors
    /// [`Failure::Busy`].
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        hash: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        self.admit().await?.run(hash).await
    }
}

impl HashingSlot {
    /// Hashes on a thread where that holds up nobody.
    ///
    /// # Errors
    /// [`Failure::Busy`] when the hash could not be computed for want of memory.
    pub(crate) async fn run<T: Send + 'static>(
        self,
        hash: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        self.run_and_keep(hash).await.map(|(result, _)| result)
    }

    /// The same, and gives the slot back: for what is to be done with the result before it is another one's turn. Where
    /// nobody waits for the result any more, the slot is free when the hashing ends.
    ///
    /// # Errors
    /// [`Failure::Busy`] when the hash could not be computed for want of memory.
    pub(crate) async fn run_and_keep<T: Send + 'static>(
        self,
        hash: impl FnOnce() -> T + Send + 'static,
    ) -> Result<(T, Self), Failure> {
        tracing::trace!("a slow hash");
        let task = tokio::task::spawn_blocking(move || (hash(), self));
        task.await.map_err(|error| {
            tracing::error!(%error, "a password could not be hashed");
            Failure::Busy
        })
    }
}

/// A place in the line, left also when the future that waits is dropped.
struct StandingInLine<'a>(&'a HashingPool);

impl<'a> StandingInLine<'a> {
    fn join(pool: &'a HashingPool) -> Option<Self> {
        let place = Self(pool);
        let before = pool.waiting.fetch_add(1, Ordering::Relaxed);
        (before < pool.most_waiting).then_some(place)
    }
}

impl Drop for StandingInLine<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn turns_away_what_is_beyond_the_line() {
        let pool = Arc::new(HashingPool::new(1));
        let first = pool.admit().await.unwrap();
        let waiting: Vec<_> = (0..WAITING_FOR_EACH)
            .map(|number| {
                let pool = Arc::clone(&pool);
                tokio::spawn(async move { pool.run(move || number).await })
            })
            .collect();
        while pool.waiting.load(Ordering::Relaxed) < WAITING_FOR_EACH {
            tokio::task::yield_now().await;
        }
        assert!(matches!(pool.admit().await, Err(Failure::Busy)));
        drop(first);
        for (number, task) in waiting.into_iter().enumerate() {
            assert_eq!(task.await.unwrap().unwrap(), number);
        }
        assert_eq!(pool.run(|| 7).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn who_stops_waiting_leaves_the_line() {
        let pool = Arc::new(HashingPool::new(1));
        let slot = pool.admit().await.unwrap();
        let task = tokio::spawn({
            let pool = Arc::clone(&pool);
            async move { pool.admit().await.is_ok() }
        });
        while pool.waiting.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(pool.waiting.load(Ordering::Relaxed), 0);
        drop(slot);
        assert!(pool.admit().await.is_ok());
    }

    #[tokio::test]
    async fn a_slot_that_is_kept_is_nobody_elses() {
        let pool = HashingPool::new(1);
        let (result, slot) = pool.admit().await.unwrap().run_and_keep(|| 7).await.unwrap();
        assert_eq!((result, pool.permits.available_permits()), (7, 0));
        drop(slot);
        assert_eq!(pool.permits.available_permits(), 1);
    }

    #[tokio::test]
    async fn a_hash_that_fails_is_a_failure_of_ours() {
        let pool = HashingPool::new(1);
        let failed = pool.run(|| -> () { panic!("no memory") }).await;
        assert!(matches!(failed, Err(Failure::Busy)));
        assert!(pool.run(|| ()).await.is_ok(), "the permit came back");
    }
}

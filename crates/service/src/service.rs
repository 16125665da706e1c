//! [`Service`]: what all deeds share.

use std::sync::Arc;

use postern_domain::setting::Settings;
use postern_domain::{Clock, Random};
use postern_storage::Store;

use crate::Failure;
use crate::keys::KeyRing;

/// What a service is made of.
pub struct Parts {
    /// The database.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The randomness.
    pub random: Arc<dyn Random>,
    /// The keys, which live outside the database.
    pub keys: KeyRing,
    /// The portal's own address (`https://portal.example.org`), without a slash at its end; refusals point there.
    pub portal_url: String,
    /// Passwords hashed at once; further attempts wait, and are shed when too many wait. 1 to 64.
    pub hashing_permits: usize,
}

/// All deeds. Shared by every door, the portal and the command line.
pub struct Service {
    parts: Parts,
}

impl Service {
    /// A service, with the settings read and the recorder of sign-in events running until [`Self::close`].
    ///
    /// # Errors
    /// [`Failure`] when the database cannot be read or does not belong to the keys.
    pub async fn open(_parts: Parts) -> Result<Arc<Self>, Failure> {
        todo!()
    }

    /// Writes what the recorder still holds. No deed may be asked for afterwards.
    pub async fn close(&self) {
        todo!()
    }

    /// The settings in force; at most 100 ms behind another process's change.
    #[must_use]
    pub fn settings(&self) -> Arc<Settings> {
        todo!()
    }

    /// The portal's own address, without a slash at its end.
    #[must_use]
    pub fn portal_url(&self) -> &str {
        &self.parts.portal_url
    }

    /// The clock, for doors that need the same one.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.parts.clock
    }

    /// The changes that any process commits, for the registry of live sessions. See [`Store::changes`].
    #[must_use]
    pub fn changes(&self) -> tokio::sync::broadcast::Receiver<postern_storage::Change> {
        self.parts.store.changes()
    }
}

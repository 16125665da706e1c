//! The keys that a running service works with: read again when a key of a new version came into use somewhere.

use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Mutex;

use crate::keys::KeyRing;
use crate::{Failure, Service, key_check};

/// The keys, and what is known to be missing among them. Held in memory, so that no sign-in reads anything for it.
pub(crate) struct KeysInUse {
    state: RwLock<State>,
    /// Held while they are read again, so that an older reading never takes the place of a newer one.
    reading: Mutex<()>,
}

struct State {
    keys: Arc<KeyRing>,
    /// A version that the database knows and this process does not hold.
    missing: Option<u32>,
}

impl KeysInUse {
    /// Keys that were compared with the database.
    pub(crate) fn new(keys: KeyRing) -> Self {
        Self { state: RwLock::new(State { keys: Arc::new(keys), missing: None }), reading: Mutex::default() }
    }

    fn put(&self, keys: Arc<KeyRing>, missing: Option<u32>) {
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = State { keys, missing };
    }
}

impl Service {
    /// Reads the key file again and compares it with what the database knows. Keys that this process holds are never
    /// given up for a file that lacks one of them. While the database knows a version that is nowhere to be had, a
    /// secret that nothing was found for is answered with [`Failure::MissingKey`]: it may be one of that version.
    ///
    /// # Errors
    /// [`Failure`]; then the keys held before stay in use, and it is worth trying again.
    pub async fn reread_keys(&self) -> Result<(), Failure> {
        let _alone = self.keys.reading.lock().await;
        let held = self.keys();
        let (keys, unread) = match held.read_again() {
            Ok(Some(read)) if read.holds_all_of(&held) => (Arc::new(read), None),
            Ok(_) => (Arc::clone(&held), None),
            Err(error) => (Arc::clone(&held), Some(error)),
        };
        let checked = key_check::check(&*self.parts.store, &keys).await;
        match &checked {
            Ok(()) => self.keys.put(keys, None),
            Err(Failure::MissingKey { version }) => self.keys.put(keys, Some(*version)),
            // What is held was compared before, so that it is the version in the file which is not the database's.
            Err(Failure::ForeignKeys { version }) => self.keys.put(held, Some(*version)),
            Err(_) => {}
        }
        match unread {
            Some(error) => Err(error.into()),
            None => checked,
        }
    }

    /// The keys, newest included.
    pub(crate) fn keys(&self) -> Arc<KeyRing> {
        Arc::clone(&self.keys.state.read().unwrap_or_else(PoisonError::into_inner).keys)
    }

    /// To be asked before something that is found by a keyed hash is called unknown.
    ///
    /// # Errors
    /// [`Failure::MissingKey`] when it may have been made with a key that this process does not hold.
    pub(crate) fn nothing_can_be_missed(&self) -> Result<(), Failure> {
        match self.keys.state.read().unwrap_or_else(PoisonError::into_inner).missing {
            Some(version) => Err(Failure::MissingKey { version }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use postern_domain::mfa::MfaState;
    use postern_storage::Store;

    use super::*;
    use crate::door::DoorAnswer;
    use crate::testing::{ANNA, Fixture, OPERATOR, TestRandom, attempt, new_app_password, parts};

    /// Two servers on one database: the command line's, whose key file is rotated, and another.
    struct Servers {
        folder: tempfile::TempDir,
        random: TestRandom,
        store: Arc<dyn Store>,
    }

    impl Servers {
        async fn new() -> Self {
            let store =
                postern_storage_sql::open(&postern_storage_sql::Location::SqliteInMemory).await.unwrap();
            Self { folder: tempfile::tempdir().unwrap(), random: TestRandom::seeded(5), store }
        }

        fn file(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        async fn open(&self, file: &Path, seed: u64) -> Fixture {
            let keys = KeyRing::load_or_create(file, true, &self.random).unwrap();
            let (clock, random) = (Arc::default(), Arc::new(TestRandom::seeded(seed)));
            let service = Service::open(parts(&self.store, &clock, &random, keys)).await.unwrap();
            Fixture { service, store: Arc::clone(&self.store), clock, random }
        }
    }

    /// Waits until `service` has followed what was announced before.
    async fn until(mut holds: impl AsyncFnMut() -> bool) {
        tokio::time::timeout(std::time::Duration::from_secs(30), async {
            while !holds().await {
                tokio::task::yield_now().await;
            }
        })
        .await
        .unwrap();
    }

    #[tokio::test]
    async fn a_running_server_takes_a_new_key_from_the_feed() {
        let servers = Servers::new().await;
        let file = servers.file("keys");
        let running = servers.open(&file, 1).await;
        running.account(ANNA, MfaState::Enforced).await;
        KeyRing::rotate(&file, &servers.random).unwrap();
        // As a command does: it opens the service anew.
        let command = servers.open(&file, 2).await;
        let secret = command.app_password(ANNA, "Contact form").await.secret.expose_grouped();
        until(async || running.service.keys().checks().count() == 2).await;
        assert_eq!(running.outcome(attempt(ANNA, &secret)).await, "accepted");
    }

    #[tokio::test]
    async fn while_a_key_is_missing_an_unknown_secret_is_our_failure() {
        let servers = Servers::new().await;
        let (here, there) = (servers.file("here"), servers.file("there"));
        let node = servers.open(&here, 1).await;
        node.account(ANNA, MfaState::Enforced).await;
        let old = node.app_password(ANNA, "Contact form").await.secret.expose_grouped();
        std::fs::copy(&here, &there).unwrap();
        KeyRing::rotate(&there, &servers.random).unwrap();
        let command = servers.open(&there, 2).await;
        let new = command.service.create_app_password(OPERATOR, new_app_password(ANNA, "Another form")).await;
        let new = new.unwrap().secret.expose_grouped();

        until(async || node.service.nothing_can_be_missed().is_err()).await;
        for unknown in [new.as_str(), "neither-this-nor-that"] {
            let answer = node.service.sign_in_at_door(attempt(ANNA, unknown)).await;
            assert!(matches!(answer, Err(Failure::MissingKey { version: 2 })), "{answer:?}");
        }
        assert_eq!(node.outcome(attempt(ANNA, &old)).await, "accepted");

        // The file is given to this node too; it looks by itself, or when it is told to.
        std::fs::copy(&there, &here).unwrap();
        node.service.reread_keys().await.unwrap();
        assert_eq!(node.outcome(attempt(ANNA, &new)).await, "accepted");
        assert!(matches!(node.sign_in(ANNA, "neither-this-nor-that").await, DoorAnswer::Refused(_)));
    }

    #[tokio::test]
    async fn keys_that_are_held_outlive_a_bad_file() {
        let servers = Servers::new().await;
        let file = servers.file("keys");
        let node = servers.open(&file, 1).await;
        node.account(ANNA, MfaState::Enforced).await;
        let secret = node.app_password(ANNA, "Contact form").await.secret.expose_grouped();
        std::fs::write(&file, "no key").unwrap();
        assert!(matches!(node.service.reread_keys().await, Err(Failure::KeyFile(_))));
        std::fs::remove_file(&file).unwrap();
        KeyRing::load_or_create(&file, true, &servers.random).unwrap();
        node.service.reread_keys().await.unwrap();
        assert_eq!(node.outcome(attempt(ANNA, &secret)).await, "accepted");
        assert!(matches!(node.sign_in(ANNA, "neither-this-nor-that").await, DoorAnswer::Refused(_)));
    }

    #[tokio::test]
    async fn a_server_that_lacked_a_key_looks_for_it_by_itself() {
        let servers = Servers::new().await;
        let (here, there) = (servers.file("here"), servers.file("there"));
        let node = servers.open(&here, 1).await;
        std::fs::copy(&here, &there).unwrap();
        KeyRing::rotate(&there, &servers.random).unwrap();
        drop(servers.open(&there, 2).await);
        until(async || node.service.nothing_can_be_missed().is_err()).await;
        std::fs::copy(&there, &here).unwrap();
        // The next change of any kind would do as well; there is none here.
        until(async || node.service.nothing_can_be_missed().is_ok()).await;
    }
}

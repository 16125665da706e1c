//! Whether the keys are those that belong to the database: asked when a service is opened and when the keys are read
//! again, so that a wrong key file is refused with its name and not as a wrong password at every door.

use postern_storage::{Change, ChangeKind, KeyCheck, Snapshot, Store};

use crate::Failure;
use crate::keys::KeyRing;

/// Compares the keys with what the database remembers, and lets it remember those that are new; every running server is
/// told of them before anything can be made with them.
pub(crate) async fn check(store: &dyn Store, keys: &KeyRing) -> Result<(), Failure> {
    let new = unknown_to(&mut *store.snapshot().await?, keys).await?;
    if new.is_empty() {
        return Ok(());
    }
    let mut transaction = store.begin().await?;
    // Asked again: another process may have opened the database at the same time.
    for check in unknown_to(&mut *transaction, keys).await? {
        transaction.insert_key_check(check).await?;
    }
    transaction.announce(Change::new(ChangeKind::Keys)).await?;
    Ok(transaction.commit().await?)
}

/// The keys that the database does not know yet.
async fn unknown_to(state: &mut (dyn Snapshot + '_), keys: &KeyRing) -> Result<Vec<KeyCheck>, Failure> {
    let known = state.key_checks().await?;
    let mut unknown: Vec<KeyCheck> =
        keys.checks().map(|(version, value)| KeyCheck { version, value }).collect();
    for known in known {
        let version = known.version;
        match unknown.iter().position(|check| check.version == version) {
            None => return Err(Failure::MissingKey { version }),
            Some(place) if unknown[place].value != known.value => {
                return Err(Failure::ForeignKeys { version });
            }
            Some(place) => {
                unknown.swap_remove(place);
            }
        }
    }
    Ok(unknown)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::Service;
    use crate::testing::{Fixture, TestRandom, parts};

    async fn open_with(fixture: &Fixture, keys: KeyRing) -> String {
        let parts = parts(&fixture.store, &fixture.clock, &fixture.random, keys);
        Service::open(parts).await.map_or_else(|error| error.to_string(), |_| "opened".to_owned())
    }

    #[tokio::test]
    async fn a_key_file_of_another_database_is_refused_at_the_start() {
        let fixture = Fixture::open().await;
        assert_eq!(open_with(&fixture, KeyRing::ephemeral(&TestRandom::seeded(0))).await, "opened");
        assert_eq!(
            open_with(&fixture, KeyRing::ephemeral(&TestRandom::seeded(9))).await,
            "the key file's key 1 is not the one that this database was made with: restore the key file that belongs to this database"
        );
    }

    #[tokio::test]
    async fn an_old_copy_of_the_key_file_is_refused_once_a_newer_key_is_in_use() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let random = TestRandom::seeded(3);
        let load = || KeyRing::load_or_create(&path, true, &random).unwrap();
        let store = postern_storage_sql::open(&postern_storage_sql::Location::SqliteInMemory).await.unwrap();
        let clock = Arc::default();
        let open = |keys| Service::open(parts(&store, &clock, &Arc::new(TestRandom::seeded(1)), keys));
        let old = load();
        drop(open(load()).await.unwrap());
        KeyRing::rotate(&path, &random).unwrap();
        drop(open(load()).await.unwrap());
        assert!(matches!(open(old).await, Err(Failure::MissingKey { version: 2 })));
    }
}

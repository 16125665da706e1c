//! What every database promises, on SQLite.

use std::sync::Arc;

use async_trait::async_trait;
use postern_storage::contract::{self, Database};
use postern_storage::{Result, StorageError, Store};
use postern_storage_sql::{Location, open, open_existing};

/// A file in a folder of its own.
struct File(tempfile::TempDir);

#[async_trait]
impl Database for File {
    async fn open(&self) -> Result<Arc<dyn Store>> {
        open(&Location::Sqlite(self.0.path().join("data").join("postern.db"))).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keeps_the_contract() {
    contract::run(async || File(tempfile::tempdir().unwrap())).await;
}

/// The database holds hashes and addresses: nobody else on the machine may read it.
#[tokio::test]
async fn is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let store = open(&Location::Sqlite(data.join("postern.db"))).await.unwrap();
    let mut found = vec![("data".to_owned(), std::fs::metadata(&data).unwrap())];
    for entry in std::fs::read_dir(&data).unwrap().map(std::result::Result::unwrap) {
        found.push((entry.file_name().into_string().unwrap(), entry.metadata().unwrap()));
    }
    found.sort_by(|(first, _), (second, _)| first.cmp(second));
    let modes: Vec<_> =
        found.iter().map(|(name, data)| format!("{name} {:o}", data.permissions().mode() & 0o777)).collect();
    assert_eq!(modes, ["data 700", "postern.db 600", "postern.db-shm 600", "postern.db-wal 600"]);
    drop(store);
}

#[tokio::test]
async fn is_not_made_for_who_asks_for_one_that_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Sqlite(folder.path().join("data").join("postern.db"));
    assert!(matches!(open_existing(&location).await, Err(StorageError::NoData)));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made");
    let foreign = Location::Sqlite(folder.path().join("empty.db"));
    std::fs::write(folder.path().join("empty.db"), "").unwrap();
    assert!(matches!(open_existing(&foreign).await, Err(StorageError::NoData)));
    drop(open(&location).await.unwrap());
    assert!(open_existing(&location).await.is_ok());
}

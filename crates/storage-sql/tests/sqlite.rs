//! What every database promises, on SQLite.

use std::sync::Arc;

use async_trait::async_trait;
use postern_storage::contract::{self, Database};
use postern_storage::{Result, Store};
use postern_storage_sql::{Location, open};

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

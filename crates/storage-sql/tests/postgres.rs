//! What every database promises, on PostgreSQL.

use std::sync::Arc;

use async_trait::async_trait;
use postern_storage::contract::{self, Database};
use postern_storage::{Result, Store};
use postern_storage_sql::{Location, open};
use postern_testkit::postgres::PostgresServer;

/// A database on a server of its own.
struct OnServer(String);

#[async_trait]
impl Database for OnServer {
    async fn open(&self) -> Result<Arc<dyn Store>> {
        open(&Location::Postgres(self.0.clone())).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keeps_the_contract() {
    let server = PostgresServer::start();
    contract::run(async || OnServer(server.create_database())).await;
}

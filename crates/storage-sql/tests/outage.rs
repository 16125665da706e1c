//! R6: while the database is down every call says so, and when it is back all goes on by itself.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::setting::{SettingKey, Settings};
use postern_storage::{Change, ChangeKind, Locator, Result, SecretLookup, StorageError, Store};
use postern_storage_sql::{Location, open};
use postern_testkit::postgres::PostgresServer;

async fn look_up(store: &dyn Store) -> Result<usize> {
    let name = "anna@example.test".parse().expect("an address");
    let lookup = SecretLookup { locators: &[Locator([7; 16])], name: &name };
    store.find_candidates(&lookup).await.map(|found| found.len())
}

async fn change_a_setting(store: &dyn Store) -> Result<()> {
    let mut transaction = store.begin().await?;
    transaction.set_setting(SettingKey::DoorsOff, &Settings::default()).await?;
    transaction.announce(Change::new(ChangeKind::Settings)).await?;
    transaction.commit().await
}

fn is_unavailable<T>(answer: &Result<T>) -> bool {
    matches!(answer, Err(StorageError::Unavailable(_)))
}

#[tokio::test(flavor = "multi_thread")]
async fn all_goes_on_when_the_database_is_back() {
    let server = PostgresServer::start();
    let store = open(&Location::Postgres(server.create_database())).await.unwrap();
    change_a_setting(&*store).await.unwrap();
    let snapshot = store.snapshot().await.unwrap();
    let mut changes = store.changes();
    server.crash();
    drop(snapshot);
    assert!(is_unavailable(&look_up(&*store).await));
    assert!(is_unavailable(&store.snapshot().await));
    assert!(is_unavailable(&change_a_setting(&*store).await));
    server.resume();
    // The very first calls succeed: no broken connection is left in the pool.
    assert_eq!(look_up(&*store).await.unwrap(), 0);
    assert_eq!(store.snapshot().await.unwrap().settings().await.unwrap(), Settings::default());
    change_a_setting(&*store).await.unwrap();
    // What others changed meanwhile may have been missed, so everybody is told to look anew.
    let mut kinds = Vec::new();
    while kinds.len() < 2 {
        let change = tokio::time::timeout(Duration::from_secs(30), changes.recv()).await.unwrap().unwrap();
        kinds.push(change.kind);
    }
    assert!(kinds.contains(&ChangeKind::Resync) && kinds.contains(&ChangeKind::Settings), "{kinds:?}");
}

/// A caller that goes away in the middle leaves no connection behind that answers the wrong question.
#[tokio::test(flavor = "multi_thread")]
async fn abandoned_calls_do_no_harm() {
    let server = PostgresServer::start();
    let store = open(&Location::Postgres(server.create_database())).await.unwrap();
    for round in 0..200 {
        let store = Arc::clone(&store);
        let call = tokio::spawn(async move {
            change_a_setting(&*store).await?;
            look_up(&*store).await
        });
        for _ in 0..round % 17 {
            tokio::task::yield_now().await;
        }
        call.abort();
    }
    change_a_setting(&*store).await.unwrap();
    assert_eq!(look_up(&*store).await.unwrap(), 0);
    assert_eq!(store.snapshot().await.unwrap().settings().await.unwrap(), Settings::default());
}

//! Facts about snapshots and transactions.

use std::sync::Arc;

use postern_domain::setting::{SettingKey, Settings};

use super::SharedDatabase;
use super::sample::{account, insert_accounts, name};
use crate::{Result, StorageError, Store};

pub(super) async fn one_that_is_dropped_leaves_nothing(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let mut transaction = store.begin().await?;
    transaction.insert_account(&account(1)).await?;
    drop(transaction);
    // The next transaction does not wait for it, nor does it see anything of it.
    let mut transaction = store.begin().await?;
    assert_eq!(transaction.account(account(1).id).await?, None);
    transaction.insert_account(&account(1)).await?;
    transaction.commit().await?;
    assert_eq!(store.snapshot().await?.account_count().await?, 1);
    Ok(())
}

pub(super) async fn a_snapshot_stays_as_it_is(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1)]).await?;
    let mut before = store.snapshot().await?;
    insert_accounts(&*store, &[account(2)]).await?;
    insert_accounts(&*database.open().await?, &[account(3)]).await?;
    assert_eq!(before.account_count().await?, 1);
    assert_eq!(before.account_by_address(&name("user2@example.test")).await?, None);
    assert_eq!(store.snapshot().await?.account_count().await?, 3);
    assert_eq!(before.account_count().await?, 1);
    Ok(())
}

/// Reads a number and writes one more: an update would be lost if two did so at once.
async fn increment(store: &dyn Store) -> Result<()> {
    let mut transaction = store.begin().await?;
    let mut settings = transaction.settings().await?;
    settings.app_passwords_per_account += 1;
    transaction.set_setting(SettingKey::AppPasswordsPerAccount, &settings).await?;
    transaction.commit().await
}

pub(super) async fn writers_follow_one_another(database: SharedDatabase) -> Result<()> {
    const WRITERS: u32 = 64;
    let stores = [database.open().await?, database.open().await?];
    let writers: Vec<_> = (0..WRITERS)
        .map(|number| {
            let store = Arc::clone(&stores[usize::from(number % 2 == 0)]);
            tokio::spawn(async move { increment(&*store).await })
        })
        .collect();
    for writer in writers {
        writer.await.expect("a writer does not panic")?;
    }
    let settings = stores[0].snapshot().await?.settings().await?;
    assert_eq!(settings.app_passwords_per_account, Settings::default().app_passwords_per_account + WRITERS);
    Ok(())
}

/// Otherwise half a deed could be committed on one database, and silently nothing on the other.
pub(super) async fn one_that_failed_cannot_be_committed(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1)]).await?;
    let mut transaction = store.begin().await?;
    transaction.insert_account(&account(2)).await?;
    let taken = transaction.insert_account(&account(1)).await;
    assert!(taken.is_err());
    let read = transaction.account_count().await;
    assert!(matches!(read, Err(StorageError::Refused(_))), "{read:?}");
    let committed = transaction.commit().await;
    assert!(matches!(committed, Err(StorageError::Refused(_))), "{committed:?}");
    assert_eq!(store.snapshot().await?.account_count().await?, 1);
    Ok(())
}

pub(super) async fn a_commit_is_seen_by_the_next_read_of_another_node(
    database: SharedDatabase,
) -> Result<()> {
    let (here, there) = (database.open().await?, database.open().await?);
    for number in 1..=20 {
        insert_accounts(&*here, &[account(number)]).await?;
        assert_eq!(there.snapshot().await?.account_count().await?, u64::from(number));
    }
    Ok(())
}

//! Facts about ceremonies.

use std::sync::Arc;

use super::SharedDatabase;
use super::methods::{MANY, how_many_succeed};
use super::sample::moment;
use crate::{Ceremony, Result, Sealed, Store, TokenHash};

fn ceremony(number: u8) -> Ceremony {
    Ceremony {
        id: TokenHash([number; 32]),
        browser: TokenHash([100; 32]),
        state: Sealed { key_version: 3, bytes: vec![number; 400] },
        expires_at: moment(u64::from(number)),
    }
}

async fn insert(store: &dyn Store, ceremonies: &[Ceremony]) -> Result<()> {
    let mut transaction = store.begin().await?;
    for ceremony in ceremonies {
        transaction.insert_ceremony(ceremony).await?;
    }
    transaction.commit().await
}

async fn take(store: &dyn Store, number: u8, browser: u8) -> Result<Option<Ceremony>> {
    let mut transaction = store.begin().await?;
    let taken = transaction.take_ceremony(&TokenHash([number; 32]), &TokenHash([browser; 32])).await?;
    transaction.commit().await?;
    Ok(taken)
}

pub(super) async fn is_taken_once_and_by_its_own_browser(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert(&*store, &[ceremony(1), ceremony(2), ceremony(3)]).await?;
    assert_eq!(take(&*store, 1, 99).await?, None, "another browser");
    assert_eq!(take(&*store, 1, 100).await?, Some(ceremony(1)));
    assert_eq!(take(&*store, 1, 100).await?, None, "a second time");
    let mut transaction = store.begin().await?;
    assert_eq!(transaction.delete_stale_ceremonies(moment(2)).await?, 1);
    transaction.commit().await?;
    assert_eq!(take(&*store, 2, 100).await?, None, "run out and gone");
    assert_eq!(take(&*store, 3, 100).await?, Some(ceremony(3)));
    Ok(())
}

async fn use_up(store: &dyn Store, number: u8) -> Result<bool> {
    let mut transaction = store.begin().await?;
    let used_up = transaction.use_up(&TokenHash([number; 32]), moment(5)).await?;
    transaction.commit().await?;
    Ok(used_up)
}

pub(super) async fn what_is_not_stored_is_used_up_once(database: SharedDatabase) -> Result<()> {
    let stores = [database.open().await?, database.open().await?];
    let attempts = (0..MANY).map(|number| {
        let store = Arc::clone(&stores[number % stores.len()]);
        tokio::spawn(async move { use_up(&*store, 1).await })
    });
    assert_eq!(how_many_succeed(attempts).await?, 1);
    assert_eq!(take(&*stores[0], 1, 0).await?.map(|taken| taken.state.bytes.len()), Some(0));
    assert!(use_up(&*stores[0], 2).await?);
    let mut transaction = stores[0].begin().await?;
    assert_eq!(transaction.delete_stale_ceremonies(moment(5)).await?, 1);
    transaction.commit().await
}

pub(super) async fn of_many_at_once_one_takes_it(database: SharedDatabase) -> Result<()> {
    let stores = [database.open().await?, database.open().await?];
    insert(&*stores[0], &[ceremony(1)]).await?;
    let attempts = (0..MANY).map(|number| {
        let store = Arc::clone(&stores[number % stores.len()]);
        tokio::spawn(async move { take(&*store, 1, 100).await.map(|taken| taken.is_some()) })
    });
    assert_eq!(how_many_succeed(attempts).await?, 1);
    Ok(())
}

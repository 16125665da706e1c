//! Facts about codes that were sent.

use std::sync::Arc;

use super::SharedDatabase;
use super::methods::{MANY, how_many_succeed};
use super::sample::{account, id, insert_accounts, moment};
use crate::{CodeSubject, Result, Sealed, SentCode, SentCodeHash, Store};

fn code(number: u8) -> SentCode {
    SentCode {
        account: account(1).id,
        subject: CodeSubject(id(50)),
        hash: SentCodeHash([number; 32]),
        destination: Some(Sealed { key_version: 2, bytes: vec![number; 60] }),
        expires_at: moment(600),
    }
}

async fn put(store: &dyn Store, code: &SentCode, at: u64) -> Result<()> {
    let mut transaction = store.begin().await?;
    transaction.put_sent_code(code, moment(at)).await?;
    transaction.commit().await
}

async fn take(store: &dyn Store, number: u8, at: u64) -> Result<Option<SentCode>> {
    let SentCode { account, subject, hash, .. } = code(number);
    let mut transaction = store.begin().await?;
    let used = transaction.use_sent_code(account, subject, &hash, moment(at)).await?;
    transaction.commit().await?;
    Ok(used)
}

async fn count_try(store: &dyn Store, at: u64) -> Result<bool> {
    let SentCode { account, subject, .. } = code(1);
    let mut transaction = store.begin().await?;
    let counted = transaction.count_try(account, subject, 5, moment(at)).await?;
    transaction.commit().await?;
    Ok(counted)
}

pub(super) async fn is_used_once_and_the_newest_counts(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1)]).await?;
    put(&*store, &code(1), 0).await?;
    let of_method = SentCode { subject: CodeSubject(id(51)), destination: None, ..code(3) };
    put(&*store, &of_method, 1).await?;
    put(&*store, &code(2), 40).await?;
    assert_eq!(take(&*store, 1, 41).await?, None, "the one before is void");
    assert_eq!(take(&*store, 2, 600).await?, None, "it has run out");
    assert_eq!(take(&*store, 2, 599).await?, Some(code(2)));
    assert_eq!(take(&*store, 2, 599).await?, None, "a second time");
    let mut transaction = store.begin().await?;
    let taken =
        transaction.use_sent_code(of_method.account, of_method.subject, &of_method.hash, moment(2)).await?;
    assert_eq!(taken, Some(of_method), "for another subject");
    assert_eq!(transaction.code_sendings(account(1).id, moment(0)).await?, [moment(40), moment(1)]);
    let failed = SentCode { subject: CodeSubject(id(52)), ..code(4) };
    transaction.put_sent_code(&failed, moment(70)).await?;
    transaction.take_back_sent_code(&failed, moment(70)).await?;
    assert_eq!(transaction.code_sendings(account(1).id, moment(0)).await?, [moment(40), moment(1)]);
    assert_eq!(
        transaction.use_sent_code(failed.account, failed.subject, &failed.hash, moment(71)).await?,
        None
    );
    Ok(())
}

pub(super) async fn has_as_many_tries_as_are_given(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1)]).await?;
    assert!(!count_try(&*store, 1).await?, "there is none");
    put(&*store, &code(1), 0).await?;
    let mut counted = Vec::new();
    for _ in 0..6 {
        counted.push(count_try(&*store, 1).await?);
    }
    assert_eq!(counted, [true, true, true, true, true, false]);
    put(&*store, &code(2), 40).await?;
    assert!(count_try(&*store, 41).await?, "another code has its own");
    assert!(!count_try(&*store, 600).await?, "it has run out");
    Ok(())
}

pub(super) async fn of_many_at_once_one_uses_it(database: SharedDatabase) -> Result<()> {
    let stores = [database.open().await?, database.open().await?];
    insert_accounts(&*stores[0], &[account(1)]).await?;
    put(&*stores[0], &code(1), 0).await?;
    let attempts = (0..MANY).map(|number| {
        let store = Arc::clone(&stores[number % stores.len()]);
        tokio::spawn(async move { take(&*store, 1, 2).await.map(|taken| taken.is_some()) })
    });
    assert_eq!(how_many_succeed(attempts).await?, 1);
    Ok(())
}

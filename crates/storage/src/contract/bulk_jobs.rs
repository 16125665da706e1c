//! Facts about changes to many accounts.

use std::time::Duration;

use postern_domain::account::{Account, AccountStatus, BulkChange};
use postern_domain::id::{AccountId, BulkJobId, NodeId};
use postern_domain::mfa::MfaState;

use super::SharedDatabase;
use super::sample::{account, id, insert_accounts, moment};
use crate::{AccountFilter, BulkChoice, BulkJob, Result, Store};

fn job(number: u8) -> BulkJob {
    BulkJob {
        id: BulkJobId::from_bytes(id(number)),
        account: account(1).id,
        asked_by: "account user1@example.test".to_owned(),
        change: BulkChange::SetMfaState(MfaState::Enforced),
        chosen: "3 selected accounts".to_owned(),
        total: 0,
        done: 0,
        not_done: 0,
        started_at: moment(1),
        finished_at: None,
    }
}

async fn insert(store: &dyn Store, number: u8, choice: &BulkChoice) -> Result<BulkJob> {
    let mut transaction = store.begin().await?;
    let job = transaction.insert_bulk_job(job(number), choice).await?;
    transaction.commit().await?;
    Ok(job)
}

fn listed(numbers: &[u8]) -> BulkChoice {
    BulkChoice::Listed(numbers.iter().map(|number| account(*number).id).collect())
}

async fn note(store: &dyn Store, accounts: &[(AccountId, Option<String>)]) -> Result<()> {
    let mut transaction = store.begin().await?;
    transaction.note_bulk_accounts(job(1).id, accounts, moment(9)).await?;
    transaction.commit().await
}

pub(super) async fn are_done_once_for_each_account(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1), account(2), account(3)]).await?;
    let added = insert(&*store, 1, &listed(&[3, 1, 2, 1])).await?;
    assert_eq!(added, BulkJob { total: 3, ..job(1) });
    assert_eq!(store.snapshot().await?.bulk_job(added.id).await?, Some(added.clone()));
    let to_come = store.snapshot().await?.bulk_accounts_to_come(added.id, 2).await?;
    assert_eq!(to_come, [account(1).id, account(2).id]);
    let why = || Some("your role does not allow that".to_owned());
    note(&*store, &[(account(1).id, None), (account(2).id, why())]).await?;
    // A second time, after a server fell: counted once.
    note(&*store, &[(account(2).id, None)]).await?;
    let mut snapshot = store.snapshot().await?;
    let half = BulkJob { done: 1, not_done: 1, ..added.clone() };
    assert_eq!(snapshot.bulk_job(added.id).await?, Some(half));
    assert_eq!(snapshot.bulk_accounts_to_come(added.id, 9).await?, [account(3).id]);
    let not_done = snapshot.bulk_accounts_not_done(added.id, None, 9).await?;
    assert_eq!(not_done, [(account(2).id, account(2).name, why().unwrap_or_default())]);
    assert_eq!(snapshot.bulk_accounts_not_done(added.id, Some(&account(2).name), 9).await?, []);
    drop(snapshot);
    note(&*store, &[(account(3).id, None)]).await?;
    let ended = BulkJob { done: 2, not_done: 1, finished_at: Some(moment(9)), ..added };
    assert_eq!(store.snapshot().await?.bulk_jobs(None, 9).await?, [ended]);
    let mut transaction = store.begin().await?;
    assert_eq!(transaction.forget_bulk_jobs(moment(9)).await?, 0);
    assert_eq!(transaction.forget_bulk_jobs(moment(10)).await?, 1);
    transaction.commit().await?;
    assert_eq!(store.snapshot().await?.bulk_jobs(None, 9).await?, []);
    Ok(())
}

pub(super) async fn are_listed_page_by_page(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1)]).await?;
    for number in 2..8 {
        insert(&*store, number, &listed(&[])).await?;
    }
    let page = async |before: Option<u8>| {
        let before = before.map(|number| job(number).id);
        let jobs = store.snapshot().await?.bulk_jobs(before, 2).await?;
        Ok::<_, crate::StorageError>(jobs.into_iter().map(|job| job.id).collect::<Vec<_>>())
    };
    assert_eq!(page(None).await?, [job(7).id, job(6).id]);
    // One more is begun, and old ones are forgotten, the last of the page among them.
    insert(&*store, 9, &listed(&[])).await?;
    assert_eq!(page(Some(6)).await?, [job(5).id, job(4).id]);
    let mut transaction = store.begin().await?;
    assert_eq!(transaction.forget_bulk_jobs(moment(2)).await?, 7);
    transaction.commit().await?;
    insert(&*store, 3, &listed(&[])).await?;
    assert_eq!(page(Some(4)).await?, [job(3).id]);
    assert_eq!(page(Some(3)).await?, []);
    Ok(())
}

pub(super) async fn follow_a_filter_or_a_list(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let deleted = AccountStatus::Deleted { at: moment(5), by: "operator root".to_owned() };
    insert_accounts(
        &*store,
        &[
            Account { mfa: MfaState::Disabled, ..account(1) },
            Account { mfa: MfaState::Disabled, ..account(2) },
            account(3),
            Account { status: deleted, ..account(4) },
        ],
    )
    .await?;
    let matching = |filter| BulkChoice::Matching(Box::new(filter));
    let disabled = AccountFilter { mfa: Some(MfaState::Disabled), limit: 1, ..AccountFilter::default() };
    assert_eq!(insert(&*store, 1, &matching(disabled)).await?.total, 2);
    assert_eq!(insert(&*store, 2, &matching(AccountFilter::default())).await?.total, 3);
    assert_eq!(insert(&*store, 3, &listed(&[3, 4])).await?.total, 1);
    let none = insert(&*store, 4, &listed(&[])).await?;
    assert_eq!((none.total, none.finished_at), (0, Some(moment(1))));
    Ok(())
}

pub(super) async fn one_server_at_a_time_goes_on_with_one(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1)]).await?;
    insert(&*store, 1, &listed(&[1])).await?;
    let node = |number| NodeId::from_bytes(id(number));
    let hold = async |number, now: u64| {
        let mut transaction = store.begin().await?;
        let now = moment(now);
        let held = transaction
            .hold_bulk_job(job(1).id, node(number), now, now.minus(Duration::from_secs(60)))
            .await?;
        transaction.commit().await?;
        Ok::<_, crate::StorageError>(held)
    };
    assert!(hold(1, 10).await?);
    assert!(!hold(2, 20).await?);
    assert!(hold(1, 30).await?);
    assert_eq!(store.snapshot().await?.abandoned_bulk_jobs(moment(30)).await?, []);
    assert_eq!(store.snapshot().await?.abandoned_bulk_jobs(moment(31)).await?, [job(1).id]);
    assert!(hold(2, 91).await?);
    note(&*store, &[(account(1).id, None)]).await?;
    assert!(!hold(1, 500).await?);
    assert_eq!(store.snapshot().await?.abandoned_bulk_jobs(moment(500)).await?, []);
    Ok(())
}

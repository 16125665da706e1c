//! Facts about the change feed.

use std::time::Duration;

use postern_domain::id::{AppPasswordId, DoorSessionId};
use tokio::sync::broadcast;

use super::SharedDatabase;
use super::sample::{account, id};
use crate::{Change, ChangeKind, Result, Store};

/// Far longer than any change takes; only a change that never comes lasts that long.
const PATIENCE: Duration = Duration::from_secs(30);

async fn announce(store: &dyn Store, kinds: &[ChangeKind]) -> Result<()> {
    let mut transaction = store.begin().await?;
    for kind in kinds {
        transaction.announce(Change::new(*kind)).await?;
    }
    transaction.commit().await
}

/// The changes up to the first that says `Settings`, which the facts use as an end.
async fn until_settings(receiver: &mut broadcast::Receiver<Change>) -> Vec<ChangeKind> {
    let (mut kinds, mut last) = (Vec::new(), 0);
    loop {
        let change = tokio::time::timeout(PATIENCE, receiver.recv()).await.expect("the change comes");
        let change = change.expect("the feed goes on and is not lagged behind");
        assert!(change.sequence > last, "{change:?} after {last}");
        last = change.sequence;
        if change.kind == ChangeKind::Settings {
            return kinds;
        }
        kinds.push(change.kind);
    }
}

fn every_kind() -> [ChangeKind; 5] {
    [
        ChangeKind::AppPassword(account(1).id, AppPasswordId::from_bytes(id(7))),
        ChangeKind::Account(account(2).id),
        ChangeKind::EndSessions(account(3).id),
        ChangeKind::EndDoorSession(DoorSessionId::from_bytes(id(8))),
        ChangeKind::Keys,
    ]
}

pub(super) async fn are_published_once_and_in_order(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    announce(&*store, &[ChangeKind::Account(account(9).id)]).await?;
    // Only what is committed from now on is told.
    let mut receiver = store.changes();
    announce(&*store, &every_kind()).await?;
    announce(&*store, &[ChangeKind::Account(account(4).id)]).await?;
    announce(&*store, &[ChangeKind::Settings]).await?;
    let mut expected = every_kind().to_vec();
    expected.push(ChangeKind::Account(account(4).id));
    assert_eq!(until_settings(&mut receiver).await, expected);
    Ok(())
}

pub(super) async fn reach_another_node(database: SharedDatabase) -> Result<()> {
    let (here, there) = (database.open().await?, database.open().await?);
    let (mut heard_here, mut heard_there) = (here.changes(), there.changes());
    let mut expected = Vec::new();
    // Both write, so that each one's own changes and the other's interleave.
    for number in 1..=10 {
        for (store, place) in [(&here, number), (&there, 100 + number)] {
            let change = ChangeKind::Account(account(place).id);
            announce(&**store, &[change]).await?;
            expected.push(change);
        }
    }
    announce(&*here, &every_kind()).await?;
    announce(&*here, &[ChangeKind::Settings]).await?;
    expected.extend(every_kind());
    assert_eq!(until_settings(&mut heard_there).await, expected);
    assert_eq!(until_settings(&mut heard_here).await, expected);
    Ok(())
}

pub(super) async fn of_a_dropped_transaction_are_not_published(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let mut receiver = store.changes();
    let mut transaction = store.begin().await?;
    transaction.announce(Change::new(ChangeKind::Account(account(1).id))).await?;
    drop(transaction);
    announce(&*store, &[ChangeKind::Settings]).await?;
    assert_eq!(until_settings(&mut receiver).await, []);
    Ok(())
}

//! An import of a directory that is killed half-way, and the same file again; and what others do while it runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use postern_domain::mfa::MfaState;
use postern_service::directory::{Import, ImportPlan, Imported};
use postern_service::door::DoorAnswer;
use postern_storage::{Candidate, Change, Result, SecretLookup, Snapshot, Store, Transaction};
use postern_storage_sql::Location;
use postern_testkit::{ACCOUNT_PASSWORD, OPERATOR, TestService};
use tokio::sync::{Notify, broadcast};

/// A database that keeps whoever begins a write transaction waiting for ever, once so many were begun: as a process stands
/// still at the moment at which it is killed.
struct StandsStill {
    store: Arc<dyn Store>,
    left: AtomicUsize,
    stands: Notify,
}

#[async_trait]
impl Store for StandsStill {
    async fn snapshot(&self) -> Result<Box<dyn Snapshot>> {
        self.store.snapshot().await
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>> {
        let left = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if left.is_err() {
            self.stands.notify_one();
            std::future::pending::<()>().await;
        }
        self.store.begin().await
    }

    async fn find_candidates(&self, lookup: &SecretLookup<'_>) -> Result<Vec<Candidate>> {
        self.store.find_candidates(lookup).await
    }

    fn changes(&self) -> broadcast::Receiver<Change> {
        self.store.changes()
    }
}

async fn planned(test: &TestService, file: &str) -> ImportPlan {
    let import = Import { file: file.as_bytes(), block_missing: None };
    test.service.plan_import(OPERATOR, import).await.expect("the file is right")
}

async fn count(store: &dyn Store) -> u64 {
    let mut snapshot = store.snapshot().await.expect("the database answers");
    snapshot.account_count().await.expect("the database answers")
}

#[tokio::test]
async fn what_was_killed_half_way_is_done_by_the_same_file_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let location = Location::Sqlite(folder.path().join("postern.db"));
    let store = postern_storage_sql::open(&location).await.expect("a temporary database");
    let test = TestService::open_on(Arc::clone(&store)).await;
    test.account("anna@example.test", MfaState::Disabled).await;
    let rows: String = (0..1_300).map(|n| format!("user{n}@example.test,staff,{n}\n")).collect();
    let file = format!("name,groups,external id\n{rows}");

    let left = AtomicUsize::new(usize::MAX);
    let still = Arc::new(StandsStill { store: Arc::clone(&store), left, stands: Notify::new() });
    let killed = TestService::open_on(Arc::clone(&still) as Arc<dyn Store>).await;
    let plan = planned(&killed, &file).await;
    // Two portions of 500 are written, the third is not begun.
    still.left.store(2, Ordering::SeqCst);
    let import = killed.service.import_accounts(OPERATOR, &plan);
    tokio::select! {
        biased;
        done = import => panic!("it was to stand still: {done:?}"),
        () = still.stands.notified() => {}
    }
    assert_eq!(count(&*store).await, 1_001, "what a portion wrote is there as a whole");
    // It holds nothing: programs sign in, and others write.
    let answer = test.sign_in("anna@example.test", ACCOUNT_PASSWORD).await;
    assert!(matches!(answer, DoorAnswer::Accepted(_)), "{answer:?}");
    test.account("bert@example.test", MfaState::Disabled).await;

    let again = planned(&test, &file).await;
    assert_eq!((again.added().len(), again.unchanged()), (300, 1_000));
    let done = test.service.import_accounts(OPERATOR, &again).await.expect("the plan holds");
    assert_eq!(done, Imported { added: 300, changed: 0, blocked: 0 });
    assert!(planned(&test, &file).await.is_empty(), "a third time there is nothing to do");
    assert_eq!(count(&*store).await, 1_302);
    test.service.verify_audit().await.expect("the chain holds");
}

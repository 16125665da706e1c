//! R1 and R7: what was acknowledged survives a crash at any moment, with its audit record, and no half of a change.

#![expect(clippy::unwrap_used, reason = "the helpers of a test are a part of it")]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use postern_domain::app_password::StoredState;
use postern_domain::audit::{Link, Operation};
use postern_storage::{Candidate, SecretLookup, Store};
use postern_storage_sql::{Location, open};
use postern_testkit::crash::{account, app_password, locator};
use postern_testkit::postgres::PostgresServer;

/// How many times the writer is killed; after how many lines is spread from the first commits on.
const ROUNDS: u64 = 12;

/// Numbers that belong to a round.
const RANGE: u64 = 100_000;

/// What the writer said was acknowledged.
#[derive(Default)]
struct Acknowledged {
    created: BTreeSet<u64>,
    revoked: BTreeSet<u64>,
}

impl Acknowledged {
    /// A line that the crash cut off acknowledges nothing.
    fn note(&mut self, line: &str) {
        let Some(line) = line.strip_suffix('\n') else { return };
        let (what, number) = line.split_once(' ').unwrap();
        let number = number.parse().unwrap();
        match what {
            "created" => assert!(self.created.insert(number)),
            "revoked" => assert!(self.revoked.insert(number)),
            _ => panic!("the writer said {line:?}"),
        }
    }
}

/// Lets a writer write `lines` lines, then calls `kill`, and notes all that it had said by then.
fn write_until(location: &str, round: u64, acknowledged: &mut Acknowledged, kill: impl FnOnce(&mut Child)) {
    let lines = 1 + round * round * 7 % 211;
    let mut writer = Command::new(env!("CARGO_BIN_EXE_crash_writer"))
        .args([location, &(round * RANGE).to_string()])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(writer.stdout.take().unwrap());
    let mut kill = Some(kill);
    for read in 0.. {
        if read == lines
            && let Some(kill) = kill.take()
        {
            kill(&mut writer);
        }
        let mut line = String::new();
        if output.read_line(&mut line).unwrap() == 0 {
            break;
        }
        acknowledged.note(&line);
    }
    assert!(kill.is_none(), "the writer ended by itself");
    writer.wait().unwrap();
}

async fn verify(store: &dyn Store, rounds: u64, acknowledged: &Acknowledged) {
    let (created, revoked) = follow_the_chain(store).await;
    let missing: Vec<_> = acknowledged.created.difference(&created).collect();
    assert!(missing.is_empty(), "created and acknowledged, but not recorded: {missing:?}");
    let missing: Vec<_> = acknowledged.revoked.difference(&revoked).collect();
    assert!(missing.is_empty(), "revoked and acknowledged, but not recorded: {missing:?}");
    // Whatever is recorded is there in full, acknowledged or not, and nothing else is.
    assert_eq!(store.snapshot().await.unwrap().account_count().await.unwrap(), created.len() as u64);
    for number in &created {
        let found = look_up(store, *number).await;
        let [candidate] = &found[..] else { panic!("{number}: {} candidates", found.len()) };
        assert_eq!(
            (candidate.account.id, candidate.app_password.id),
            (account(*number).id, app_password(*number).id)
        );
        let is_revoked = matches!(candidate.app_password.state, StoredState::Revoked { .. });
        assert_eq!(is_revoked, revoked.contains(number), "{number}");
    }
    for round in 0..rounds {
        let last = created.range(round * RANGE..(round + 1) * RANGE).next_back().unwrap();
        for beyond in last + 1..last + 20 {
            assert!(look_up(store, beyond).await.is_empty(), "{beyond} is there without a record");
        }
    }
}

async fn look_up(store: &dyn Store, number: u64) -> Vec<Candidate> {
    let lookup = SecretLookup { locators: &[locator(number)], name: &account(number).name };
    store.find_candidates(&lookup).await.unwrap()
}

/// The numbers of the app passwords that the audit log says were created and revoked; the chain must hold.
async fn follow_the_chain(store: &dyn Store) -> (BTreeSet<u64>, BTreeSet<u64>) {
    let (mut created, mut revoked, mut end) = (BTreeSet::new(), BTreeSet::new(), Link::START);
    let mut snapshot = store.snapshot().await.unwrap();
    loop {
        let page = snapshot.audit_records_after(end.sequence, 1000).await.unwrap();
        for record in &page {
            end = end.verify(record).unwrap();
            let bytes = record.app_password.unwrap();
            let number = u64::from_be_bytes(bytes.as_bytes()[8..].try_into().unwrap());
            let once = match record.operation {
                Operation::CreateAppPassword => created.insert(number),
                _ => revoked.insert(number),
            };
            assert!(once, "{number} was recorded twice");
        }
        if page.is_empty() {
            assert_eq!(snapshot.audit_head().await.unwrap(), end);
            return (created, revoked);
        }
    }
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_when_the_process_is_killed_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("postern.db");
    let mut acknowledged = Acknowledged::default();
    for round in 0..ROUNDS {
        write_until(file.to_str().unwrap(), round, &mut acknowledged, |writer| writer.kill().unwrap());
        let store = open(&Location::Sqlite(file.clone())).await.unwrap();
        verify(&*store, round + 1, &acknowledged).await;
    }
    assert!(acknowledged.created.len() as u64 > ROUNDS && !acknowledged.revoked.is_empty());
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_when_the_server_crashes_on_postgresql() {
    let server = PostgresServer::start();
    let url = server.create_database();
    let mut acknowledged = Acknowledged::default();
    for round in 0..4 {
        // The writer ends by itself then, with an error.
        write_until(&url, round, &mut acknowledged, |_| server.crash());
        server.resume();
        let store = open(&Location::Postgres(url.clone())).await.unwrap();
        verify(&*store, round + 1, &acknowledged).await;
    }
    assert!(!acknowledged.revoked.is_empty());
}

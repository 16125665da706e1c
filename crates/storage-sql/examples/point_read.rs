//! Looks app passwords up as a sign-in does, beside bare point reads with rusqlite, interleaved in one run.
//!
//! `cargo run --release -p postern-storage-sql --example point_read -- 100000`
//!
//! Prints, for one thread: the bare read of the same joined row (columns touched, nothing made of them), the bare read
//! of the secret's row alone, and `find_candidates`.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountKind, AccountStatus, Role};
use postern_domain::app_password::{AppPassword, Created, Profile, SenderRestriction, StoredState};
use postern_domain::door::{Door, DoorSet};
use postern_domain::id::{AccountId, AppPasswordId, SecretId};
use postern_domain::mfa::MfaState;
use postern_domain::network::{Networks, parse_network};
use postern_storage::{FastVerifier, Locator, NewSecret, SecretLookup, Store, Verifier};
use postern_storage_sql::{Location, open};
use rusqlite::{CachedStatement, Connection};

const ROUNDS: u64 = 9;
const READS: u64 = 20_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: u64 = std::env::args().nth(1).map_or(Ok(10_000), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("postern.db");
    let store = open(&Location::Sqlite(file.clone())).await?;
    fill(&*store, count).await?;
    let (mut joined, mut alone, mut ours) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        joined.push(bare(&file, JOINED, count, round)?);
        alone.push(bare(&file, ALONE, count, round)?);
        ours.push(found(&store, count, round).await?);
    }
    let [joined, alone, ours] = [joined, alone, ours].map(median);
    report(count, "bare read of the joined row", joined, ours);
    report(count, "bare read of the secret's row", alone, ours);
    report(count, "find_candidates", ours, ours);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the report is what the program is for")]
fn report(count: u64, what: &str, time: Duration, ours: Duration) {
    let nanoseconds = time.as_nanos() / u128::from(READS);
    let share = 100.0 * time.as_secs_f64() / ours.as_secs_f64();
    println!(
        "{count} app passwords, {what}: {nanoseconds} ns; find_candidates does {share:.0} % of its rate"
    );
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Numbers spread over the table, other ones in each round.
fn place(read: u64, round: u64, count: u64) -> u64 {
    (read * 7919 + round * 104_729) % count
}

/// Bytes spread as random ones are, the same for the same number.
fn bytes(number: u64) -> [u8; 16] {
    let mixed = (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = mixed ^ (mixed >> 29);
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&mixed.wrapping_mul(0xBF58_476D_1CE4_E5B9).to_be_bytes());
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    bytes
}

fn user_name(number: u64) -> String {
    format!("user{number}@example.test")
}

const JOINED: &str = "select s.*, p.*, a.* from secret s join app_password p on p.id = s.app_password_id \
                      join account a on a.id = p.account_id where s.locator = ?1";
const ALONE: &str = "select * from secret where locator = ?1";

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn bare(file: &Path, sql: &str, count: u64, round: u64) -> rusqlite::Result<Duration> {
    let connection = Connection::open(file)?;
    let mut statement: CachedStatement<'_> = connection.prepare_cached(sql)?;
    let columns = statement.column_count();
    for warm_up in 0..1000 {
        statement.query_row([bytes(place(warm_up, round, count))], |_| Ok(()))?;
    }
    let start = std::time::Instant::now();
    for read in 0..READS {
        let locator = bytes(place(read, round, count));
        statement.query_row([locator], |row| {
            for column in 0..columns {
                std::hint::black_box(row.get_ref(column)?);
            }
            Ok(())
        })?;
    }
    Ok(start.elapsed())
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
async fn found(store: &Arc<dyn Store>, count: u64, round: u64) -> postern_storage::Result<Duration> {
    let names: Vec<_> =
        (0..READS).map(|read| user_name(place(read, round, count)).parse().expect("an address")).collect();
    let start = std::time::Instant::now();
    for (read, name) in (0..).zip(&names) {
        let locators = [Locator(bytes(place(read, round, count)))];
        let candidates = store.find_candidates(&SecretLookup { locators: &locators, name }).await?;
        assert!(candidates.len() == 1 && candidates[0].name_matches);
    }
    Ok(start.elapsed())
}

async fn fill(store: &dyn Store, count: u64) -> postern_storage::Result<()> {
    let network = parse_network("192.0.2.0/24").expect("a network");
    let at = Timestamp::from_millis(1_795_000_000_000);
    let mut number = 0;
    while number < count {
        let mut transaction = store.begin().await?;
        for number in number..(number + 10_000).min(count) {
            let account = Account {
                id: AccountId::from_bytes(bytes(number)),
                name: user_name(number).parse().expect("an address"),
                aliases: vec![format!("alias{number}@example.test").parse().expect("an address")],
                kind: AccountKind::Person,
                role: Role::Member,
                status: AccountStatus::Active,
                mfa: MfaState::Enforced,
                groups: Vec::new(),
                sid: None,
                grant: None,
                created_at: at,
                sessions_valid_since: None,
                default_method: None,
                must_register_again: false,
            };
            let app_password = AppPassword {
                id: AppPasswordId::from_bytes(bytes(number)),
                account: account.id,
                name: "Scanner 2nd floor".parse().expect("a name"),
                note: None,
                profile: Profile::Standard,
                scope: DoorSet::from_iter([Door::Smtp]),
                networks: Networks::new([network]),
                expires_at: Some(at),
                idle_expiry: None,
                sender: SenderRestriction::AccountAddresses,
                grant: None,
                limits: postern_domain::limits::Limits::default(),
                state: StoredState::Active,
                created: Created { at, by: "operator root".to_owned(), from: None },
                last_use: None,
                use_count: 0,
                overlap_until: None,
                renewed_at: None,
            };
            let verifier =
                Verifier::Fast(FastVerifier { key_version: 1, salt: bytes(number), hash: [7; 32] });
            let secret = NewSecret {
                id: SecretId::from_bytes(bytes(number)),
                locator: Locator(bytes(number)),
                verifier,
                created_at: at,
            };
            transaction.insert_account(&account).await?;
            transaction.insert_app_password(&app_password, &secret).await?;
        }
        transaction.commit().await?;
        number += 10_000;
    }
    Ok(())
}

//! Migrations: numbered texts, each applied once, in order, inside a write transaction.

use postern_storage::{Result, StorageError};
use sha2::{Digest, Sha256};

use crate::convert::{Columns, parameters};
use crate::driver::{Dialect, Driver, Session};

/// Every migration. One that was released is never changed: its checksum is in the databases.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_first.sql"),
    include_str!("../migrations/0002_notification_addresses.sql"),
    include_str!("../migrations/0003_lists.sql"),
    include_str!("../migrations/0004_counted.sql"),
    include_str!("../migrations/0005_outside_sessions.sql"),
    include_str!("../migrations/0006_renewed.sql"),
    include_str!("../migrations/0007_directory_changes.sql"),
    include_str!("../migrations/0008_pages.sql"),
    include_str!("../migrations/0009_ends.sql"),
    include_str!("../migrations/0010_programs.sql"),
    include_str!("../migrations/0011_account_list.sql"),
];

const APPLIED: &str = "select number, checksum from schema_migration order by number";

/// What a database says was applied to it.
struct Applied {
    number: u32,
    checksum: [u8; 32],
}

/// Brings the database to this version's schema.
pub(crate) async fn run(driver: &dyn Driver) -> Result<()> {
    apply(driver, MIGRATIONS).await
}

/// Refuses a database in which there is nothing of ours.
pub(crate) async fn require(driver: &dyn Driver) -> Result<()> {
    let mut count: i64 = 0;
    let mut sink = |row: &dyn crate::driver::Row| {
        count = Columns::of(row).next("schema_migration")?;
        Ok(())
    };
    driver.snapshot().await?.query(driver.dialect().count_of_schemas, &[], &mut sink).await?;
    if count == 0 { Err(StorageError::NoData) } else { Ok(()) }
}

async fn apply(driver: &dyn Driver, migrations: &[&str]) -> Result<()> {
    // Most starts find everything applied, and write nothing: a read-only database can be opened.
    let mut snapshot = driver.snapshot().await?;
    match applied(&mut *snapshot).await {
        Ok(applied) if pending(migrations, &applied)?.is_empty() => return Ok(()),
        // A new database has no such table, which it says by refusing.
        Ok(_) | Err(StorageError::Refused(_)) => drop(snapshot),
        Err(reason) => return Err(reason),
    }
    let mut session = driver.begin().await?;
    let dialect = driver.dialect();
    let table = "create table if not exists schema_migration \
                 (number {int} not null primary key, checksum {blob} not null){table}";
    session.batch(&in_dialect(table, dialect)).await?;
    let applied = applied(&mut *session).await?;
    for (number, text) in pending(migrations, &applied)? {
        session.batch(&in_dialect(text, dialect)).await?;
        session
            .execute(
                "insert into schema_migration (number, checksum) values ($1, $2)",
                &parameters![number, &checksum(text)],
            )
            .await?;
    }
    session.commit(false).await
}

async fn applied(session: &mut dyn Session) -> Result<Vec<Applied>> {
    let mut rows = Vec::new();
    let mut sink = |row: &dyn crate::driver::Row| {
        let mut columns = Columns::of(row);
        rows.push(Applied {
            number: columns.next("schema_migration.number")?,
            checksum: columns.next("schema_migration.checksum")?,
        });
        Ok(())
    };
    session.query(APPLIED, &[], &mut sink).await?;
    Ok(rows)
}

/// The migrations that are still to be applied, with their numbers from 1 on.
fn pending<'m>(migrations: &[&'m str], applied: &[Applied]) -> Result<Vec<(u32, &'m str)>> {
    let numbered: Vec<(u32, &str)> = (1..).zip(migrations.iter().copied()).collect();
    let known = numbered.last().map_or(0, |(number, _)| *number);
    let found = applied.last().map_or(0, |last| last.number);
    if found > known {
        return Err(StorageError::NewerSchema { found, known });
    }
    for (position, (number, text)) in numbered.iter().enumerate() {
        match applied.get(position) {
            Some(row) if row.number != *number || row.checksum != checksum(text) => {
                return Err(StorageError::ForeignSchema { number: *number });
            }
            Some(_) | None => {}
        }
    }
    Ok(numbered.into_iter().skip(applied.len()).collect())
}

fn checksum(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

fn in_dialect(text: &str, dialect: Dialect) -> String {
    text.replace("{int}", dialect.int)
        .replace("{text}", dialect.text)
        .replace("{blob}", dialect.blob)
        .replace("{table}", dialect.table)
        .replace("{clustered}", dialect.clustered)
}

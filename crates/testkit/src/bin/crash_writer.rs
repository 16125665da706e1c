//! Writes to a database until it is killed, and tells on standard output what was acknowledged.
//!
//! `crash_writer LOCATION FIRST`: the location of the database, and the first number of a range of 100,000 that no
//! other run uses. Lines: `created NUMBER`, `revoked NUMBER`, each written after the commit has returned.

use std::error::Error;
use std::io::Write;
use std::sync::Arc;

use postern_domain::actor::Actor;
use postern_domain::app_password::{AppPassword, StoredState};
use postern_domain::audit::{NewAuditRecord, Operation};
use postern_storage::{Change, ChangeKind, Store};
use postern_storage_sql::open;
use postern_testkit::crash::{BEGINNING, account, app_password, secret};

/// Tasks that write at once.
const WRITERS: u64 = 4;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let location = arguments.next().ok_or("the location is missing")?.parse()?;
    let first: u64 = arguments.next().ok_or("the first number is missing")?.parse()?;
    let store = open(&location).await?;
    let writers: Vec<_> =
        (0..WRITERS).map(|writer| tokio::spawn(write(Arc::clone(&store), first + writer))).collect();
    for writer in writers {
        writer.await?.map_err(|error| -> Box<dyn Error> { error })?;
    }
    Ok(())
}

/// Creates one app password after the other, and revokes every second one.
async fn write(store: Arc<dyn Store>, first: u64) -> Result<(), Box<dyn Error + Send + Sync>> {
    for number in (first..).step_by(WRITERS as usize) {
        create(&*store, number).await?;
        writeln!(std::io::stdout(), "created {number}")?;
        if (number / WRITERS).is_multiple_of(2) {
            revoke(&*store, number).await?;
            writeln!(std::io::stdout(), "revoked {number}")?;
        }
    }
    Ok(())
}

fn record(operation: Operation, app_password: &AppPassword) -> NewAuditRecord {
    NewAuditRecord {
        at: BEGINNING,
        actor: Actor::System,
        operation,
        account: Some(app_password.account),
        app_password: Some(app_password.id),
        details: vec![("name".to_owned(), app_password.name.to_string())],
    }
}

async fn create(store: &dyn Store, number: u64) -> postern_storage::Result<()> {
    let created = app_password(number);
    let mut transaction = store.begin().await?;
    transaction.insert_account(&account(number)).await?;
    transaction.insert_app_password(&created, &secret(number)).await?;
    transaction.append_audit_records(vec![record(Operation::CreateAppPassword, &created)]).await?;
    transaction.commit().await
}

async fn revoke(store: &dyn Store, number: u64) -> postern_storage::Result<()> {
    let state = StoredState::Revoked { at: BEGINNING, by: "system".to_owned(), reason: String::new() };
    let revoked = AppPassword { state, ..app_password(number) };
    let mut transaction = store.begin().await?;
    transaction.update_app_password(&revoked).await?;
    transaction.append_audit_records(vec![record(Operation::RevokeAppPassword, &revoked)]).await?;
    transaction.announce(Change::new(ChangeKind::AppPassword(revoked.account, revoked.id))).await?;
    transaction.commit().await
}

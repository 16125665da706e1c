//! Opening a connection, and the file under it.

use std::fs::{DirBuilder, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use postern_storage::Result;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::error;

/// How long a statement waits for another process.
const WAIT_FOR_OTHERS: Duration = Duration::from_secs(5);

/// Prepared statements kept on a connection: more than this crate has, so that none is prepared twice.
const STATEMENTS: usize = 160;

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Reading: SQLite itself refuses to write.
    Read,
    /// Writing.
    Write,
}

/// What a commit waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Durability {
    /// The disk has it: it survives the loss of power.
    Full,
    /// Nothing: for a database that ends with the process.
    None,
}

/// Makes the folder (mode 0700) and the file (mode 0600) when they are not there. SQLite gives the files that it puts
/// beside the database the same mode.
pub(super) fn make_file(file: &Path) -> Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(error::of_file)?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Ok(_) => Ok(()),
        Err(reason) if reason.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(reason) => Err(error::of_file(reason)),
    }
}

/// What a reader may keep of the file, in KiB as SQLite writes it: the indexes of some 100,000 app passwords. With its
/// usual 2 MiB each verify fetches pages from the operating system. Memory-mapping the file would be faster still, but
/// then a disk error kills the process instead of failing one read.
const READER_CACHE: &str = "-32768";

/// Opens a connection to a file that is there.
pub(super) fn open(file: &Path, purpose: Use, durability: Durability) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags).map_err(error::of)?;
    connection.busy_timeout(WAIT_FOR_OTHERS).map_err(error::of)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    let set = |name: &str, value: &str| connection.pragma_update(None, name, value).map_err(error::of);
    set("foreign_keys", "on")?;
    set("trusted_schema", "off")?;
    match purpose {
        Use::Read => {
            set("query_only", "on")?;
            set("cache_size", READER_CACHE)?;
        }
        Use::Write => {
            use_write_ahead_log(&connection)?;
            set("synchronous", if durability == Durability::Full { "full" } else { "off" })?;
        }
    }
    Ok(connection)
}

/// Another process that opens the new file at the same moment makes SQLite answer "busy" without waiting, hence the
/// further tries, each of which first looks whether the other one did it.
fn use_write_ahead_log(connection: &Connection) -> Result<()> {
    const TRIES: u32 = 50;
    let mut tried = 0;
    loop {
        let mode = connection.pragma_query_value(None, "journal_mode", |row| row.get::<_, String>(0));
        if mode.map_err(error::of)? == "wal" {
            return Ok(());
        }
        match connection.pragma_update(None, "journal_mode", "wal") {
            Err(reason) if reason.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && tried < TRIES => {
                tried += 1;
                std::thread::park_timeout(Duration::from_millis(20));
            }
            done => return done.map_err(error::of),
        }
    }
}

//! The bare point read: SQLite's own interface, one prepared statement, the same database file.

use postern_storage::Locator;
use rusqlite::{Connection, OpenFlags};

use crate::Outcome;

/// The rows that a verify needs, by the same index: the secret by its locator, its app password and account by their
/// primary keys. All of their columns.
const JOINED: &str = "select s.*, p.*, a.* from secret s join app_password p on p.id = s.app_password_id \
                      join account a on a.id = p.account_id where s.locator = ?1";

/// The row of the secret alone.
const SECRET_ALONE: &str = "select * from secret where locator = ?1";

/// A connection as a program without Postern would open it.
pub(crate) struct Bare {
    connection: Connection,
}

/// What a read reads.
#[derive(Clone, Copy)]
pub(crate) enum Rows {
    /// Secret, app password and account.
    Joined,
    /// The secret alone.
    SecretAlone,
}

impl Bare {
    /// Opens the file for reading.
    pub(crate) fn open(file: &std::path::Path) -> Outcome<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(file, flags)?;
        connection.pragma_update(None, "query_only", "on")?;
        // As the store's readers have it.
        connection.pragma_update(None, "cache_size", "-32768")?;
        Ok(Self { connection })
    }

    /// Reads the row of each locator and touches every column. Gives how many rows were found.
    pub(crate) fn read<'l>(&self, rows: Rows, locators: impl Iterator<Item = &'l Locator>) -> Outcome<usize> {
        let mut statement = self.connection.prepare(match rows {
            Rows::Joined => JOINED,
            Rows::SecretAlone => SECRET_ALONE,
        })?;
        let columns = statement.column_count();
        let mut found = 0;
        for locator in locators {
            statement.raw_bind_parameter(1, locator.0.as_slice())?;
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next()? {
                for column in 0..columns {
                    std::hint::black_box(row.get_ref(column)?);
                }
                found += 1;
            }
        }
        Ok(found)
    }

    /// The newest sign-in event's identifier; nothing of it when there is none.
    pub(crate) fn newest_event(&self) -> Outcome<Vec<u8>> {
        let newest = self.connection.query_row("select max(id) from sign_in_event", [], |row| row.get(0));
        Ok(newest.map(|id: Option<Vec<u8>>| id.unwrap_or_default())?)
    }

    /// How many sign-in events are newer.
    pub(crate) fn events_after(&self, id: &[u8]) -> Outcome<usize> {
        let count =
            self.connection.query_row("select count(*) from sign_in_event where id > ?1", [id], |row| {
                row.get::<_, i64>(0)
            })?;
        Ok(usize::try_from(count)?)
    }
}

//! One server for each SQLite database: a second one would make the first one's set-up link void and split the lockout.
//! Several servers share a PostgreSQL database, where each start shows a set-up link of its own.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use super::ServeError;
use crate::config::DatabaseUrl;

/// Held for as long as the server runs; the operating system gives it back however the process ends.
#[derive(Debug)]
pub(super) struct Alone {
    held: Option<File>,
}

impl Alone {
    /// To be asked for once the database is there. The file stays beside it, empty.
    ///
    /// # Errors
    /// [`ServeError::AnotherServes`], [`ServeError::Lock`].
    pub(super) fn on(database: &DatabaseUrl) -> Result<Self, ServeError> {
        let DatabaseUrl::Sqlite(database) = database else { return Ok(Self { held: None }) };
        let path: PathBuf = database.with_added_extension("serving");
        let failed = |source| ServeError::Lock { path: path.display().to_string(), source };
        let mut options = OpenOptions::new();
        let file =
            options.write(true).create(true).truncate(false).mode(0o600).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { held: Some(file) }),
            Err(TryLockError::WouldBlock) => {
                Err(ServeError::AnotherServes { database: database.display().to_string() })
            }
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// Whether there can be no other server on the database.
    pub(super) const fn is_certain(&self) -> bool {
        self.held.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_server_at_a_time_serves_a_sqlite_database() {
        let folder = tempfile::tempdir().unwrap();
        let database = |name: &str| DatabaseUrl::Sqlite(folder.path().join(name));
        let first = Alone::on(&database("postern.db")).unwrap();
        let refused = Alone::on(&database("postern.db")).unwrap_err().to_string();
        assert!(refused.contains("another `postern serve` runs on"), "{refused}");
        drop(Alone::on(&database("other.db")).unwrap());
        drop(first);
        drop(Alone::on(&database("postern.db")).unwrap());
    }
}

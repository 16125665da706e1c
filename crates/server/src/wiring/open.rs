//! The data folder, the key file, the database: what every command and the server open.

use std::fs::DirBuilder;
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;

use postern_service::keys::{KeyFileError, KeyRing};
use postern_service::system::{SystemClock, SystemRandom};
use postern_service::{Failure, Parts, Service};
use postern_storage::{StorageError, Store};
use postern_storage_sql::Location;

use crate::config::{Config, DatabaseUrl, PortalUrl};

/// Why nothing could be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data folder.
    #[error("the data folder {path} cannot be made: {source}; name another with --data")]
    DataFolder {
        /// The folder.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The key file.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The key file is not there, and the database was used with one.
    #[error("{path}: the key file that belongs to this database is not there: restore it from its backup")]
    KeyFileGone {
        /// Where it should be.
        path: String,
    },
    /// The database.
    #[error("{place}: {source}")]
    Database {
        /// Which, without its password.
        place: String,
        /// What it said.
        source: StorageError,
    },
    /// The database is there, and its content cannot be used.
    #[error(transparent)]
    Service(#[from] Failure),
}

impl OpenError {
    /// Whether trying again later makes sense.
    #[must_use]
    pub const fn is_ours(&self) -> bool {
        matches!(self, Self::Database { .. } | Self::KeyFileGone { .. } | Self::Service(_))
    }
}

/// The service over the configured database. Folder, key file and database are made when they are not there; a key file
/// only for a database that was never used with one, for a fresh key would open nothing in it and would stand where the
/// right one is to be restored.
///
/// # Errors
/// [`OpenError`].
pub async fn open_service(config: &Config, portal_url: &PortalUrl) -> Result<Arc<Service>, OpenError> {
    make_folder(&config.data.directory)?;
    let random = Arc::new(SystemRandom);
    let failed = |source| OpenError::Database { place: config.database.shown(), source };
    let store = postern_storage_sql::open(&location(&config.database)).await.map_err(failed)?;
    let keys = open_keys(&config.data.key_file, has_keys(&*store).await.map_err(failed)?)?;
    let parts = Parts {
        store,
        clock: Arc::new(SystemClock),
        random,
        keys,
        portal_url: portal_url.0.clone(),
        hashing_permits: config.limits.hashing.0 as usize,
    };
    Ok(Service::open(parts).await?)
}

/// Whether the database was used with a key file before.
async fn has_keys(store: &dyn Store) -> Result<bool, StorageError> {
    Ok(!store.snapshot().await?.key_checks().await?.is_empty())
}

fn open_keys(path: &Path, must_be_there: bool) -> Result<KeyRing, OpenError> {
    KeyRing::load_or_create(path, !must_be_there, &SystemRandom).map_err(|error| match error {
        KeyFileError::Io { path, source } if must_be_there && source.kind() == ErrorKind::NotFound => {
            OpenError::KeyFileGone { path }
        }
        error => error.into(),
    })
}

/// Where the database is, as storage takes it.
#[must_use]
pub fn location(url: &DatabaseUrl) -> Location {
    match url {
        DatabaseUrl::Sqlite(path) => Location::Sqlite(path.clone()),
        DatabaseUrl::Postgres(url) => Location::Postgres(url.expose().to_owned()),
    }
}

/// Makes the data folder, for its owner only. One that is there stays as it is: its mode is the operator's choice.
fn make_folder(path: &Path) -> Result<(), OpenError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|source| OpenError::DataFolder { path: path.display().to_string(), source })
}

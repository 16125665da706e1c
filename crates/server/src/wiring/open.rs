//! The data folder, the database, the key file: what every command and the server open.

use std::error::Error;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;

use postern_gateway::messenger::MessengerError;
use postern_gateway::{HttpTokenEndpoint, Trust};
use postern_service::keys::{KeyFileError, KeyRing};
use postern_service::system::{SystemClock, SystemRandom};
use postern_service::upstream::{NoTokenEndpoint, TokenEndpoint};
use postern_service::{Failure, Parts, Service};
use postern_storage::{StorageError, Store};
use postern_storage_sql::Location;

use super::messenger::messenger;
use crate::config::{Config, DatabaseUrl, PortalUrl, SignIn, Upstream};

/// Why nothing could be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data folder.
    #[error("{}: {}", self.problem(), self.remedy())]
    DataFolder {
        /// The folder.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The key file.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The key file is not there, and the database was made with one: another would be worthless.
    #[error("{}: {}", self.problem(), self.remedy())]
    KeyFileMissing {
        /// Where it should be.
        path: String,
        /// The database.
        place: String,
    },
    /// There is nothing, and it is not for this command to make it.
    #[error("{}: {}", self.problem(), self.remedy())]
    NoData {
        /// Where it was looked for.
        place: String,
    },
    /// The database.
    #[error("{}: {}", self.problem(), self.remedy())]
    Database {
        /// Which, without its password.
        place: String,
        /// What it said.
        source: StorageError,
    },
    /// The authorities that vouch for a provider's certificate.
    #[error("{}: {}", self.problem(), self.remedy())]
    Authorities(#[from] rustls::Error),
    /// How people and other systems are reached.
    #[error("{}: {}", self.problem(), self.remedy())]
    Messenger(#[from] MessengerError),
    /// The database is there, and its content cannot be used.
    #[error(transparent)]
    Service(#[from] Failure),
}

impl OpenError {
    /// Whether the installation fails, rather than who asked.
    #[must_use]
    pub const fn is_ours(&self) -> bool {
        !matches!(self, Self::NoData { .. })
    }

    /// Whether it is about the keys.
    #[must_use]
    pub const fn is_about_keys(&self) -> bool {
        matches!(
            self,
            Self::KeyFile(_)
                | Self::KeyFileMissing { .. }
                | Self::Service(
                    Failure::MissingKey { .. }
                        | Failure::ForeignKeys { .. }
                        | Failure::KeyFile(_)
                        | Failure::Unsealable { .. }
                )
        )
    }

    /// What is wrong.
    #[must_use]
    pub fn problem(&self) -> String {
        match self {
            Self::DataFolder { path, source } => format!("the data folder {path} cannot be made: {source}"),
            Self::KeyFile(error) => error.to_string(),
            Self::KeyFileMissing { path, place } => {
                format!("the key file {path} is missing, without which the database ({place}) is worthless")
            }
            Self::NoData { place } => format!("there is no Postern data in {place}"),
            Self::Database { place, source } => match source.source() {
                Some(reason) => format!("{place}: {} ({})", kind(source), innermost(reason)),
                None => format!("{place}: {source}"),
            },
            Self::Authorities(error) => format!("the authorities of a provider cannot be used ({error})"),
            Self::Messenger(error) => format!("notices cannot be sent as configured: {error}"),
            Self::Service(failure) => failure.to_string(),
        }
    }

    /// The one thing to do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            error if error.is_about_keys() => {
                "restore the key file that belongs to this database from your copy, mode 0600"
            }
            Self::DataFolder { .. } => "name another with --data, or give this user the right to write there",
            Self::Messenger(_) => {
                "correct ca_file and from in [mail], [text_messages], [[webhook]] and [syslog], or install this \
                 machine's trust store (ca-certificates)"
            }
            Self::Authorities(_) => {
                "correct provider.ca_file, or install this machine's trust store (ca-certificates)"
            }
            Self::NoData { .. } => {
                "name the folder with --data (or --config), or begin with `postern serve` or `postern account add`"
            }
            Self::Database { source: StorageError::Unwritable(_), .. } => {
                "free space on its disk, or give this user the right to write there"
            }
            Self::Database { source: StorageError::Refused(_) | StorageError::Corrupt { .. }, .. } => {
                "restore it from a backup if it is damaged, or correct [database] url"
            }
            Self::Database {
                source: StorageError::NewerSchema { .. } | StorageError::ForeignSchema { .. },
                ..
            } => "use the version of Postern that made it",
            _ => "start the database, or correct [database] url",
        }
    }
}

const fn kind(error: &StorageError) -> &'static str {
    match error {
        StorageError::Unavailable(_) => "cannot be reached",
        StorageError::Unwritable(_) => "cannot be written",
        _ => "cannot be used",
    }
}

/// What the outer errors only lead to: `Connection refused`, not `error while making an object`.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut error = error;
    while let Some(inner) = error.source() {
        error = inner;
    }
    error.to_string()
}

/// What happens where there are no data yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// They are made: folder, database and key file.
    Make,
    /// It is an error, so that a slip in a path is not answered with an empty list.
    Refuse,
}

/// The service over the configured database.
///
/// # Errors
/// [`OpenError`].
pub async fn open_service(
    config: &Config,
    portal_url: &PortalUrl,
    absent: Absent,
) -> Result<Arc<Service>, OpenError> {
    let store = open_database(config, absent).await?;
    let keys = open_keys(config, &*store, absent).await?;
    let parts = Parts {
        store,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        keys,
        portal_url: portal_url.0.clone(),
        hashing_permits: config.limits.hashing.0 as usize,
        providers: config.providers.iter().map(|provider| provider.provider.clone()).collect(),
        token_endpoint: token_endpoint(config)?,
        identity_providers: config.identity_providers.iter().map(|each| each.provider.clone()).collect(),
        mailbox_password_upstreams: mailbox_password_upstreams(config),
        messenger: Arc::new(messenger(config)?),
    };
    Ok(Service::open(parts).await?)
}

/// The upstreams at which each mailbox has a password of its own.
pub(super) fn mailbox_password_upstreams(config: &Config) -> Vec<String> {
    let wants_one = |upstream: &&Upstream| matches!(upstream.sign_in, SignIn::Mailbox { .. });
    config.upstreams.iter().filter(wants_one).map(|upstream| upstream.name.clone()).collect()
}

/// The network, for providers; their trust is read with the machine's, which takes a while, so only where there are any.
fn token_endpoint(config: &Config) -> Result<Arc<dyn TokenEndpoint>, OpenError> {
    if config.providers.is_empty() && config.identity_providers.is_empty() {
        return Ok(Arc::new(NoTokenEndpoint));
    }
    let of_mail = config.providers.iter().map(|each| (each.provider.name.clone(), &each.authorities));
    let of_people =
        config.identity_providers.iter().map(|each| (each.provider.asked_as(), &each.authorities));
    let trust = of_mail
        .chain(of_people)
        .map(|(name, authorities)| (name, authorities.clone().map_or(Trust::Platform, Trust::Only)));
    Ok(Arc::new(HttpTokenEndpoint::new(trust)?))
}

async fn open_database(config: &Config, absent: Absent) -> Result<Arc<dyn Store>, OpenError> {
    let location = location(&config.database);
    let opened = match absent {
        Absent::Make => {
            make_folder(&config.data.directory)?;
            postern_storage_sql::open(&location).await
        }
        Absent::Refuse => postern_storage_sql::open_existing(&location).await,
    };
    opened.map_err(|source| match source {
        StorageError::NoData => OpenError::NoData { place: config.database.shown() },
        source => OpenError::Database { place: config.database.shown(), source },
    })
}

/// A key file is made only for a database that was never used with one.
async fn open_keys(config: &Config, store: &dyn Store, absent: Absent) -> Result<KeyRing, OpenError> {
    let path = &config.data.key_file;
    if matches!(path.try_exists(), Ok(false)) {
        let refused = |source| OpenError::Database { place: config.database.shown(), source };
        let mut snapshot = store.snapshot().await.map_err(refused)?;
        if !snapshot.key_checks().await.map_err(refused)?.is_empty() {
            let path = path.display().to_string();
            return Err(OpenError::KeyFileMissing { path, place: config.database.shown() });
        }
    }
    Ok(KeyRing::load_or_create(path, absent == Absent::Make, &SystemRandom)?)
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

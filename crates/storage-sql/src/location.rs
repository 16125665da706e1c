//! Where a database is.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where a database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// SQLite, in this file. It and its folder are made when they are not there, with modes 0600 and 0700.
    Sqlite(PathBuf),
    /// SQLite, new and empty, gone with the last use of it: for tests and the demo. It lives in a private folder of
    /// temporary files, so that it behaves as one in a file does.
    SqliteInMemory,
    /// PostgreSQL, at this connection URL (`postgres://user:password@host/name?sslmode=…`). Several hosts and
    /// `target_session_attrs` are taken as libpq takes them. `sslmode` is `disable`, `prefer` (the default),
    /// `require` or `verify-full`; the last two are the same: the certificate must be good and name the host.
    Postgres(String),
}

/// The URL has a scheme that names no database of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no database is reached by `{scheme}://`: give the path of a file, or a URL that begins with postgres://"
)]
pub struct UnknownScheme {
    /// The scheme given.
    pub scheme: String,
}

impl FromStr for Location {
    type Err = UnknownScheme;

    /// A URL that begins with `postgres://` or `postgresql://`, or the path of a file.
    fn from_str(text: &str) -> Result<Self, UnknownScheme> {
        match text.split_once("://") {
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(text.to_owned())),
            Some((scheme, _)) => Err(UnknownScheme { scheme: scheme.to_owned() }),
            None => Ok(Self::Sqlite(text.into())),
        }
    }
}

/// The kind and the file; never the URL, which may hold a password.
impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(file) => f.debug_tuple("Sqlite").field(file).finish(),
            Self::SqliteInMemory => f.write_str("SqliteInMemory"),
            Self::Postgres(_) => f.write_str("Postgres"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_postgresql_and_anything_else_a_file() {
        let url = "postgres://postern:hunter2@db1,db2/postern?target_session_attrs=read-write";
        assert_eq!(url.parse(), Ok(Location::Postgres(url.to_owned())));
        assert_eq!(format!("{:?}", Location::Postgres(url.to_owned())), "Postgres");
        assert_eq!("data/postern.db".parse(), Ok(Location::Sqlite("data/postern.db".into())));
        assert_eq!(
            "mysql://localhost/postern".parse::<Location>().unwrap_err().to_string(),
            "no database is reached by `mysql://`: give the path of a file, or a URL that begins with postgres://"
        );
    }
}

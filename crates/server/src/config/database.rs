//! `[database]`: where the database is.

use std::path::{Path, PathBuf};

use super::entries::Entries;
use super::mistake::Problem;
use super::schema::{Absent, Key, Kind, Section};
use super::value::{Secret, Value};

/// The section's table.
pub(super) static SECTION: Section = Section {
    path: "database",
    repeated: false,
    summary: "Where the database is. Without this section it is SQLite, in the data folder.",
    keys: &[
        Key {
            name: "url",
            kind: Kind::Text,
            absent: Absent::Means("`postern.db` in the data folder"),
            doc: "`sqlite:PATH`, or `postgres://user:password@host/name`. `--database` and `POSTERN_DATABASE` go before it.",
        },
        Key {
            name: "url_file",
            kind: Kind::Text,
            absent: Absent::Means("`url` is used"),
            doc: "A file whose first line is the `url`, so that the password in it need not stand here.",
        },
    ],
};

/// The address of a database. It may hold a password: it is never printed as a whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DatabaseUrl {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// PostgreSQL, with the whole address.
    Postgres(Secret),
}

impl Value for DatabaseUrl {
    fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(path) = text.strip_prefix("sqlite:").filter(|path| !path.is_empty()) {
            return Ok(Self::Sqlite(PathBuf::from(path.strip_prefix("//").unwrap_or(path))));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(Secret::new(text)));
        }
        Err("write sqlite:PATH or postgres://user:password@host/name".to_owned())
    }
}

impl DatabaseUrl {
    /// The address without what is secret, for people.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("SQLite, {}", path.display()),
            Self::Postgres(url) => {
                let rest = url.expose().rsplit_once('@').map_or(url.expose(), |(_, rest)| rest);
                let place = rest.split('?').next().unwrap_or(rest);
                format!(
                    "PostgreSQL, {}",
                    place.trim_start_matches("postgresql://").trim_start_matches("postgres://")
                )
            }
        }
    }
}

pub(super) fn read(
    entries: &mut Entries,
    folder: &Path,
    data: &Path,
    overlaid: Option<&DatabaseUrl>,
) -> DatabaseUrl {
    if entries.has("url") && entries.has("url_file") {
        entries.complain("url_file", Problem::Clash("both url and url_file are there: keep one"));
    }
    let url = entries.optional::<DatabaseUrl>("url").map(|url| match url {
        DatabaseUrl::Sqlite(path) => DatabaseUrl::Sqlite(folder.join(path)),
        postgres @ DatabaseUrl::Postgres(_) => postgres,
    });
    let from_file = entries.path("url_file", folder).and_then(|path| {
        let text =
            super::files::read_secret(&path).map_err(|problem| entries.complain("url_file", problem)).ok()?;
        let read = DatabaseUrl::read(text.expose());
        let unfit =
            |expected| Problem::Unfit { value: format!("what stands in {}", path.display()), expected };
        read.map_err(|expected| entries.complain("url_file", unfit(expected))).ok()
    });
    overlaid.cloned().or(url).or(from_file).unwrap_or_else(|| DatabaseUrl::Sqlite(data.join("postern.db")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        let url = DatabaseUrl::read("postgres://postern:needle@db.example.org:5432/postern?sslmode=require")
            .unwrap();
        assert_eq!(url.shown(), "PostgreSQL, db.example.org:5432/postern");
        assert!(!format!("{url:?}").contains("needle"));
    }
}

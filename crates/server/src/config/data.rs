//! `[data]`: where Postern keeps what is its own.

use std::path::{Path, PathBuf};

use super::entries::Entries;
use super::schema::{Absent, Key, Kind, Section};

/// The section's table.
pub(super) static SECTION: Section = Section {
    path: "data",
    repeated: false,
    summary: "Where Postern keeps what is its own: the SQLite database, the key file, the certificate of a first start.",
    keys: &[
        Key {
            name: "directory",
            kind: Kind::Text,
            absent: Absent::Means("`./postern-data`, below the folder in which Postern is started"),
            doc: "The folder, made with mode 0700 when it is not there. `--data` and `POSTERN_DATA` go before it.",
        },
        Key {
            name: "key_file",
            kind: Kind::Text,
            absent: Absent::Means("`postern.key` in the data folder"),
            doc: "The keys of every app password and of what is encrypted in the database, mode 0600, made when it is not there. \
                  Back it up apart from the database: each is worthless without the other.",
        },
    ],
};

/// The section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data {
    /// The folder.
    pub directory: PathBuf,
    /// The key file.
    pub key_file: PathBuf,
}

/// The folder's name where nothing else is said.
pub(super) const DEFAULT_DIRECTORY: &str = "./postern-data";

pub(super) fn read(entries: &mut Entries, folder: &Path, overlaid: Option<&Path>) -> Data {
    let written = entries.path("directory", folder);
    let directory =
        overlaid.map(Path::to_owned).or(written).unwrap_or_else(|| PathBuf::from(DEFAULT_DIRECTORY));
    let key_file = entries.path("key_file", folder).unwrap_or_else(|| directory.join("postern.key"));
    Data { directory, key_file }
}

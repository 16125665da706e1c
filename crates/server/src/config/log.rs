//! `[log]`: what is written to standard error.

use tracing_subscriber::filter::{LevelFilter, Targets};

use super::entries::Entries;
use super::schema::{Absent, Key, Kind, Section};
use super::value::Value;

/// The section's table.
pub(super) static SECTION: Section = Section {
    path: "log",
    repeated: false,
    summary: "What is written to standard error. Secrets never are, nor are user names that nobody has: they may be secrets \
              typed into the wrong field.",
    keys: &[
        Key {
            name: "level",
            kind: Kind::Text,
            absent: Absent::Default("info"),
            doc: "`error`, `warn`, `info`, `debug` or `trace`; also by module, as in `info,postern_gateway=debug`.",
        },
        Key {
            name: "format",
            kind: Kind::Text,
            absent: Absent::Default("text"),
            doc: "`text` for people or `json` for programs, one line an event.",
        },
    ],
};

/// The section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// The filter.
    pub level: Level,
    /// The form.
    pub format: Format,
}

/// A filter that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level(pub String);

impl Value for Level {
    fn read(text: &str) -> Result<Self, String> {
        // A word alone would be taken for a module, all of whose lines are wanted.
        let is_level = |word: &str| {
            word.contains('=') || !word.trim().is_empty() && word.trim().parse::<LevelFilter>().is_ok()
        };
        match text.parse::<Targets>() {
            Ok(_) if text.split(',').all(is_level) => Ok(Self(text.to_owned())),
            _ => Err("write error, warn, info, debug or trace, or module=level pairs with commas".to_owned()),
        }
    }
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl Value for Format {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("write text or json".to_owned()),
        }
    }
}

pub(super) fn read(entries: &mut Entries) -> Log {
    Log { level: entries.with_default("level"), format: entries.with_default("format") }
}

//! The entries of one section: each is taken once, by its key; what nobody took is unknown.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::mistake::{Mistake, Problem};
use super::nearest::nearest;
use super::schema::{Absent, Kind, Section};
use super::value::Value;

/// What stands behind a key.
pub(super) enum Written {
    /// A text in quotes.
    Text(String),
    /// A decimal number.
    Whole(String),
    /// `true` or `false`.
    Switch(bool),
    /// A list of texts.
    List(Vec<String>),
    /// Something that no key takes.
    Other(&'static str),
}

impl Written {
    fn name(&self) -> &'static str {
        match self {
            Self::Text(_) => Kind::Text.name(),
            Self::Whole(_) => Kind::Whole.name(),
            Self::Switch(_) => Kind::Switch.name(),
            Self::List(_) => Kind::List.name(),
            Self::Other(name) => name,
        }
    }
}

/// A key with its value.
pub(super) struct Entry {
    pub(super) line: usize,
    pub(super) written: Written,
}

/// The entries of one section, while they are being taken.
pub(super) struct Entries {
    section: &'static Section,
    line: usize,
    entries: BTreeMap<String, Entry>,
    mistakes: Vec<Mistake>,
}

impl Entries {
    pub(super) fn new(section: &'static Section, line: usize, entries: BTreeMap<String, Entry>) -> Self {
        Self { section, line, entries, mistakes: Vec::new() }
    }

    /// A section that the file does not have.
    pub(super) fn empty(section: &'static Section) -> Self {
        Self::new(section, 0, BTreeMap::new())
    }

    /// The value of a key that has a default. After a mistake it is the default, and the configuration is not used.
    pub(super) fn with_default<T: Value>(&mut self, name: &'static str) -> T {
        let Absent::Default(default) = self.declared(name).absent else {
            unreachable!("the table says that {name} has a default")
        };
        let written = self.optional(name);
        written.unwrap_or_else(|| {
            T::read(default).expect("the table's defaults can be read; a test reads them all")
        })
    }

    /// The value of a key that may be absent.
    pub(super) fn optional<T: Value>(&mut self, name: &'static str) -> Option<T> {
        let kind = self.declared(name).kind;
        let entry = self.entries.remove(name)?;
        let text = match (&entry.written, kind) {
            (Written::Text(text), Kind::Text) | (Written::Whole(text), Kind::Whole) => text.clone(),
            (Written::Switch(switch), Kind::Switch) => switch.to_string(),
            (other, _) => {
                let problem = Problem::WrongKind { found: other.name(), expected: kind.name() };
                self.mistake(entry.line, name, problem);
                return None;
            }
        };
        self.read(entry.line, name, &text)
    }

    /// The value of a key that has to be there.
    pub(super) fn required<T: Value>(&mut self, name: &'static str) -> Option<T> {
        if !self.entries.contains_key(name) {
            let doc = self.declared(name).doc;
            self.mistake(self.line, name, Problem::Missing { doc });
        }
        self.optional(name)
    }

    /// The values of a list; empty when it is not there.
    pub(super) fn list<T: Value>(&mut self, name: &'static str) -> Vec<T> {
        let kind = self.declared(name).kind;
        let Some(entry) = self.entries.remove(name) else { return Vec::new() };
        match entry.written {
            Written::List(texts) => {
                texts.iter().filter_map(|text| self.read(entry.line, name, text)).collect()
            }
            other => {
                let problem = Problem::WrongKind { found: other.name(), expected: kind.name() };
                self.mistake(entry.line, name, problem);
                Vec::new()
            }
        }
    }

    /// A path; a relative one starts at the configuration file's folder.
    pub(super) fn path(&mut self, name: &'static str, folder: &Path) -> Option<PathBuf> {
        self.optional::<PathBuf>(name).map(|path| folder.join(path))
    }

    /// Whether the file has that key, and it was not taken yet.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// The line of the section; 0 when the file does not have it.
    pub(super) const fn line(&self) -> usize {
        self.line
    }

    /// How many mistakes were found so far.
    pub(super) const fn mistakes(&self) -> usize {
        self.mistakes.len()
    }

    /// Whether a mistake about that key was noted already.
    pub(super) fn complained(&self, name: &str) -> bool {
        let path = self.section.path;
        self.mistakes.iter().any(|mistake| mistake.key == format!("{path}.{name}"))
    }

    /// Notes a mistake about the section, or about one of its keys that was taken already.
    pub(super) fn complain(&mut self, name: &'static str, problem: Problem) {
        self.mistake(self.line, name, problem);
    }

    /// The mistakes; what nobody took is one.
    pub(super) fn finish(mut self) -> Vec<Mistake> {
        let keys = self.section.keys.iter().map(|key| key.name);
        for (name, entry) in std::mem::take(&mut self.entries) {
            let suggestion = nearest(&name, keys.clone()).map(str::to_owned);
            self.mistake(entry.line, &name, Problem::UnknownKey { suggestion });
        }
        self.mistakes
    }

    fn read<T: Value>(&mut self, line: usize, name: &'static str, text: &str) -> Option<T> {
        match T::read(text) {
            Ok(value) => Some(value),
            Err(expected) => {
                let is_secret = SECRETS.contains(&(self.section.path, name));
                let value = if is_secret { "this".to_owned() } else { text.to_owned() };
                self.mistake(line, name, Problem::Unfit { value, expected });
                None
            }
        }
    }

    fn declared(&self, name: &'static str) -> &'static super::schema::Key {
        self.section.key(name).expect("a section reads only keys that its table lists")
    }

    fn mistake(&mut self, line: usize, name: &str, problem: Problem) {
        let path = self.section.path;
        let key = if name.is_empty() { path.to_owned() } else { format!("{path}.{name}") };
        self.mistakes.push(Mistake { line, key, problem });
    }
}

/// Values that are not repeated in a mistake, by section and key: the address of a database holds its password.
const SECRETS: [(&str, &str); 4] = [
    ("database", "url"),
    ("upstream", "secret"),
    ("provider", "client_secret"),
    ("identity_provider", "client_secret"),
];

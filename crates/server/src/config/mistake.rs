//! Mistakes in the configuration file: each with file, line, key and remedy, all of them at once.

use std::fmt;

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// The section and key: `portal.listen`. Empty where there is none.
    pub key: String,
    /// What is wrong, with the remedy.
    pub problem: Problem,
}

/// Where something stands in the file. It says nothing about what it means: after lines were moved, everything is still
/// the same, and a reload has nothing to tell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line(pub(super) usize);

impl PartialEq for Line {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Line {}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The file is not TOML at this place.
    #[error("{message}")]
    Syntax {
        /// What the parser says.
        message: String,
    },
    /// There is no such section.
    #[error("there is no such section{}", suggest(suggestion.as_deref()))]
    UnknownSection {
        /// The nearest one.
        suggestion: Option<String>,
    },
    /// There is no such key in this section.
    #[error("there is no such key{}", suggest(suggestion.as_deref()))]
    UnknownKey {
        /// The nearest one.
        suggestion: Option<String>,
    },
    /// It must be a section.
    #[error("write it as a section, {header}")]
    NotASection {
        /// How.
        header: String,
    },
    /// Another kind of value stands there.
    #[error("this is {found}; write {expected}")]
    WrongKind {
        /// What stands there.
        found: &'static str,
        /// What should.
        expected: &'static str,
    },
    /// The value cannot be.
    #[error("`{value}` is not possible: {expected}")]
    Unfit {
        /// What stands there; never a secret.
        value: String,
        /// What can stand there.
        expected: String,
    },
    /// A key that has to be there is not.
    #[error("this key is missing: {doc}")]
    Missing {
        /// What it is for.
        doc: &'static str,
    },
    /// Two things that do not go together, or one that goes only with another.
    #[error("{0}")]
    Clash(&'static str),
    /// A file named in the configuration cannot be read.
    #[error("cannot read {path}: {reason}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the operating system said.
        reason: String,
    },
}

impl Problem {
    /// What is wrong, and, where something certain is to be done, what.
    #[must_use]
    pub fn parts(&self) -> (String, Option<String>) {
        match self {
            Self::Syntax { message } => (message.clone(), None),
            Self::UnknownSection { suggestion } => {
                ("there is no such section".to_owned(), Some(known(suggestion.as_deref())))
            }
            Self::UnknownKey { suggestion } => {
                ("there is no such key".to_owned(), Some(known(suggestion.as_deref())))
            }
            Self::NotASection { header } => {
                ("this is no section".to_owned(), Some(format!("write it as a section, {header}")))
            }
            Self::WrongKind { found, expected } => {
                (format!("this is {found}"), Some(format!("write {expected}")))
            }
            Self::Unfit { value, expected } => (format!("`{value}` is not possible"), Some(expected.clone())),
            Self::Missing { doc } => ("this key is missing".to_owned(), Some((*doc).to_owned())),
            Self::Clash(text) => match text.rsplit_once(": ") {
                Some((problem, remedy)) => (problem.to_owned(), Some(remedy.to_owned())),
                None => ((*text).to_owned(), None),
            },
            Self::Unreadable { .. } => (
                self.to_string(),
                Some("correct the path, or give this user the right to read the file".to_owned()),
            ),
        }
    }
}

/// Every mistake in one file, in the order of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistakes {
    /// The file.
    pub file: String,
    /// At least one.
    pub list: Vec<Mistake>,
}

impl Mistakes {
    /// For programs: file, line, key, problem and remedy of each; what does not apply is null.
    #[must_use]
    pub fn as_json(&self) -> serde_json::Value {
        let each = |mistake: &Mistake| {
            let (problem, remedy) = mistake.problem.parts();
            serde_json::json!({
                "file": self.file,
                "line": (mistake.line > 0).then_some(mistake.line),
                "key": (!mistake.key.is_empty()).then_some(&mistake.key),
                "problem": problem,
                "remedy": remedy,
            })
        };
        self.list.iter().map(each).collect()
    }

    /// Sorts them by line.
    pub(super) fn new(file: &str, mut list: Vec<Mistake>) -> Self {
        list.sort_by_key(|mistake| mistake.line);
        Self { file: file.to_owned(), list }
    }
}

impl std::error::Error for Mistakes {}

/// `postern.toml, line 4: portal.listen: …`, one line for each.
impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, mistake) in self.list.iter().enumerate() {
            if position > 0 {
                f.write_str("\n")?;
            }
            f.write_str(&self.file)?;
            if mistake.line > 0 {
                write!(f, ", line {}", mistake.line)?;
            }
            if !mistake.key.is_empty() {
                write!(f, ": {}", mistake.key)?;
            }
            write!(f, ": {}", mistake.problem)?;
        }
        Ok(())
    }
}

fn known(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(
        || "docs/reference/configuration.md lists those that there are".to_owned(),
        |near| format!("write `{near}`"),
    )
}

fn suggest(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(
        || ": see docs/reference/configuration.md for those that there are".to_owned(),
        |near| format!("; did you mean `{near}`?"),
    )
}

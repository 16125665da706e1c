//! The table of the configuration file: every section and key, with its default and its meaning.
//!
//! One table drives the parser (which keys there are, what a missing one means) and the reference page, so that neither
//! can say what the other does not do.

/// A section of the configuration file.
#[derive(Debug)]
pub struct Section {
    /// Its name in the file: `portal`, `smtp.listener`.
    pub path: &'static str,
    /// Whether it may stand several times (`[[smtp.listener]]`).
    pub repeated: bool,
    /// What it is for: full sentences, in Markdown.
    pub summary: &'static str,
    /// Its keys, in the order of the reference page.
    pub keys: &'static [Key],
}

impl Section {
    /// The key of that name.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// How the section is written: `[portal]`, `[[smtp.listener]]`.
    #[must_use]
    pub fn header(&self) -> String {
        if self.repeated { format!("[[{}]]", self.path) } else { format!("[{}]", self.path) }
    }
}

/// A key of a section.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What is written behind the `=`.
    pub kind: Kind,
    /// What it means when it is not there.
    pub absent: Absent,
    /// What it decides: full sentences, in Markdown.
    pub doc: &'static str,
}

/// What is written behind a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A text in quotes.
    Text,
    /// A whole number.
    Whole,
    /// `true` or `false`.
    Switch,
    /// A list of texts.
    List,
}

impl Kind {
    /// How a person calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "a text in quotes",
            Self::Whole => "a whole number",
            Self::Switch => "true or false",
            Self::List => "a list of texts, [\"…\", \"…\"]",
        }
    }
}

/// What a key that is not there means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Absent {
    /// The same as this text.
    Default(&'static str),
    /// What this sentence says.
    Means(&'static str),
    /// It has to be there.
    Required,
}

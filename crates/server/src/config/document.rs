//! The configuration file as a document: sections and entries with the lines on which they stand.

use std::borrow::Cow;
use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::entries::{Entries, Entry, Written};
use super::mistake::{Mistake, Problem};
use super::nearest::nearest;
use super::schema::Section;

/// A file that was read, before its values mean anything.
pub(super) struct Document {
    sections: BTreeMap<&'static str, Vec<Entries>>,
    /// Mistakes found so far.
    pub(super) mistakes: Vec<Mistake>,
}

impl Document {
    /// Reads `source` against the known sections.
    pub(super) fn parse(source: &str, known: &'static [&'static Section]) -> Self {
        let lines = Lines::new(source);
        let (table, errors) = DeTable::parse_recoverable(source);
        let syntax = errors.iter().map(|error| Mistake {
            line: error.span().map_or(0, |span| lines.line(span.start)),
            key: String::new(),
            problem: Problem::Syntax { message: error.message().replace('\n', ", ") },
        });
        let mut document = Self { sections: BTreeMap::new(), mistakes: syntax.collect() };
        // A file that is not TOML has been taken apart at a guess: its keys would only give mistakes that are none.
        if document.mistakes.is_empty() {
            document.walk("", table.get_ref(), &lines, known);
        }
        document
    }

    /// The only section of that kind; empty when the file has none.
    pub(super) fn single(&mut self, section: &'static Section) -> Entries {
        self.sections
            .remove(section.path)
            .and_then(|mut list| list.pop())
            .unwrap_or_else(|| Entries::empty(section))
    }

    /// Every section of that kind, in the order of the file.
    pub(super) fn repeated(&mut self, section: &'static Section) -> Vec<Entries> {
        self.sections.remove(section.path).unwrap_or_default()
    }

    /// Takes the sections in `table`, which has the path `prefix`.
    fn walk(&mut self, prefix: &str, table: &DeTable<'_>, lines: &Lines, known: &'static [&'static Section]) {
        for (name, value) in table {
            let path = join(prefix, name.get_ref());
            let line = lines.line(name.span().start);
            let section = known.iter().copied().find(|section| section.path == path);
            let inner = known.iter().any(|section| section.path.starts_with(&format!("{path}.")));
            match (value.get_ref(), section) {
                (DeValue::Table(table), Some(section)) if !section.repeated => {
                    self.take(section, line, table, lines);
                    if inner {
                        self.walk(&path, table, lines, known);
                    }
                }
                (DeValue::Array(list), Some(section)) if section.repeated => {
                    for item in list {
                        match item.get_ref() {
                            DeValue::Table(table) => {
                                self.take(section, lines.line(item.span().start), table, lines);
                            }
                            _ => self.not_a_section(line, &path, section),
                        }
                    }
                }
                (_, Some(section)) => self.not_a_section(line, &path, section),
                (DeValue::Table(table), None) if inner => self.walk(&path, table, lines, known),
                // Keys of a known section were taken with it.
                (_, None) if !prefix.is_empty() && known.iter().any(|section| section.path == prefix) => {}
                (_, None) => {
                    let suggestion =
                        nearest(&path, known.iter().map(|section| section.path)).map(str::to_owned);
                    self.mistakes.push(Mistake {
                        line,
                        key: path.into_owned(),
                        problem: Problem::UnknownSection { suggestion },
                    });
                }
            }
        }
    }

    fn not_a_section(&mut self, line: usize, path: &str, section: &Section) {
        let problem = Problem::NotASection { header: section.header() };
        self.mistakes.push(Mistake { line, key: path.to_owned(), problem });
    }

    /// Takes the entries of one section that are not sections themselves.
    fn take(&mut self, section: &'static Section, line: usize, table: &DeTable<'_>, lines: &Lines) {
        let entries = table
            .iter()
            .filter(|(_, value)| !is_section(value.get_ref()))
            .map(|(name, value)| {
                let line = lines.line(name.span().start);
                (name.get_ref().to_string(), Entry { line, written: written(value.get_ref()) })
            })
            .collect();
        self.sections.entry(section.path).or_default().push(Entries::new(section, line, entries));
    }
}

/// Tables, and lists of tables.
fn is_section(value: &DeValue<'_>) -> bool {
    match value {
        DeValue::Table(_) => true,
        DeValue::Array(list) => list.iter().any(|item| matches!(item.get_ref(), DeValue::Table(_))),
        _ => false,
    }
}

fn written(value: &DeValue<'_>) -> Written {
    match value {
        DeValue::String(text) => Written::Text(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Written::Whole(number.as_str().replace('_', "")),
        DeValue::Boolean(switch) => Written::Switch(*switch),
        DeValue::Array(list) => {
            let texts: Option<Vec<_>> =
                list.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect();
            texts.map_or(Written::Other("a list of other things than texts"), Written::List)
        }
        DeValue::Float(_) => Written::Other("a number with a fraction"),
        DeValue::Datetime(_) => Written::Other("a date without quotes"),
        DeValue::Integer(_) => Written::Other("a number that is not decimal"),
        DeValue::Table(_) => Written::Other("a table"),
    }
}

fn join<'a>(prefix: &str, name: &'a str) -> Cow<'a, str> {
    if prefix.is_empty() { Cow::Borrowed(name) } else { Cow::Owned(format!("{prefix}.{name}")) }
}

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn new(source: &str) -> Self {
        Self(std::iter::once(0).chain(source.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }

    /// The line of an offset, from 1.
    fn line(&self, offset: usize) -> usize {
        self.0.partition_point(|start| *start <= offset)
    }
}

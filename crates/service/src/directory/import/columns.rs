//! The head of the file: which column is which.

use super::mistake::{ImportMistake, Wrong};

/// A column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Column {
    Name,
    Aliases,
    Kind,
    Role,
    Mfa,
    Groups,
    ExternalId,
    Status,
}

/// The columns by their names in the head.
pub(super) const NAMES: &[&str] =
    &["name", "aliases", "kind", "role", "mfa", "groups", "external id", "status"];

const COLUMNS: [Column; 8] = [
    Column::Name,
    Column::Aliases,
    Column::Kind,
    Column::Role,
    Column::Mfa,
    Column::Groups,
    Column::ExternalId,
    Column::Status,
];

impl Column {
    /// Its name in the head.
    pub(super) const fn name(self) -> &'static str {
        NAMES[self as usize]
    }

    fn from_head(head: &str) -> Option<Self> {
        COLUMNS.into_iter().find(|column| folded(column.name()) == folded(head))
    }
}

fn folded(head: &str) -> String {
    let counts = |character: &char| !matches!(character, ' ' | '-' | '_');
    head.trim().chars().filter(counts).flat_map(char::to_lowercase).collect()
}

/// Which cell of a row belongs to which column.
#[derive(Debug)]
pub(super) struct Head(Vec<Column>);

impl Head {
    /// Reads the head.
    ///
    /// # Errors
    /// Every mistake in it.
    pub(super) fn read(line: u64, cells: &[String]) -> Result<Self, Vec<ImportMistake>> {
        let mut mistakes = Vec::new();
        let mut columns = Vec::new();
        for cell in cells {
            match Column::from_head(cell) {
                Some(column) if columns.contains(&column) => {
                    mistakes.push(ImportMistake::of(line, column, Wrong::ColumnTwice));
                }
                Some(column) => columns.push(column),
                None => mistakes.push(ImportMistake {
                    line,
                    column: None,
                    wrong: Wrong::UnknownColumn { head: cell.trim().to_owned() },
                }),
            }
        }
        if !columns.contains(&Column::Name) && mistakes.is_empty() {
            mistakes.push(ImportMistake { line, column: None, wrong: Wrong::NoNameColumn });
        }
        if mistakes.is_empty() { Ok(Self(columns)) } else { Err(mistakes) }
    }

    /// How many cells a row has.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The cell of a column; none when the file has no such column.
    pub(super) fn cell<'r>(&self, row: &'r [String], column: Column) -> Option<&'r str> {
        let place = self.0.iter().position(|known| *known == column)?;
        row.get(place).map(|cell| cell.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(head: &[&str]) -> Result<Vec<Column>, Vec<String>> {
        let cells: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
        Head::read(1, &cells)
            .map(|head| head.0)
            .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn every_column_is_found_however_its_head_is_written() {
        for (name, column) in NAMES.iter().zip(COLUMNS) {
            assert_eq!((column.name(), Column::from_head(name)), (*name, Some(column)));
        }
        use Column::{ExternalId, Mfa, Name};
        assert_eq!(read(&["MFA", " Name ", "externalId"]), Ok(vec![Mfa, Name, ExternalId]));
        assert_eq!(read(&["name", "External-ID"]), Ok(vec![Name, ExternalId]));
    }

    #[test]
    fn every_mistake_in_the_head_is_named() {
        assert_eq!(
            read(&["name", "Abteilung", "Name", "phone"]).unwrap_err(),
            [
                "line 1: there is no column “Abteilung”: the columns are name, aliases, kind, role, mfa, groups, external id, status",
                "line 1, name: this column is there twice: remove one",
                "line 1: there is no column “phone”: the columns are name, aliases, kind, role, mfa, groups, external id, status",
            ]
        );
        assert_eq!(
            read(&["kind"]).unwrap_err(),
            [
                "line 1: the first line must name the columns, and one of them must be name: write for example name,aliases,groups"
            ]
        );
    }
}

//! The octets of a file as rows of cells.

use super::Import;
use super::columns::Head;
use super::mistake::{ImportMistake, ImportMistakes, Wrong};

/// A row with the line on which it begins.
pub(super) struct Cells {
    pub(super) line: u64,
    pub(super) cells: Vec<String>,
}

/// The rows of a file under its head. Empty lines are none.
pub(super) struct Table<'f> {
    pub(super) head: Head,
    records: Records<'f>,
    rows: usize,
}

impl<'f> Table<'f> {
    /// Reads the head.
    ///
    /// # Errors
    /// The mistakes in it.
    pub(super) fn open(file: &'f [u8]) -> Result<Self, ImportMistakes> {
        let whole = |wrong| ImportMistakes::new(vec![ImportMistake { line: 1, column: None, wrong }]);
        if file.len() > Import::MOST_OCTETS {
            return Err(whole(Wrong::TooLong));
        }
        let mut records = Records::new(file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file));
        let head = match records.read() {
            Some(Ok(head)) => head,
            Some(Err(mistake)) => return Err(ImportMistakes::new(vec![mistake])),
            None => return Err(whole(Wrong::Empty)),
        };
        let head = Head::read(head.line, &head.cells).map_err(ImportMistakes::new)?;
        Ok(Self { head, records, rows: 0 })
    }

    /// The next row; none at the end, and after more rows than there may be.
    pub(super) fn next_row(&mut self) -> Option<Result<Cells, ImportMistake>> {
        let row = self.records.read()?;
        self.rows += 1;
        match (row, self.rows) {
            (Ok(row), rows) if rows == Import::MOST_ROWS + 1 => {
                Some(Err(ImportMistake { line: row.line, column: None, wrong: Wrong::TooManyRows }))
            }
            (_, rows) if rows > Import::MOST_ROWS => None,
            (Ok(row), _) if row.cells.len() != self.head.len() => {
                let wrong = Wrong::Cells { found: row.cells.len(), expected: self.head.len() };
                Some(Err(ImportMistake { line: row.line, column: None, wrong }))
            }
            (row, _) => Some(row),
        }
    }
}

/// Programs of countries that write a decimal comma put semicolons between the cells, and what is copied out of a
/// spreadsheet has tabs there. No column's name has any of them.
fn delimiter(file: &[u8]) -> u8 {
    let head = file.split(|octet| matches!(octet, b'\r' | b'\n')).find(|line| !line.is_empty());
    let has = |octet| head.is_some_and(|head| head.contains(&octet));
    [b'\t', b',', b';'].into_iter().find(|octet| has(*octet)).unwrap_or(b',')
}

/// The records of a file with their lines. The reader tells where it began to look for a record, empty lines before it
/// included, so that lines are counted here.
struct Records<'f> {
    file: &'f [u8],
    reader: csv::Reader<&'f [u8]>,
    record: csv::StringRecord,
    /// Octets up to which line breaks were counted.
    counted: usize,
    line: u64,
}

impl<'f> Records<'f> {
    fn new(file: &'f [u8]) -> Self {
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter(file))
            .from_reader(file);
        Self { file, reader, record: csv::StringRecord::new(), counted: 0, line: 1 }
    }

    fn read(&mut self) -> Option<Result<Cells, ImportMistake>> {
        let read = self.reader.read_record(&mut self.record);
        let position = match &read {
            Ok(false) => return None,
            Ok(true) => self.record.position(),
            Err(error) => error.position(),
        };
        let start = position.map_or(0, csv::Position::byte);
        let line = self.line_at(start);
        if self.ends_in_quotes(start) {
            return Some(Err(ImportMistake { line, column: None, wrong: Wrong::OpenQuote }));
        }
        Some(match read {
            Ok(_) => Ok(Cells { line, cells: self.record.iter().map(str::to_owned).collect() }),
            // In memory, and with rows of any length, only the character set can be wrong.
            Err(_) => Err(ImportMistake { line, column: None, wrong: Wrong::NotUtf8 }),
        })
    }

    /// Whether the row that begins there is the last, and has a quotation mark without its counterpart. The reader takes
    /// such a cell for one that ends with the file, and with it every row that it swallowed.
    fn ends_in_quotes(&self, start: u64) -> bool {
        let is_last = usize::try_from(self.reader.position().byte()).is_ok_and(|end| end >= self.file.len());
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let row = self.file.get(start..).unwrap_or_default();
        is_last && row.iter().filter(|octet| **octet == b'"').count() % 2 == 1
    }

    /// The line of the first octet from there on that is no line break.
    fn line_at(&mut self, offset: u64) -> u64 {
        let mut end = usize::try_from(offset).unwrap_or(usize::MAX).min(self.file.len());
        while matches!(self.file.get(end), Some(b'\r' | b'\n')) {
            end += 1;
        }
        let passed = self.file.get(self.counted..end).unwrap_or_default();
        self.line += passed.iter().filter(|octet| **octet == b'\n').count() as u64;
        self.counted = self.counted.max(end);
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(file: &[u8]) -> Vec<String> {
        let mut table = match Table::open(file) {
            Ok(table) => table,
            Err(mistakes) => return mistakes.first.iter().map(ToString::to_string).collect(),
        };
        std::iter::from_fn(|| table.next_row())
            .map(|row| match row {
                Ok(row) => format!("{} {}", row.line, row.cells.join("|")),
                Err(mistake) => mistake.to_string(),
            })
            .collect()
    }

    #[test]
    fn files_of_every_program_are_read() {
        let expected = ["2 a@x.test|b", "3 c@x.test|"];
        for file in [
            "name,groups\na@x.test,b\nc@x.test,\n",
            "name,groups\r\na@x.test,b\r\nc@x.test,",
            "name\tgroups\r\na@x.test\tb\r\nc@x.test\t\r\n",
            "\u{feff}name;groups\na@x.test;b\nc@x.test;\n",
            "\"name\",\"groups\"\n\"a@x.test\",\"b\"\n\"c@x.test\",\"\"\n",
        ] {
            assert_eq!(rows(file.as_bytes()), expected, "{file}");
        }
    }

    #[test]
    fn a_row_is_known_by_the_line_on_which_it_begins() {
        let file = "name,groups\n\na@x.test,\"b\nc\"\n\n\nd@x.test,e\nshort\n\"x,y\",z,\n";
        assert_eq!(
            rows(file.as_bytes()),
            [
                "3 a@x.test|b\nc",
                "7 d@x.test|e",
                "line 8: 1 cells, but the first line names 2 columns: put quotes around a cell that has a comma in it",
                "line 9: 3 cells, but the first line names 2 columns: put quotes around a cell that has a comma in it",
            ]
        );
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_swallows_no_rows() {
        let told = "line 3: a quotation mark is opened here and never closed: close it, and write one within a quoted cell twice";
        for file in [
            "name,groups\na@x.test,\nb@x.test,\"staff\nc@x.test,\n",
            "name,groups\na@x.test,\nb@x.test,\"staff",
            "name,groups\na@x.test,\n\"b@x.test,\nc@x.test,\n\n",
        ] {
            assert_eq!(rows(file.as_bytes()), ["2 a@x.test|", told], "{file}");
        }
        assert_eq!(rows(b"name,groups\na@x.test,\"x \"\"y\"\"\""), ["2 a@x.test|x \"y\""]);
    }

    #[test]
    fn what_is_no_table_is_said_to_be_none() {
        assert_eq!(
            rows(b""),
            ["line 1: the file is empty: its first line must name the columns, one of them name"]
        );
        assert_eq!(
            rows(b"name\na@x.test\n\xff\xfe\nb@x.test\n"),
            ["2 a@x.test", "line 3: not UTF-8: save the file as \u{201c}CSV UTF-8\u{201d}", "4 b@x.test"]
        );
    }
}

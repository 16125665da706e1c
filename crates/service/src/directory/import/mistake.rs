//! What is wrong in a file, where, and what to do about it.

use std::fmt;

use postern_domain::account::{AccountName, InvalidAccountName, InvalidGroupName};
use postern_domain::directory::{ExternalId, InvalidExternalId};

use super::Import;
use super::columns::{Column, NAMES};

/// A mistake in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportMistake {
    /// The line, counted from 1, on which the row begins.
    pub line: u64,
    /// The column, where it is in one.
    pub column: Option<&'static str>,
    /// What is wrong.
    pub wrong: Wrong,
}

impl ImportMistake {
    pub(super) const fn of(line: u64, column: Column, wrong: Wrong) -> Self {
        Self { line, column: Some(column.name()), wrong }
    }
}

/// `line 7, mfa: …`
impl fmt::Display for ImportMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(column) = self.column {
            write!(f, ", {column}")?;
        }
        write!(f, ": {}", self.wrong)
    }
}

/// What is wrong. Each says what to do.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Wrong {
    /// The file is longer than any.
    #[error("the file is too long: at most {} MiB, split it", Import::MOST_OCTETS / 1024 / 1024)]
    TooLong,
    /// More rows than there may be.
    #[error("too many accounts: at most {} in one file, split it", Import::MOST_ROWS)]
    TooManyRows,
    /// No row at all.
    #[error("the file is empty: its first line must name the columns, one of them name")]
    Empty,
    /// Not UTF-8.
    #[error("not UTF-8: save the file as “CSV UTF-8”")]
    NotUtf8,
    /// The last cell goes on to the end of the file.
    #[error(
        "a quotation mark is opened here and never closed: close it, and write one within a quoted cell twice"
    )]
    OpenQuote,
    /// A head that is none of ours.
    #[error("there is no column “{}”: the columns are {}", legible(head), NAMES.join(", "))]
    UnknownColumn {
        /// As it stands in the file.
        head: String,
    },
    /// A column twice.
    #[error("this column is there twice: remove one")]
    ColumnTwice,
    /// No column with the user names.
    #[error(
        "the first line must name the columns, and one of them must be name: write for example name,aliases,groups"
    )]
    NoNameColumn,
    /// A row that is longer or shorter than the head.
    #[error(
        "{found} cells, but the first line names {expected} columns: put quotes around a cell that has a comma in it"
    )]
    Cells {
        /// Cells of the row.
        found: usize,
        /// Columns of the head.
        expected: usize,
    },
    /// No address, or a wrong one.
    #[error("“{}” is {reason}", legible(text))]
    Address {
        /// As it stands in the file.
        text: String,
        /// Why it is none.
        reason: InvalidAccountName,
    },
    /// An empty name.
    #[error("empty: every row needs the account's user name, an e-mail address")]
    NoName,
    /// Too many aliases.
    #[error("{found} aliases: an account has at most {most}")]
    TooManyAliases {
        /// In the cell.
        found: usize,
        /// The most.
        most: usize,
    },
    /// None of the words that the column takes.
    #[error("“{}” is none of {expected}", legible(text))]
    Word {
        /// As it stands in the file.
        text: String,
        /// The words.
        expected: &'static str,
    },
    /// No name of a group.
    #[error("“{}” is {reason}", legible(text))]
    Group {
        /// As it stands in the file.
        text: String,
        /// Why it is none.
        reason: InvalidGroupName,
    },
    /// Too many groups.
    #[error("{found} groups: an account is in at most {most}")]
    TooManyGroups {
        /// In the cell.
        found: usize,
        /// The most.
        most: usize,
    },
    /// No external id.
    #[error("{0}")]
    ExternalId(#[from] InvalidExternalId),
    /// An address that another row has too.
    #[error("{address} is in line {line} too: an address belongs to one account")]
    AddressTwice {
        /// The address.
        address: AccountName,
        /// The other line.
        line: u64,
    },
    /// An external id that another row has too.
    #[error("{external_id} is in line {line} too: an external id belongs to one account")]
    ExternalIdTwice {
        /// The external id.
        external_id: ExternalId,
        /// The other line.
        line: u64,
    },
    /// An address of an account that the row does not mean.
    #[error("{address} belongs to {owner} already: take it away there first")]
    AddressTaken {
        /// The address.
        address: AccountName,
        /// Whose it is.
        owner: AccountName,
    },
    /// A name that is an alias of an account.
    #[error("this is an alias of {owner}: write its user name {owner}")]
    NameIsAlias {
        /// Whose alias.
        owner: AccountName,
    },
    /// Name and external id mean different accounts.
    #[error(
        "{external_id} is the external id of {owner}, and another account has the name of this row: correct one of the two"
    )]
    TwoAccounts {
        /// The external id.
        external_id: ExternalId,
        /// Whose it is.
        owner: AccountName,
    },
    /// A role that who asks may not give.
    #[error("your role does not allow giving or taking roles: leave the column out")]
    RoleNotAllowed,
    /// An account that who asks may not change.
    #[error("{name} has a role, and yours does not allow changing it")]
    HasMoreRights {
        /// The account.
        name: AccountName,
    },
    /// A permission that a row needs beside that for importing.
    #[error("your role does not allow that: leave the column out")]
    NotAllowed,
}

/// A cell for people to read, on a terminal too: its beginning, with what nobody sees as `\u{1b}`.
fn legible(cell: &str) -> String {
    const LONGEST: usize = 100;
    let mut legible = String::new();
    for (place, character) in cell.chars().enumerate() {
        if place == LONGEST {
            legible.push('…');
            break;
        }
        if postern_domain::text::is_unseen(character) {
            legible.extend(character.escape_unicode());
        } else {
            legible.push(character);
        }
    }
    legible
}

/// The mistakes of a file, in the order of its lines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportMistakes {
    /// The first ones, at most [`Self::MOST_KEPT`].
    pub first: Vec<ImportMistake>,
    /// How many there are.
    pub count: usize,
}

impl ImportMistakes {
    /// Most mistakes that are kept: who has more corrects the file by another means than reading them.
    pub const MOST_KEPT: usize = 500;

    /// Of all mistakes.
    pub(super) fn new(mut all: Vec<ImportMistake>) -> Self {
        let count = all.len();
        all.sort_by_key(|mistake| mistake.line);
        all.truncate(Self::MOST_KEPT);
        Self { first: all, count }
    }
}

/// Each on a line.
impl fmt::Display for ImportMistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.count == 1 { "mistake" } else { "mistakes" };
        write!(f, "the file has {} {plural}, nothing was imported:", self.count)?;
        for mistake in &self.first {
            write!(f, "\n  {mistake}")?;
        }
        let more = self.count - self.first.len();
        if more > 0 { write!(f, "\n  and {more} more") } else { Ok(()) }
    }
}

//! A row as what it wants of an account.

use std::str::FromStr;

use postern_domain::Timestamp;
use postern_domain::account::{
    Account, AccountKind, AccountName, AccountStatus, GroupName, InvalidAccountName, Role,
};
use postern_domain::directory::ExternalId;
use postern_domain::mfa::MfaState;

use super::columns::{Column, Head};
use super::mistake::{ImportMistake, Wrong};
use super::table::Cells;
use crate::By;
use crate::account::{AddAccount, block};
use crate::directory::apply::WithEntry;

/// What a row wants. None leaves what is there: the file has no such column, or, of a word, the cell is empty.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) name: AccountName,
    /// Sorted, without the name.
    pub(super) aliases: Option<Vec<AccountName>>,
    pub(super) kind: Option<AccountKind>,
    pub(super) role: Option<Role>,
    pub(super) mfa: Option<MfaState>,
    /// Sorted.
    pub(super) groups: Option<Vec<GroupName>>,
    pub(super) external_id: Option<Option<ExternalId>>,
    pub(super) blocked: Option<bool>,
}

const KINDS: &str = "person, service-account";
const ROLES: &str = "member, help-desk, auditor, authentication-administrator, global-administrator";
const MFA_STATES: &str = "disabled, enabled, enforced";
const STATUSES: &str = "active, blocked";

impl Row {
    /// Reads a row.
    ///
    /// # Errors
    /// Every mistake in it.
    pub(super) fn read(head: &Head, cells: &Cells) -> Result<Self, Vec<ImportMistake>> {
        let mut reader = Reader { head, cells, mistakes: Vec::new() };
        let name = reader.name();
        let aliases = reader.list(Column::Aliases, AddAccount::MOST_ALIASES, |text| {
            text.parse()
                .map_err(|reason: InvalidAccountName| Wrong::Address { text: text.to_owned(), reason })
        });
        let groups = reader.list(Column::Groups, GroupName::MOST_OF_AN_ACCOUNT, |text| {
            text.parse().map_err(|reason| Wrong::Group { text: text.to_owned(), reason })
        });
        let kind = reader.word(Column::Kind, KINDS, |word| match word {
            "person" => Some(AccountKind::Person),
            "service-account" | "service account" => Some(AccountKind::ServiceAccount),
            _ => None,
        });
        let role = reader.word(Column::Role, ROLES, Role::from_name);
        let mfa = reader.word(Column::Mfa, MFA_STATES, |word| word.parse().ok());
        let blocked = reader.word(Column::Status, STATUSES, |word| match word {
            "active" => Some(false),
            "blocked" => Some(true),
            _ => None,
        });
        let external_id = reader.external_id();
        match name {
            Some(name) if reader.mistakes.is_empty() => {
                let aliases = aliases.map(|mut aliases| {
                    aliases.retain(|alias| *alias != name);
                    aliases
                });
                Ok(Self { line: cells.line, name, aliases, kind, role, mfa, groups, external_id, blocked })
            }
            _ => Err(reader.mistakes),
        }
    }

    /// What becomes of an account by this row.
    pub(super) fn applied_to(
        &self,
        (account, entry): &WithEntry,
        has_method: bool,
        by: By<'_>,
        now: Timestamp,
    ) -> WithEntry {
        let (mut account, mut entry) = (account.clone(), entry.clone());
        account.name = self.name.clone();
        if let Some(aliases) = &self.aliases {
            account.aliases.clone_from(aliases);
        }
        account.aliases.retain(|alias| *alias != self.name);
        account.kind = self.kind.unwrap_or(account.kind);
        account.role = self.role.unwrap_or(account.role);
        if let Some(wanted) = self.mfa {
            account.mfa = MfaState::set_by_administrator(wanted, has_method);
        }
        if let Some(groups) = &self.groups {
            account.groups.clone_from(groups);
        }
        if let Some(external_id) = &self.external_id {
            entry.external_id.clone_from(external_id);
        }
        match self.blocked {
            Some(true) if account.status == AccountStatus::Active => block(&mut account, by, now),
            Some(false) => account.status = AccountStatus::Active,
            Some(true) | None => {}
        }
        (account, entry)
    }

    /// The addresses of the account as the row wants them.
    pub(super) fn addresses(&self) -> impl Iterator<Item = &AccountName> {
        std::iter::once(&self.name).chain(self.aliases.iter().flatten())
    }

    /// Whether it asks for a state that a registered method makes another one.
    pub(super) fn depends_on_methods(&self, account: &Account) -> bool {
        self.mfa == Some(MfaState::Enabled) && account.mfa != MfaState::Enabled
    }
}

/// Reads the cells of one row and gathers what is wrong.
struct Reader<'r> {
    head: &'r Head,
    cells: &'r Cells,
    mistakes: Vec<ImportMistake>,
}

impl Reader<'_> {
    fn wrong(&mut self, column: Column, wrong: Wrong) {
        self.mistakes.push(ImportMistake::of(self.cells.line, column, wrong));
    }

    fn name(&mut self) -> Option<AccountName> {
        let text = self.head.cell(&self.cells.cells, Column::Name).unwrap_or_default();
        if text.is_empty() {
            self.wrong(Column::Name, Wrong::NoName);
            return None;
        }
        match AccountName::from_str(text) {
            Ok(name) => Some(name),
            Err(reason) => {
                self.wrong(Column::Name, Wrong::Address { text: text.to_owned(), reason });
                None
            }
        }
    }

    /// Entries between spaces, commas, semicolons or line breaks. None of them may have any of these in it.
    fn list<T: Ord>(
        &mut self,
        column: Column,
        most: usize,
        read: impl Fn(&str) -> Result<T, Wrong>,
    ) -> Option<Vec<T>> {
        let cell = self.head.cell(&self.cells.cells, column)?;
        let mut entries = Vec::new();
        for text in cell.split([' ', ',', ';', '\t', '\r', '\n']).filter(|text| !text.is_empty()) {
            match read(text) {
                Ok(entry) => entries.push(entry),
                Err(wrong) => self.wrong(column, wrong),
            }
        }
        entries.sort();
        entries.dedup();
        let found = entries.len();
        if found > most {
            let wrong = match column {
                Column::Groups => Wrong::TooManyGroups { found, most },
                _ => Wrong::TooManyAliases { found, most },
            };
            self.wrong(column, wrong);
        }
        Some(entries)
    }

    fn word<T>(
        &mut self,
        column: Column,
        expected: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.head.cell(&self.cells.cells, column).filter(|cell| !cell.is_empty())?;
        let word = read(&text.to_lowercase());
        if word.is_none() {
            self.wrong(column, Wrong::Word { text: text.to_owned(), expected });
        }
        word
    }

    fn external_id(&mut self) -> Option<Option<ExternalId>> {
        match self.head.cell(&self.cells.cells, Column::ExternalId)? {
            "" => Some(None),
            text => match text.parse() {
                Ok(external_id) => Some(Some(external_id)),
                Err(wrong) => {
                    self.wrong(Column::ExternalId, Wrong::ExternalId(wrong));
                    None
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::import::table::Table;

    fn mistakes(file: &str) -> Vec<String> {
        let mut table = Table::open(file.as_bytes()).unwrap();
        let row = table.next_row().unwrap().unwrap();
        let mistakes = Row::read(&table.head, &row).unwrap_err();
        mistakes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_words_named_are_those_that_are_taken() {
        for role in ROLES.split(", ") {
            assert!(Role::from_name(role).is_some(), "{role}");
        }
        assert_eq!(ROLES.split(", ").count(), Role::ALL.len());
        let states: Vec<_> = MfaState::ALL.iter().map(|state| state.name()).collect();
        assert_eq!(states.join(", "), MFA_STATES);
    }

    #[test]
    fn every_mistake_of_a_row_is_named_with_its_column_and_what_to_do() {
        let head = "name,aliases,kind,role,mfa,groups,external id,status\n";
        assert_eq!(
            mistakes(&format!("{head}anna,a@x.test b c@x.test,robot,boss,on,sales Büro,\u{200b}x,gone\n")),
            [
                "line 2, name: “anna” is not an e-mail address: write it as name@example.org",
                "line 2, aliases: “b” is not an e-mail address: write it as name@example.org",
                "line 2, groups: “Büro” is not the name of a group: 1 to 64 letters a to z, digits, hyphens, underscores and dots, beginning with a letter or digit",
                "line 2, kind: “robot” is none of person, service-account",
                "line 2, role: “boss” is none of member, help-desk, auditor, authentication-administrator, global-administrator",
                "line 2, mfa: “on” is none of disabled, enabled, enforced",
                "line 2, status: “gone” is none of active, blocked",
                "line 2, external id: not an external id: 1 to 256 visible characters, no white space at either end",
            ]
        );
        assert_eq!(
            mistakes("groups,name\nsales, \n"),
            ["line 2, name: empty: every row needs the account's user name, an e-mail address"]
        );
        let many: String = (0..65).map(|number| format!(" a{number}@x.test")).collect();
        assert_eq!(
            mistakes(&format!("name,aliases\nanna@x.test,{many}\n")),
            ["line 2, aliases: 65 aliases: an account has at most 64"]
        );
    }
}

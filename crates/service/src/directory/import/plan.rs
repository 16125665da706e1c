//! Compare a file with the directory: what would be added and changed, or every mistake.

use std::collections::HashMap;

use postern_domain::account::{Account, AccountKind, AccountName, AccountStatus, Permission, Role};
use postern_domain::directory::{DirectoryEntry, ExternalId};
use postern_domain::id::AccountId;
use postern_storage::Snapshot;

use super::columns::Column;
use super::existing::Existing;
use super::mistake::{ImportMistake, ImportMistakes, Wrong};
use super::row::Row;
use super::table::Table;
use super::{Import, ImportError};
use crate::account::AddAccount;
use crate::authorise::Asker;
use crate::directory::Difference;
use crate::directory::apply::WithEntry;
use crate::directory::difference::differences;
use crate::{By, Service};

/// What an import would do. Made of a whole file without a mistake.
#[derive(Debug)]
pub struct ImportPlan {
    pub(super) added: Vec<PlannedAccount>,
    pub(super) changed: Vec<PlannedAccount>,
    pub(super) blocked: Vec<(AccountId, AccountName)>,
    unchanged: usize,
}

/// An account that an import would add or change.
#[derive(Debug)]
pub struct PlannedAccount {
    pub(super) row: Row,
    /// None for a new one.
    pub(super) account: Option<AccountId>,
    pub(super) differences: Vec<Difference>,
}

impl PlannedAccount {
    /// The line of the file.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.row.line
    }

    /// Its user name, as it will be.
    #[must_use]
    pub const fn name(&self) -> &AccountName {
        &self.row.name
    }

    /// What changes; nothing for a new one.
    #[must_use]
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }
}

impl ImportPlan {
    /// The accounts that would be added, in the order of the file.
    #[must_use]
    pub fn added(&self) -> &[PlannedAccount] {
        &self.added
    }

    /// The accounts that would be changed.
    #[must_use]
    pub fn changed(&self) -> &[PlannedAccount] {
        &self.changed
    }

    /// The persons that would be blocked because the file does not name them.
    pub fn blocked(&self) -> impl ExactSizeIterator<Item = &AccountName> {
        self.blocked.iter().map(|(_, name)| name)
    }

    /// How many accounts of the file are already as it wants them.
    #[must_use]
    pub const fn unchanged(&self) -> usize {
        self.unchanged
    }

    /// Whether nothing would be done.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.blocked.is_empty()
    }
}

impl Service {
    /// Reads a file beside the directory and says what importing it would do; changes nothing.
    ///
    /// # Errors
    /// [`ImportError`]: every mistake of the file at once.
    pub async fn plan_import(&self, by: By<'_>, import: Import<'_>) -> Result<ImportPlan, ImportError> {
        let now = self.now();
        let mut snapshot = self.parts.store.snapshot().await?;
        let asker = Asker::read(by, &mut *snapshot, now).await?;
        if !asker.may(Permission::ManageAccounts) {
            return Err(ImportError::NotAllowed);
        }
        if import.block_missing.is_some() && !asker.may(Permission::BlockAccounts) {
            return Err(ImportError::NotAllowed);
        }
        let rows = read_rows(import.file).map_err(ImportError::Mistakes)?;
        let existing = Existing::read(&mut *snapshot).await?;
        let mut comparison = Comparison::new(&asker, &existing);
        let mut plan =
            ImportPlan { added: Vec::new(), changed: Vec::new(), blocked: Vec::new(), unchanged: 0 };
        for row in rows {
            let place = comparison.place_of(&row);
            let current = match place {
                Some(place) => existing.accounts[place].clone(),
                None => self.account_for(&row),
            };
            let has_method = place.is_some() && has_method(&mut *snapshot, &row, &current.0).await?;
            let wanted = row.applied_to(&current, has_method, by, now);
            let differences = differences((&current.0, &current.1), (&wanted.0, &wanted.1));
            comparison.check(&row, place, &current.0, &wanted.0);
            match place {
                None => plan.added.push(PlannedAccount { row, account: None, differences: Vec::new() }),
                Some(_) if differences.is_empty() => plan.unchanged += 1,
                Some(_) => {
                    plan.changed.push(PlannedAccount { row, account: Some(current.0.id), differences });
                }
            }
        }
        comparison.finish()?;
        if let Some(most) = import.block_missing {
            plan.blocked = comparison.missing();
            let missing = plan.blocked.len() as u64;
            if missing > most {
                return Err(ImportError::TooManyMissing { missing, most });
            }
        }
        // What takes rights away comes last, so that whoever follows is there before somebody goes.
        plan.changed.sort_by_key(|planned| planned.row.role != Some(Role::GlobalAdministrator));
        Ok(plan)
    }

    /// The account that a row adds, before the row is applied to it.
    pub(super) fn account_for(&self, row: &Row) -> WithEntry {
        let new = AddAccount {
            name: row.name.clone(),
            aliases: Vec::new(),
            kind: AccountKind::Person,
            role: Role::Member,
            mfa: None,
            password: None,
        };
        let account = self.account_from(new, self.settings().mfa_state_of_new_accounts);
        let entry = DirectoryEntry::new(account.id);
        (account, entry)
    }
}

/// Whether the account has a registered method, read only where it makes a difference.
pub(super) async fn has_method(
    state: &mut (dyn Snapshot + '_),
    row: &Row,
    account: &Account,
) -> Result<bool, postern_storage::StorageError> {
    Ok(row.depends_on_methods(account) && !state.methods_of(account.id).await?.is_empty())
}

/// Reads every row.
fn read_rows(file: &[u8]) -> Result<Vec<Row>, ImportMistakes> {
    let mut table = Table::open(file)?;
    let (mut rows, mut mistakes) = (Vec::new(), Vec::new());
    while let Some(cells) = table.next_row() {
        match cells.map(|cells| Row::read(&table.head, &cells)) {
            Ok(Ok(row)) => rows.push(row),
            Ok(Err(wrong)) => mistakes.extend(wrong),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if mistakes.is_empty() { Ok(rows) } else { Err(ImportMistakes::new(mistakes)) }
}

/// What the rows claim, and what is wrong between them and the directory.
struct Comparison<'c> {
    asker: &'c Asker,
    existing: &'c Existing,
    /// Which of the existing accounts a row meant.
    named: Vec<bool>,
    addresses: HashMap<AccountName, u64>,
    external_ids: HashMap<ExternalId, u64>,
    mistakes: Vec<ImportMistake>,
    administrators: i64,
}

impl<'c> Comparison<'c> {
    fn new(asker: &'c Asker, existing: &'c Existing) -> Self {
        Self {
            asker,
            existing,
            named: vec![false; existing.accounts.len()],
            addresses: HashMap::new(),
            external_ids: HashMap::new(),
            mistakes: Vec::new(),
            administrators: existing.accounts.iter().filter(|(account, _)| administers(account)).count()
                as i64,
        }
    }

    /// The account that a row means: by its external id, then by its name.
    fn place_of(&mut self, row: &Row) -> Option<usize> {
        let by_name = self.existing.with_address(&row.name);
        let external_id = row.external_id.iter().flatten().next();
        let by_external_id = external_id.and_then(|id| self.existing.with_external_id(id));
        let owner = |place: usize| self.existing.accounts[place].0.name.clone();
        if let (Some(name), Some(id), Some(external_id)) = (by_name, by_external_id, external_id)
            && name != id
        {
            let wrong = Wrong::TwoAccounts { external_id: external_id.clone(), owner: owner(id) };
            self.mistakes.push(ImportMistake::of(row.line, Column::ExternalId, wrong));
        } else if let (Some(place), None) = (by_name, by_external_id)
            && owner(place) != row.name
        {
            let wrong = Wrong::NameIsAlias { owner: owner(place) };
            self.mistakes.push(ImportMistake::of(row.line, Column::Name, wrong));
        }
        let place = by_external_id.or(by_name);
        if let Some(place) = place {
            self.named[place] = true;
        }
        place
    }

    /// Notes what is wrong with a row beside the directory and the rows before.
    fn check(&mut self, row: &Row, place: Option<usize>, current: &Account, wanted: &Account) {
        self.check_addresses(row, place);
        if let Some(external_id) = row.external_id.iter().flatten().next()
            && let Some(line) = self.external_ids.insert(external_id.clone(), row.line)
        {
            let wrong = Wrong::ExternalIdTwice { external_id: external_id.clone(), line };
            self.mistakes.push(ImportMistake::of(row.line, Column::ExternalId, wrong));
        }
        if wanted.role != current.role && !self.asker.may(Permission::ManageRoles) {
            self.mistakes.push(ImportMistake::of(row.line, Column::Role, Wrong::RoleNotAllowed));
        }
        if wanted.mfa != current.mfa && !self.asker.may(Permission::SetMfaState) {
            self.mistakes.push(ImportMistake::of(row.line, Column::Mfa, Wrong::NotAllowed));
        }
        if wanted.status != current.status && !self.asker.may(Permission::BlockAccounts) {
            self.mistakes.push(ImportMistake::of(row.line, Column::Status, Wrong::NotAllowed));
        }
        if wanted != current && place.is_some() && !self.asker.may_for(Permission::ManageAccounts, current) {
            let wrong = Wrong::HasMoreRights { name: current.name.clone() };
            self.mistakes.push(ImportMistake::of(row.line, Column::Name, wrong));
        }
        let before = place.is_some() && administers(current);
        self.administrators += i64::from(administers(wanted)) - i64::from(before);
    }

    fn check_addresses(&mut self, row: &Row, place: Option<usize>) {
        for (number, address) in row.addresses().enumerate() {
            let column = if number == 0 { Column::Name } else { Column::Aliases };
            if let Some(line) = self.addresses.insert(address.clone(), row.line) {
                let wrong = Wrong::AddressTwice { address: address.clone(), line };
                self.mistakes.push(ImportMistake::of(row.line, column, wrong));
            }
            let owner = self.existing.with_address(address);
            // A name that belongs to another account than the external id is reported there.
            if let Some(owner) = owner.filter(|owner| Some(*owner) != place && number > 0) {
                let owner = self.existing.accounts[owner].0.name.clone();
                let wrong = Wrong::AddressTaken { address: address.clone(), owner };
                self.mistakes.push(ImportMistake::of(row.line, column, wrong));
            }
        }
    }

    fn finish(&mut self) -> Result<(), ImportError> {
        if !self.mistakes.is_empty() {
            return Err(ImportError::Mistakes(ImportMistakes::new(std::mem::take(&mut self.mistakes))));
        }
        let had_some = self.existing.accounts.iter().any(|(account, _)| administers(account));
        if had_some && self.administrators < 1 { Err(ImportError::LastAdministrator) } else { Ok(()) }
    }

    /// The active persons without a role that no row meant.
    fn missing(&self) -> Vec<(AccountId, AccountName)> {
        let is_meant = |account: &Account| {
            account.kind == AccountKind::Person
                && account.role == Role::Member
                && account.status == AccountStatus::Active
        };
        let accounts = self.existing.accounts.iter().zip(&self.named);
        accounts
            .filter(|((account, _), named)| !**named && is_meant(account))
            .map(|((account, _), _)| (account.id, account.name.clone()))
            .collect()
    }
}

fn administers(account: &Account) -> bool {
    account.role == Role::GlobalAdministrator && account.status == AccountStatus::Active
}

//! What a directory outside said of accounts and groups.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName, GroupName};
use postern_domain::directory::{DirectoryEntry, DirectoryGroup, ExternalId};
use postern_domain::id::{AccountId, DirectoryGroupId};
use postern_storage::{DirectoryAccount, DirectoryRead, DirectoryWrite, Result, StorageError};

use super::accounts::{account_columns, read_account};
use super::directory_changes::{note_account, note_groups, note_members};
use crate::convert::{Columns, email_lines, parameters, read_emails};
use crate::driver::Value;
use crate::session::Session;

/// The columns of an entry `e`, in the order in which [`read_entry`] takes them.
macro_rules! entry_columns {
    () => {
        "e.external_id, e.display_name, e.given_name, e.family_name, e.emails, e.blocked_at"
    };
}

fn read_entry(account: AccountId, columns: &mut Columns<'_>) -> Result<DirectoryEntry> {
    Ok(DirectoryEntry {
        account,
        external_id: columns.next("directory_entry.external_id")?,
        display_name: columns.next("directory_entry.display_name")?,
        given_name: columns.next("directory_entry.given_name")?,
        family_name: columns.next("directory_entry.family_name")?,
        emails: match columns.next::<Option<&str>>("directory_entry.emails")? {
            Some(lines) => {
                read_emails(lines).ok_or(StorageError::Corrupt { what: "directory_entry.emails" })?
            }
            None => Vec::new(),
        },
        blocked_at: columns.next("directory_entry.blocked_at")?,
    })
}

const GROUPS: &str =
    "select id, name, display_name, external_id, created_at, changed_at from directory_group";

/// Accounts with their entries, for a condition.
const ACCOUNTS: &str = concat!(
    "select ",
    account_columns!(),
    ", ",
    entry_columns!(),
    ", a.directory_changed_at from account a left join directory_entry e on e.account_id = a.id where a.status <> 2 "
);

fn read_directory_account(columns: &mut Columns<'_>) -> Result<DirectoryAccount> {
    let account = read_account(columns)?;
    let entry = read_entry(account.id, columns)?;
    Ok(DirectoryAccount { account, entry, changed_at: columns.next("account.directory_changed_at")? })
}

fn read_group(columns: &mut Columns<'_>) -> Result<DirectoryGroup> {
    Ok(DirectoryGroup {
        id: columns.next("directory_group.id")?,
        name: columns.next("directory_group.name")?,
        display_name: columns.next("directory_group.display_name")?,
        external_id: columns.next("directory_group.external_id")?,
        created_at: columns.next("directory_group.created_at")?,
        changed_at: columns.next("directory_group.changed_at")?,
    })
}

#[async_trait]
impl DirectoryRead for Session {
    async fn directory_entry(&mut self, account: AccountId) -> Result<Option<DirectoryEntry>> {
        const SQL: &str =
            concat!("select ", entry_columns!(), " from directory_entry e where e.account_id = $1");
        self.first(SQL, &parameters![&account], |columns| read_entry(account, columns)).await
    }

    async fn account_by_external_id(&mut self, external_id: &ExternalId) -> Result<Option<Account>> {
        const SQL: &str = concat!(
            "select ",
            account_columns!(),
            " from account a where a.id = (select account_id from directory_entry where external_id = $1)"
        );
        self.first(SQL, &parameters![external_id], read_account).await
    }

    async fn directory_changed_at(&mut self, account: AccountId) -> Result<Option<Timestamp>> {
        let sql = "select directory_changed_at from account where id = $1";
        self.first(sql, &parameters![&account], |columns| columns.next("account.directory_changed_at")).await
    }

    async fn directory_changed_accounts(
        &mut self,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<AccountId>> {
        // In the order of the index, so that it is used; there may be many of the same moment.
        let sql = "select id from account where status <> 2 and directory_changed_at >= $1 \
                   and directory_changed_at <= $2 order by directory_changed_at, id";
        let mut found =
            self.rows(sql, &parameters![from, until], |columns| columns.next("account.id")).await?;
        found.sort_unstable();
        Ok(found)
    }

    async fn directory_accounts_of(&mut self, accounts: &[AccountId]) -> Result<Vec<DirectoryAccount>> {
        if accounts.is_empty() {
            return Ok(Vec::new());
        }
        let places: Vec<String> = (1..=accounts.len()).map(|number| format!("${number}")).collect();
        let sql = format!("{ACCOUNTS} and a.id in ({}) order by a.id", places.join(", "));
        let parameters: Vec<Value<'_>> = accounts.iter().map(Value::from).collect();
        self.rows(&sql, &parameters, read_directory_account).await
    }

    async fn directory_accounts(
        &mut self,
        after: Option<AccountId>,
        skip: u64,
        limit: u32,
    ) -> Result<Vec<DirectoryAccount>> {
        let sql = format!("{ACCOUNTS} and a.id > $1 order by a.id limit $2 offset $3");
        let start = AccountId::from_bytes([0; 16]);
        let after = after.unwrap_or(start);
        self.rows(&sql, &parameters![&after, limit, skip], read_directory_account).await
    }

    async fn directory_group(&mut self, id: DirectoryGroupId) -> Result<Option<DirectoryGroup>> {
        self.first(&format!("{GROUPS} where id = $1"), &parameters![&id], read_group).await
    }

    async fn directory_group_by_name(&mut self, name: &GroupName) -> Result<Option<DirectoryGroup>> {
        self.first(&format!("{GROUPS} where name = $1"), &parameters![name], read_group).await
    }

    async fn directory_groups(&mut self) -> Result<Vec<DirectoryGroup>> {
        self.rows(&format!("{GROUPS} order by id"), &[], read_group).await
    }

    async fn groups_without_identifier(&mut self) -> Result<Vec<GroupName>> {
        let sql = "select distinct name from account_group \
                   where name not in (select name from directory_group) order by name";
        self.rows(sql, &[], |columns| columns.next("account_group.name")).await
    }

    async fn group_members(&mut self, name: &GroupName) -> Result<Vec<(AccountId, AccountName)>> {
        let sql = "select a.id, a.name from account a \
                   where a.id in (select account_id from account_group where name = $1) order by a.id";
        self.rows(sql, &parameters![name], |columns| {
            Ok((columns.next("account.id")?, columns.next("account.name")?))
        })
        .await
    }
}

#[async_trait]
impl DirectoryWrite for Session {
    async fn set_directory_entry(&mut self, entry: &DirectoryEntry, at: Timestamp) -> Result<()> {
        let emails = email_lines(&entry.emails);
        self.execute(
            "insert into directory_entry (account_id, external_id, display_name, given_name, family_name, emails, \
             blocked_at) values ($1, $2, $3, $4, $5, $6, $7) \
             on conflict (account_id) do update set external_id = excluded.external_id, \
             display_name = excluded.display_name, given_name = excluded.given_name, \
             family_name = excluded.family_name, emails = excluded.emails, blocked_at = excluded.blocked_at",
            &parameters![
                &entry.account,
                entry.external_id.as_ref(),
                entry.display_name.as_ref(),
                entry.given_name.as_ref(),
                entry.family_name.as_ref(),
                &emails,
                entry.blocked_at
            ],
        )
        .await?;
        note_account(self, entry.account, at).await
    }

    async fn insert_directory_group(&mut self, group: &DirectoryGroup) -> Result<()> {
        self.execute(
            "insert into directory_group (id, name, display_name, external_id, created_at, changed_at) \
             values ($1, $2, $3, $4, $5, $5)",
            &parameters![
                &group.id,
                &group.name,
                &group.display_name,
                group.external_id.as_ref(),
                group.created_at
            ],
        )
        .await?;
        note_members(self, &group.name, group.created_at).await
    }

    async fn update_directory_group(&mut self, group: &DirectoryGroup, at: Timestamp) -> Result<()> {
        self.execute_on(
            "the group",
            "update directory_group set display_name = $2, external_id = $3 where id = $1",
            &parameters![&group.id, &group.display_name, group.external_id.as_ref()],
        )
        .await?;
        note_groups(self, &[&group.name], at).await?;
        note_members(self, &group.name, at).await
    }

    async fn delete_directory_group(&mut self, id: DirectoryGroupId, at: Timestamp) -> Result<()> {
        if let Some(group) = self.directory_group(id).await? {
            note_members(self, &group.name, at).await?;
        }
        self.execute("delete from directory_group where id = $1", &parameters![&id]).await?;
        Ok(())
    }
}

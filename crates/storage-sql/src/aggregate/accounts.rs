//! Accounts, their addresses and their passwords.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName, AccountStatus, GroupName, Sid};
use postern_domain::id::AccountId;
use postern_storage::{
    AccountFilter, AccountPasswordRecord, AccountSummary, AccountsRead, AccountsWrite, ListedAccount,
    MfaCounts, Result, StorageError,
};

use super::{account_list, account_password_uses, directory_changes};
use crate::convert::{Columns, Conditions, grant_text, join_lines, parameters, split_lines};
use crate::session::Session;

/// The columns of an account `a`, in the order in which [`read_account`] takes them.
macro_rules! account_columns {
    () => {
        "a.id, a.name, a.aliases, a.kind, a.role, a.status, a.status_at, a.status_by, a.mfa, a.group_names, \
         a.sid, a.impersonation, a.created_at, a.sessions_valid_since, a.default_method, a.must_register_again"
    };
}
pub(super) use account_columns;

/// Reads the columns that [`account_columns`] names.
pub(crate) fn read_account(columns: &mut Columns<'_>) -> Result<Account> {
    Ok(Account {
        id: columns.next("account.id")?,
        name: columns.next("account.name")?,
        aliases: split_lines(columns.next("account.aliases")?)
            .map(|alias| alias.parse().map_err(|_| StorageError::Corrupt { what: "account.aliases" }))
            .collect::<Result<_>>()?,
        kind: columns.next("account.kind")?,
        role: columns.next("account.role")?,
        status: read_status(columns)?,
        mfa: columns.next("account.mfa")?,
        groups: split_lines(columns.next("account.group_names")?)
            .map(|group| group.parse().map_err(|_| StorageError::Corrupt { what: "account.group_names" }))
            .collect::<Result<_>>()?,
        sid: columns.next("account.sid")?,
        grant: columns.next("account.impersonation")?,
        created_at: columns.next("account.created_at")?,
        sessions_valid_since: columns.next("account.sessions_valid_since")?,
        default_method: columns.next("account.default_method")?,
        must_register_again: columns.next("account.must_register_again")?,
    })
}

pub(super) fn read_status(columns: &mut Columns<'_>) -> Result<AccountStatus> {
    let code: i64 = columns.next("account.status")?;
    let at: Option<Timestamp> = columns.next("account.status_at")?;
    let by: Option<&str> = columns.next("account.status_by")?;
    match (code, at, by) {
        (0, None, None) => Ok(AccountStatus::Active),
        (1, Some(at), Some(by)) => Ok(AccountStatus::Blocked { at, by: by.to_owned() }),
        (2, Some(at), Some(by)) => Ok(AccountStatus::Deleted { at, by: by.to_owned() }),
        _ => Err(StorageError::Corrupt { what: "account.status" }),
    }
}

fn status_columns(status: &AccountStatus) -> (i64, Option<Timestamp>, Option<&String>) {
    match status {
        AccountStatus::Active => (0, None, None),
        AccountStatus::Blocked { at, by } => (1, Some(*at), Some(by)),
        AccountStatus::Deleted { at, by } => (2, Some(*at), Some(by)),
    }
}

#[async_trait]
impl AccountsRead for Session {
    async fn account(&mut self, id: AccountId) -> Result<Option<Account>> {
        const SQL: &str = concat!("select ", account_columns!(), " from account a where a.id = $1");
        self.first(SQL, &parameters![&id], read_account).await
    }

    async fn account_by_address(&mut self, name: &AccountName) -> Result<Option<Account>> {
        // No join: SQLite prepares that anew whenever its text parameter is bound, at ten times the cost of the read.
        const SQL: &str = concat!(
            "select ",
            account_columns!(),
            " from account a where a.id = (select account_id from account_address where address = $1)"
        );
        self.first(SQL, &parameters![name], read_account).await
    }

    async fn account_by_presented_address(
        &mut self,
        name: &AccountName,
        stand_in: AccountId,
    ) -> Result<Option<Account>> {
        const SQL: &str = concat!(
            "select ",
            account_columns!(),
            " from account a where a.id = coalesce((select account_id from account_address where address = $1), $2)"
        );
        let found = self.first(SQL, &parameters![name, &stand_in], read_account).await?;
        // A deleted account keeps its name in its row, and has no address.
        Ok(found.filter(|found| {
            found.has_address(name) && !matches!(found.status, AccountStatus::Deleted { .. })
        }))
    }

    async fn account_of_mailbox(&mut self, name: &AccountName) -> Result<Option<Account>> {
        const SQL: &str = concat!(
            "select ",
            account_columns!(),
            " from account a where a.id = coalesce((select account_id from account_address where address = $1), \
             (select account_id from former_address where address = $1))"
        );
        self.first(SQL, &parameters![name], read_account).await
    }

    async fn account_by_sid(&mut self, sid: &Sid) -> Result<Option<Account>> {
        const SQL: &str =
            concat!("select ", account_columns!(), " from account a where a.sid = $1 and a.status <> 2");
        self.first(SQL, &parameters![sid], read_account).await
    }

    async fn accounts_in_group(
        &mut self,
        group: &GroupName,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<Vec<Account>> {
        const SELECT: &str = concat!(
            "select ",
            account_columns!(),
            " from account_group g cross join account a where a.id = g.account_id"
        );
        let mut conditions = Conditions::going_on(SELECT);
        conditions.add("g.name =", Some(group));
        conditions.add("g.account_id >", after.as_ref());
        let (sql, parameters) = conditions.finish("order by g.account_id", limit);
        self.rows(&sql, &parameters, read_account).await
    }

    async fn groups(&mut self, after: Option<&GroupName>, limit: u32) -> Result<Vec<(GroupName, u64)>> {
        let sql =
            "select name, count(*) from account_group where name > $1 group by name order by name limit $2";
        let after = after.map_or("", GroupName::as_str);
        self.rows(sql, &parameters![after, limit], |columns| {
            Ok((columns.next("account_group.name")?, columns.next("account_group.count")?))
        })
        .await
    }

    async fn accounts(&mut self, filter: &AccountFilter) -> Result<Vec<Account>> {
        account_list::accounts(self, filter).await
    }

    async fn listed_accounts(&mut self, filter: &AccountFilter) -> Result<Vec<ListedAccount>> {
        account_list::listed(self, filter).await
    }

    async fn accounts_matching(&mut self, filter: &AccountFilter) -> Result<u64> {
        account_list::matching(self, filter).await
    }

    async fn mfa_counts(&mut self) -> Result<MfaCounts> {
        account_list::mfa_counts(self).await
    }

    async fn account_summary(&mut self) -> Result<AccountSummary> {
        account_list::summary(self).await
    }

    async fn account_count(&mut self) -> Result<u64> {
        self.number("select count(*) from account where status <> 2", &[]).await
    }

    async fn administrator_count(&mut self) -> Result<u64> {
        self.number("select count(*) from account where role = 1 and status = 0", &[]).await
    }

    async fn administrators(&mut self, limit: u32) -> Result<Vec<Account>> {
        const SQL: &str = concat!(
            "select ",
            account_columns!(),
            " from account a where a.role = 1 and a.status = 0 order by a.name limit $1"
        );
        self.rows(SQL, &parameters![limit], read_account).await
    }

    async fn account_password(&mut self, id: AccountId) -> Result<Option<AccountPasswordRecord>> {
        let sql = "select hash, changed_at from account_password where account_id = $1";
        self.first(sql, &parameters![&id], |columns| {
            Ok(AccountPasswordRecord {
                hash: columns.next("account_password.hash")?,
                changed_at: columns.next("account_password.changed_at")?,
            })
        })
        .await
    }
}

#[async_trait]
impl AccountsWrite for Session {
    async fn insert_account(&mut self, account: &Account) -> Result<()> {
        let aliases = join_lines(account.aliases.iter().map(AccountName::as_str));
        let groups = join_lines(account.groups.iter().map(GroupName::as_str));
        let grant = account.grant.as_ref().map(grant_text);
        let (status, status_at, status_by) = status_columns(&account.status);
        let sought = account_list::sought(account);
        self.execute(
            "insert into account (id, name, aliases, kind, role, status, status_at, status_by, mfa, group_names, sid, \
             impersonation, created_at, sessions_valid_since, sought, default_method, must_register_again, app_passwords, \
             directory_changed_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 0, $13)",
            &parameters![
                &account.id,
                &account.name,
                &aliases,
                account.kind,
                account.role,
                status,
                status_at,
                status_by,
                account.mfa,
                &groups,
                account.sid.as_ref(),
                grant.as_deref(),
                account.created_at,
                account.sessions_valid_since,
                &sought,
                account.default_method.as_ref(),
                account.must_register_again
            ],
        )
        .await?;
        insert_names(self, account).await?;
        directory_changes::note_new(self, account).await
    }

    async fn update_account(&mut self, account: &Account, at: Timestamp) -> Result<()> {
        let before = directory_changes::seen(self, account.id).await?;
        let aliases = join_lines(account.aliases.iter().map(AccountName::as_str));
        let groups = join_lines(account.groups.iter().map(GroupName::as_str));
        let grant = account.grant.as_ref().map(grant_text);
        let (status, status_at, status_by) = status_columns(&account.status);
        let sought = account_list::sought(account);
        self.execute_on(
            "the account",
            "update account set name = $2, aliases = $3, kind = $4, role = $5, status = $6, status_at = $7, \
             status_by = $8, mfa = $9, group_names = $10, sid = $11, impersonation = $12, created_at = $13, \
             sessions_valid_since = $14, sought = $15, default_method = $16, must_register_again = $17 where id = $1",
            &parameters![
                &account.id,
                &account.name,
                &aliases,
                account.kind,
                account.role,
                status,
                status_at,
                status_by,
                account.mfa,
                &groups,
                account.sid.as_ref(),
                grant.as_deref(),
                account.created_at,
                account.sessions_valid_since,
                &sought,
                account.default_method.as_ref(),
                account.must_register_again
            ],
        )
        .await?;
        self.execute("delete from account_address where account_id = $1", &parameters![&account.id]).await?;
        self.execute("delete from account_group where account_id = $1", &parameters![&account.id]).await?;
        account_password_uses::open_or_close(self, account).await?;
        insert_names(self, account).await?;
        match before {
            Some(before) => directory_changes::note_update(self, &before, account, at).await,
            None => Ok(()),
        }
    }

    async fn set_account_password(&mut self, id: AccountId, password: &AccountPasswordRecord) -> Result<()> {
        self.execute(
            "insert into account_password (account_id, hash, changed_at) values ($1, $2, $3) \
             on conflict (account_id) do update set hash = excluded.hash, changed_at = excluded.changed_at",
            &parameters![&id, &password.hash, password.changed_at],
        )
        .await?;
        Ok(())
    }
}

/// Takes the account's addresses and puts it into its groups. The addresses of a deleted one stay free, as the directory's
/// name for it does, and it is remembered whose they were.
async fn insert_names(session: &mut Session, account: &Account) -> Result<()> {
    if matches!(account.status, AccountStatus::Deleted { .. }) {
        for address in account.addresses() {
            session
                .execute(
                    "insert into former_address (address, account_id) values ($1, $2) \
                     on conflict (address) do update set account_id = excluded.account_id",
                    &parameters![address, &account.id],
                )
                .await?;
        }
        session
            .execute("delete from directory_entry where account_id = $1", &parameters![&account.id])
            .await?;
        return Ok(());
    }
    for group in &account.groups {
        session
            .execute(
                "insert into account_group (name, account_id) values ($1, $2)",
                &parameters![group, &account.id],
            )
            .await?;
    }
    for address in account.addresses() {
        session
            .execute(
                "insert into account_address (address, account_id) values ($1, $2)",
                &parameters![address, &account.id],
            )
            .await?;
    }
    Ok(())
}

//! The programs that sign in with account passwords.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountStatus};
use postern_domain::id::AccountId;
use postern_domain::mfa::MfaState;
use postern_domain::network::{Networks, network_of};
use postern_storage::{
    AccountPasswordUse, AccountPasswordUsesRead, AccountPasswordUsesWrite, MOST_COUNTED, Program,
    ProgramFilter, ProgramTotals, Result, StorageError,
};

use super::account_list::{Membership, membership, narrow, pattern};
use crate::convert::{AddressBytes, Columns, Conditions, network_bytes, parameters};
use crate::session::Session;

/// The accounts lead, in the order of their names, and of each its programs are looked up: so a page ends with its last row,
/// and a count that has enough ends there. The other way round all programs would be read, with the account of each, and
/// sorted. `cross join` is how SQLite is told to keep that order; to PostgreSQL, which knows how much there is, it means
/// nothing more than `join`.
const FROM: &str = "from account a cross join account_password_use u";

/// In the order in which [`read_program`] takes them. A door is a bit, and the scope a set of them.
const SELECT: &str = "select a.id, a.name, a.mfa, u.door, u.address, u.client, u.first_at, u.last_at, u.use_count, \
     u.refused_at, u.reference, u.refused_count, \
     (select count(*) from app_password p where p.account_id = a.id and p.state <> 2 and p.scope & u.door <> 0), \
     (select max(p.last_at) from app_password p where p.account_id = a.id and p.state <> 2 and p.last_door = u.door)";

fn read_program(columns: &mut Columns<'_>) -> Result<Program> {
    Ok(Program {
        account: columns.next("account.id")?,
        account_name: columns.next("account.name")?,
        mfa: columns.next("account.mfa")?,
        door: columns.next("account_password_use.door")?,
        address: columns.next("account_password_use.address")?,
        client: Some(columns.next::<String>("account_password_use.client")?)
            .filter(|client| !client.is_empty()),
        first_at: columns.next("account_password_use.first_at")?,
        last_at: columns.next("account_password_use.last_at")?,
        count: columns.next("account_password_use.use_count")?,
        refused: match (
            columns.next("account_password_use.refused_at")?,
            columns.next("account_password_use.reference")?,
        ) {
            (Some(at), Some(reference)) => Some((at, reference)),
            (None, None) => None,
            _ => return Err(StorageError::Corrupt { what: "account_password_use.refused_at" }),
        },
        refused_count: columns.next("account_password_use.refused_count")?,
        app_passwords: columns.next("app_password.count")?,
        app_password_used_at: columns.next("app_password.last_at")?,
    })
}

/// Adds the conditions of a filter.
fn which<'v>(
    conditions: &mut Conditions<'v>,
    filter: &'v ProgramFilter,
    pattern: &'v Option<String>,
    found_by: Membership,
) {
    conditions.add_plain("u.account_id = a.id");
    conditions.add("u.heard_at >=", Some(filter.since));
    narrow(conditions, &filter.accounts, pattern, found_by);
    if let Some(listed) = &filter.listed {
        let places: Vec<_> = listed.iter().map(|id| conditions.place(id)).collect();
        // Of no account there is no program.
        let places = if places.is_empty() { "null".to_owned() } else { places.join(", ") };
        conditions.add_plain(&format!("a.id in ({places})"));
    }
    if let Some(enforced) = filter.enforced {
        conditions.add_plain(if enforced { "a.mfa = 2" } else { "a.mfa <> 2" });
    }
}

#[async_trait]
impl AccountPasswordUsesRead for Session {
    async fn programs(&mut self, filter: &ProgramFilter) -> Result<Vec<Program>> {
        let pattern = pattern(&filter.accounts);
        let found_by = membership(self, &filter.accounts).await?;
        let mut conditions = Conditions::new(&format!("{SELECT} {FROM}"));
        which(&mut conditions, filter, &pattern, found_by);
        conditions.add("a.name >=", filter.after.as_ref().map(|place| &place.account));
        let (sql, mut parameters) = conditions.all();
        parameters.push(filter.limit.into());
        // Of the one account, not of the list.
        parameters.push(filter.after.as_ref().map_or(0, |place| place.shown).into());
        let (limit, skip) = (parameters.len() - 1, parameters.len());
        // The sum hides from SQLite how few rows are wanted: for so few it would rather sort all accounts than walk their list.
        let sql = format!(
            "{sql} order by a.name, u.heard_at desc, u.door, u.network, u.client \
             limit ${limit} + cast(0 as bigint) offset ${skip}"
        );
        self.rows(&sql, &parameters, read_program).await
    }

    async fn program_totals(&mut self, filter: &ProgramFilter) -> Result<ProgramTotals> {
        let pattern = pattern(&filter.accounts);
        let (counted, parameters) = if filter.listed.is_none() && filter.accounts.names_all() {
            // No more is asked of the accounts than their MFA state, which stands beside each program.
            let mut conditions = Conditions::new("select u.account_id from account_password_use u");
            conditions.add("u.heard_at >=", Some(filter.since));
            conditions.add("u.open =", filter.enforced.map(|enforced| !enforced));
            conditions.all()
        } else {
            let mut conditions = Conditions::new(&format!("select u.account_id {FROM}"));
            which(&mut conditions, filter, &pattern, Membership::First);
            conditions.all()
        };
        let sql = format!(
            "select count(*), count(distinct account_id) from ({counted} limit {}) counted",
            MOST_COUNTED + 1
        );
        let totals = self
            .first(&sql, &parameters, |columns| {
                Ok(ProgramTotals { programs: columns.next("a count")?, accounts: columns.next("a count")? })
            })
            .await?;
        totals.ok_or(StorageError::Corrupt { what: "a count" })
    }
}

#[async_trait]
impl AccountPasswordUsesWrite for Session {
    async fn record_account_password_uses(&mut self, uses: &[AccountPasswordUse]) -> Result<()> {
        for one in uses {
            let address = AddressBytes::from(one.address);
            let network = network_bytes(&Networks::new([network_of(one.address)]));
            let reference = one.refused.map(|reference| reference.to_string());
            let (last_at, used) = if one.refused.is_none() { (Some(one.at), one.count) } else { (None, 0) };
            let (refused_at, refused) =
                if one.refused.is_some() { (Some(one.at), one.count) } else { (None, 0) };
            // The right-hand sides all see the row as it was before.
            self.execute(
                "insert into account_password_use (account_id, door, network, client, address, first_at, heard_at, \
                 last_at, use_count, refused_at, reference, refused_count, open) \
                 select a.id, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, $11, case when a.mfa = 2 then 0 else 1 end \
                 from account a where a.id = $1 and a.status <> 2 \
                 on conflict (account_id, door, network, client) do update set \
                 address = case when excluded.heard_at >= account_password_use.heard_at \
                 then excluded.address else account_password_use.address end, \
                 heard_at = case when excluded.heard_at >= account_password_use.heard_at \
                 then excluded.heard_at else account_password_use.heard_at end, \
                 last_at = case when account_password_use.last_at > excluded.last_at or excluded.last_at is null \
                 then account_password_use.last_at else excluded.last_at end, \
                 use_count = account_password_use.use_count + excluded.use_count, \
                 reference = case when account_password_use.refused_at > excluded.refused_at \
                 or excluded.refused_at is null \
                 then account_password_use.reference else excluded.reference end, \
                 refused_at = case when account_password_use.refused_at > excluded.refused_at \
                 or excluded.refused_at is null \
                 then account_password_use.refused_at else excluded.refused_at end, \
                 refused_count = account_password_use.refused_count + excluded.refused_count",
                &parameters![
                    &one.account,
                    one.door,
                    network.as_slice(),
                    one.client.as_deref().unwrap_or_default(),
                    &address,
                    one.at,
                    last_at,
                    used,
                    refused_at,
                    reference.as_deref(),
                    refused
                ],
            )
            .await?;
            see(self, one.account, last_at, refused_at).await?;
        }
        Ok(())
    }

    async fn forget_programs(&mut self, before: Timestamp) -> Result<u64> {
        const THEIRS: &str =
            "account_id in (select account_id from account_password_use where heard_at < $1)";
        let kept = "from account_password_use u where u.account_id = account_password_seen.account_id and u.heard_at >= $1";
        let sql = format!(
            "update account_password_seen set last_at = (select max(u.last_at) {kept}), \
             refused_at = (select max(u.refused_at) {kept}) where {THEIRS}"
        );
        self.execute(&sql, &parameters![before]).await?;
        let sql = format!(
            "delete from account_password_seen where last_at is null and refused_at is null and {THEIRS}"
        );
        self.execute(&sql, &parameters![before]).await?;
        self.execute("delete from account_password_use where heard_at < $1", &parameters![before]).await
    }
}

/// Adds an attempt to what is known of all programs of its account together.
async fn see(
    session: &mut Session,
    account: AccountId,
    last_at: Option<Timestamp>,
    refused_at: Option<Timestamp>,
) -> Result<()> {
    let sql = "insert into account_password_seen (account_id, last_at, refused_at, open) \
               select a.id, cast($2 as bigint), cast($3 as bigint), case when a.mfa = 2 then 0 else 1 end \
               from account a where a.id = $1 and a.status <> 2 on conflict (account_id) do update set \
               last_at = case when account_password_seen.last_at > excluded.last_at or excluded.last_at is null \
               then account_password_seen.last_at else excluded.last_at end, \
               refused_at = case when account_password_seen.refused_at > excluded.refused_at \
               or excluded.refused_at is null \
               then account_password_seen.refused_at else excluded.refused_at end";
    session.execute(sql, &parameters![&account, last_at, refused_at]).await?;
    Ok(())
}

/// Writes down whether an account's password is good at doors, after the account was changed.
pub(super) async fn open_or_close(session: &mut Session, account: &Account) -> Result<()> {
    if matches!(account.status, AccountStatus::Deleted { .. }) {
        for sql in [
            "delete from account_password_use where account_id = $1",
            "delete from account_password_seen where account_id = $1",
        ] {
            session.execute(sql, &parameters![&account.id]).await?;
        }
        return Ok(());
    }
    for sql in [
        "update account_password_use set open = $2 where account_id = $1 and open <> $2",
        "update account_password_seen set open = $2 where account_id = $1 and open <> $2",
    ] {
        session.execute(sql, &parameters![&account.id, account.mfa != MfaState::Enforced]).await?;
    }
    Ok(())
}

//! Lists of accounts: filtered, paged, counted.
//!
//! What a list filters by stands in the index `account_list`, so that even a filter that nothing meets costs one walk
//! through it and reads no row. The rows that are shown are read by the statement around that.
//!
//! A group of few is found by its members. One of many is not, where only a page is wanted: the list is walked and each
//! account asked about, which ends with the page.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName, Role};
use postern_domain::id::AccountId;
use postern_domain::mfa::MfaState;
use postern_storage::{AccountFilter, AccountSummary, ListedAccount, MfaCounts, Result};

use super::accounts::{account_columns, read_account};
use crate::convert::{Columns, Conditions, parameters};
use crate::driver::Value;
use crate::session::Session;

/// The accounts that a filter names.
pub(super) async fn accounts(session: &mut Session, filter: &AccountFilter) -> Result<Vec<Account>> {
    let pattern = pattern(filter);
    let found_by = membership(session, filter).await?;
    let (sql, parameters) =
        page(concat!("select ", account_columns!(), " from account a"), filter, &pattern, found_by);
    let mut found = session.rows(&sql, &parameters, read_account).await?;
    in_order(&mut found, filter);
    Ok(found)
}

/// The same with what belongs to each counted, in one statement.
pub(super) async fn listed(session: &mut Session, filter: &AccountFilter) -> Result<Vec<ListedAccount>> {
    const SELECT: &str = concat!(
        "select ",
        account_columns!(),
        ", a.methods, a.app_passwords, \
         (select max(p.last_at) from app_password p where p.account_id = a.id), \
         (select max(m.last_used_at) from method m where m.account_id = a.id), \
         (select s.last_at from account_password_seen s where s.account_id = a.id) from account a"
    );
    let pattern = pattern(filter);
    let found_by = membership(session, filter).await?;
    let (sql, parameters) = page(SELECT, filter, &pattern, found_by);
    let mut found = session.rows(&sql, &parameters, read_listed).await?;
    in_order(&mut found, filter);
    Ok(found)
}

fn read_listed(columns: &mut Columns<'_>) -> Result<ListedAccount> {
    let account = read_account(columns)?;
    let methods = columns.next("account.methods")?;
    let app_passwords = columns.next("account.app_passwords")?;
    let mut last_sign_in: Option<Timestamp> = columns.next("app_password.last_at")?;
    last_sign_in = last_sign_in.max(columns.next("method.last_used_at")?);
    last_sign_in = last_sign_in.max(columns.next("account_password_seen.last_at")?);
    Ok(ListedAccount { account, methods, app_passwords, last_sign_in })
}

/// How many a filter names.
pub(super) async fn matching(session: &mut Session, filter: &AccountFilter) -> Result<u64> {
    if let Some(group) = &filter.group
        && (AccountFilter { group: None, ..filter.clone() }).names_all()
    {
        // A deleted account is in no group.
        let sql = "select count(*) from account_group where name = $1";
        return session.number(sql, &parameters![group]).await;
    }
    let pattern = pattern(filter);
    let mut conditions = Conditions::new("select count(*) from account a");
    narrow(&mut conditions, filter, &pattern, Membership::First);
    if counts_by_state(filter) {
        // What the index for counts has, said so that it is found.
        conditions.add_plain("a.mfa >= 0");
    }
    let (sql, parameters) = conditions.all();
    session.number(&sql, &parameters).await
}

/// Whether a filter asks for no more than the index for counts knows: the MFA state, the status, whether there are methods.
fn counts_by_state(filter: &AccountFilter) -> bool {
    let asked = AccountFilter { mfa: None, blocked: None, has_methods: None, ..filter.clone() };
    asked.names_all()
}

/// How the accounts of the group in a filter are found.
#[derive(Clone, Copy)]
pub(super) enum Membership {
    /// Its members are read, and their accounts looked up.
    First,
    /// Each account that meets the other conditions is looked for among its members.
    Each,
}

/// From so many members on, a page of a group's accounts is found quicker along the list of all.
const MANY_MEMBERS: u64 = 2_000;

/// What is quicker for a page. (PostgreSQL knows by itself, and makes the same of both.)
pub(super) async fn membership(session: &mut Session, filter: &AccountFilter) -> Result<Membership> {
    let Some(group) = &filter.group else { return Ok(Membership::First) };
    let sql = format!(
        "select count(*) from (select 1 from account_group where name = $1 limit {MANY_MEMBERS}) members"
    );
    let members = session.number(&sql, &parameters![group]).await?;
    Ok(if members < MANY_MEMBERS { Membership::First } else { Membership::Each })
}

/// How many are in each MFA state.
pub(super) async fn mfa_counts(session: &mut Session) -> Result<MfaCounts> {
    Ok(mfa_of(&standings(session).await?))
}

/// Accounts that are alike in what the first page counts.
struct Standing {
    mfa: MfaState,
    is_active: bool,
    accounts: u64,
    /// Those of them without a method.
    without_method: u64,
}

/// All accounts by MFA state and status, in one walk through an index of their own.
async fn standings(session: &mut Session) -> Result<Vec<Standing>> {
    let sql = "select mfa, status, count(*), count(*) filter (where methods = 0) from account \
               where status <> 2 and mfa >= 0 group by mfa, status";
    let read = |columns: &mut Columns<'_>| {
        Ok(Standing {
            mfa: columns.next("account.mfa")?,
            is_active: columns.next::<i64>("account.status")? == 0,
            accounts: columns.next("a count")?,
            without_method: columns.next("a count")?,
        })
    };
    session.rows(sql, &[], read).await
}

fn mfa_of(standings: &[Standing]) -> MfaCounts {
    let count = |mfa| standings.iter().filter(|each| each.mfa == mfa).map(|each| each.accounts).sum();
    MfaCounts {
        disabled: count(MfaState::Disabled),
        enabled: count(MfaState::Enabled),
        enforced: count(MfaState::Enforced),
    }
}

/// Somebody with a role.
struct Privileged {
    role: Role,
    mfa: MfaState,
    is_active: bool,
    has_passkey: bool,
}

async fn privileged(session: &mut Session) -> Result<Vec<Privileged>> {
    let sql = "select role, mfa, status, passkeys from account where status <> 2 and role <> 0";
    let read = |columns: &mut Columns<'_>| {
        Ok(Privileged {
            role: columns.next("account.role")?,
            mfa: columns.next("account.mfa")?,
            is_active: columns.next::<i64>("account.status")? == 0,
            has_passkey: columns.next::<i64>("account.passkeys")? > 0,
        })
    };
    session.rows(sql, &[], read).await
}

/// What the first page of the admin area counts.
pub(super) async fn summary(session: &mut Session) -> Result<AccountSummary> {
    let all = standings(session).await?;
    let privileged = privileged(session).await?;
    let count =
        |which: &dyn Fn(&Privileged) -> bool| privileged.iter().filter(|each| which(each)).count() as u64;
    let active_by_role = |which: &dyn Fn(&Privileged) -> bool| {
        let roles = Role::ALL.iter().copied().filter(|role| role.is_privileged());
        roles.map(|role| (role, count(&|each| each.role == role && each.is_active && which(each)))).collect()
    };
    let is_global = |each: &Privileged| each.role == Role::GlobalAdministrator;
    Ok(AccountSummary {
        mfa: mfa_of(&all),
        blocked: all.iter().filter(|each| !each.is_active).map(|each| each.accounts).sum(),
        without_method: (all.iter().filter(|each| each.is_active && each.mfa == MfaState::Enforced))
            .map(|each| each.without_method)
            .sum(),
        global_administrators: count(&is_global),
        active_global_administrators: count(&|each| is_global(each) && each.is_active),
        without_second_factor: active_by_role(&|each| each.mfa == MfaState::Disabled),
        without_passkey: active_by_role(&|each| !each.has_passkey),
    })
}

/// Adds the conditions of a filter, its page aside, for an account `a`.
pub(super) fn narrow<'v>(
    conditions: &mut Conditions<'v>,
    filter: &'v AccountFilter,
    pattern: &'v Option<String>,
    found_by: Membership,
) {
    conditions.add_plain("a.status <> 2");
    if let (Some(text), Some(pattern)) = (&filter.text, pattern) {
        let (part, whole) = (conditions.place(pattern), conditions.place(text));
        conditions.add_plain(&format!(
            "(a.sought like {part} escape '!' \
             or a.id = (select account_id from account_address where address = {whole}))"
        ));
    }
    conditions.add("a.kind =", filter.kind);
    conditions.add("a.role =", filter.role);
    if filter.role.is_some_and(Role::is_privileged) {
        // What the index of those with a role has, said so that it is found.
        conditions.add_plain("a.role <> 0");
    }
    conditions.add("a.mfa =", filter.mfa);
    if let Some(blocked) = filter.blocked {
        conditions.add_plain(if blocked { "a.status = 1" } else { "a.status = 0" });
    }
    if let Some(group) = &filter.group {
        let group = conditions.place(group);
        conditions.add_plain(&match found_by {
            Membership::First => {
                format!("a.id in (select account_id from account_group where name = {group})")
            }
            Membership::Each => format!(
                "exists (select 1 from account_group g where g.name = {group} and g.account_id = a.id)"
            ),
        });
    }
    if let Some(any) = filter.has_app_passwords {
        conditions.add_plain(if any { "a.app_passwords > 0" } else { "a.app_passwords = 0" });
    }
    if let Some(again) = filter.must_register_again {
        conditions.add_plain(if again { "a.must_register_again = 1" } else { "a.must_register_again = 0" });
    }
    if let Some(any) = filter.has_methods {
        conditions.add_plain(if any { "a.methods > 0" } else { "a.methods = 0" });
    }
    if let Some(any) = filter.has_passkey {
        conditions.add_plain(if any { "a.passkeys > 0" } else { "a.passkeys = 0" });
    }
}

/// The pattern for a filter's text, for `like` with `!` as its escape.
pub(super) fn pattern(filter: &AccountFilter) -> Option<String> {
    filter.text.as_deref().map(containing)
}

/// One page: the index gives the identifiers, `select` reads the rows.
fn page<'v>(
    select: &str,
    filter: &'v AccountFilter,
    pattern: &'v Option<String>,
    found_by: Membership,
) -> (String, Vec<Value<'v>>) {
    let mut conditions = Conditions::new("select a.id from account a");
    narrow(&mut conditions, filter, pattern, found_by);
    conditions.add("a.name >", filter.after.as_ref());
    conditions.add("a.name <", filter.before.as_ref());
    let order = if backwards(filter) { "order by a.name desc" } else { "order by a.name" };
    let (ids, parameters) = conditions.finish(order, filter.limit);
    (format!("{select} where a.id in ({ids}) {order}"), parameters)
}

/// The page before is looked for from its end.
const fn backwards(filter: &AccountFilter) -> bool {
    filter.before.is_some() && filter.after.is_none()
}

fn in_order<T>(found: &mut [T], filter: &AccountFilter) {
    if backwards(filter) {
        found.reverse();
    }
}

pub(crate) fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for symbol in text.chars() {
        if matches!(symbol, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(symbol);
    }
    pattern.push('%');
    pattern
}

/// What a search looks through: the addresses, each on a line, as many as fit. PostgreSQL takes no more than 2,704 octets
/// into an index.
pub(super) fn sought(account: &Account) -> String {
    let mut sought = account.name.to_string();
    for alias in account.aliases.iter().map(AccountName::as_str) {
        if sought.len() + 1 + alias.len() > AccountFilter::SOUGHT {
            break;
        }
        sought.push('\n');
        sought.push_str(alias);
    }
    sought
}

/// Counts the app passwords of an account anew, after one was added or changed.
pub(super) async fn count_app_passwords(session: &mut Session, account: AccountId) -> Result<()> {
    let sql = "update account set app_passwords = \
               (select count(*) from app_password where account_id = $1 and state <> 2) where id = $1";
    session.execute(sql, &parameters![&account]).await?;
    Ok(())
}

/// Counts the methods of an account anew, after one was registered or deleted.
pub(super) async fn count_methods(session: &mut Session, account: AccountId) -> Result<()> {
    let sql = "update account set methods = (select count(*) from method where account_id = $1), passkeys = \
               (select count(*) from method where account_id = $1 and credential_id is not null) where id = $1";
    session.execute(sql, &parameters![&account]).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_means_its_text() {
        assert_eq!(containing("50%_off!"), "%50!%!_off!!%");
        assert_eq!(containing(""), "%%");
    }
}

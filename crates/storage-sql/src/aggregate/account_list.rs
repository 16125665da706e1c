//! Lists of accounts: filtered, paged, counted.
//!
//! What a list filters by stands in the index `account_list`, so that even a filter that nothing meets costs one walk
//! through it and reads no row. The rows that are shown are read by the statement around that.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName, Role};
use postern_domain::id::AccountId;
use postern_domain::mfa::MfaState;
use postern_storage::{AccountFilter, AccountSummary, ListedAccount, MfaCounts, Result, StorageError};

use super::accounts::{account_columns, read_account};
use crate::convert::{Columns, Conditions, parameters};
use crate::driver::Value;
use crate::session::Session;

/// The accounts that a filter names.
pub(super) async fn accounts(session: &mut Session, filter: &AccountFilter) -> Result<Vec<Account>> {
    let pattern = pattern(filter);
    let (sql, parameters) = page(concat!("select ", account_columns!(), " from account a"), filter, &pattern);
    let mut found = session.rows(&sql, &parameters, read_account).await?;
    in_order(&mut found, filter);
    Ok(found)
}

/// The same with what belongs to each counted, in one statement.
pub(super) async fn listed(session: &mut Session, filter: &AccountFilter) -> Result<Vec<ListedAccount>> {
    const SELECT: &str = concat!(
        "select ",
        account_columns!(),
        ", (select count(*) from method m where m.account_id = a.id), a.app_passwords, \
         (select max(p.last_at) from app_password p where p.account_id = a.id), \
         (select max(m.last_used_at) from method m where m.account_id = a.id), \
         (select max(u.last_at) from account_password_use u where u.account_id = a.id) from account a"
    );
    let pattern = pattern(filter);
    let (sql, parameters) = page(SELECT, filter, &pattern);
    let mut found = session.rows(&sql, &parameters, read_listed).await?;
    in_order(&mut found, filter);
    Ok(found)
}

fn read_listed(columns: &mut Columns<'_>) -> Result<ListedAccount> {
    let account = read_account(columns)?;
    let methods = columns.next("method.count")?;
    let app_passwords = columns.next("account.app_passwords")?;
    let mut last_sign_in: Option<Timestamp> = columns.next("app_password.last_at")?;
    last_sign_in = last_sign_in.max(columns.next("method.last_used_at")?);
    last_sign_in = last_sign_in.max(columns.next("account_password_use.last_at")?);
    Ok(ListedAccount { account, methods, app_passwords, last_sign_in })
}

/// How many a filter names.
pub(super) async fn matching(session: &mut Session, filter: &AccountFilter) -> Result<u64> {
    let pattern = pattern(filter);
    let mut conditions = Conditions::new("select count(*) from account a");
    narrow(&mut conditions, filter, &pattern);
    let (sql, parameters) = conditions.all();
    session.number(&sql, &parameters).await
}

/// How many are in each MFA state.
pub(super) async fn mfa_counts(session: &mut Session) -> Result<MfaCounts> {
    // One walk through the index without sorting, which grouping would do.
    let sql = "select count(*) filter (where mfa = $1), count(*) filter (where mfa = $2), \
               count(*) filter (where mfa = $3) from account where status <> 2";
    let states = parameters![MfaState::Disabled, MfaState::Enabled, MfaState::Enforced];
    let read = |columns: &mut Columns<'_>| {
        let mut count = || columns.next::<u64>("a count");
        Ok(MfaCounts { disabled: count()?, enabled: count()?, enforced: count()? })
    };
    session.first(sql, &states, read).await?.ok_or(StorageError::Corrupt { what: "a count" })
}

/// What the first page of the admin area counts, in one walk through the index.
pub(super) async fn summary(session: &mut Session) -> Result<AccountSummary> {
    const OPEN: &str = "count(*) filter (where role = $4 and mfa = $1 and status = 0)";
    let privileged: Vec<Role> = Role::ALL.iter().copied().filter(|role| role.is_privileged()).collect();
    let mut sql = "select count(*) filter (where mfa = $1), count(*) filter (where mfa = $2), \
                   count(*) filter (where mfa = $3), count(*) filter (where status = 1), \
                   count(*) filter (where role = $4), count(*) filter (where role = $4 and status = 0)"
        .to_owned();
    let mut given =
        parameters![MfaState::Disabled, MfaState::Enabled, MfaState::Enforced, Role::GlobalAdministrator]
            .to_vec();
    for role in &privileged {
        given.push((*role).into());
        sql.push_str(", ");
        sql.push_str(&OPEN.replace("$4", &format!("${}", given.len())));
    }
    sql.push_str(" from account where status <> 2");
    let read = |columns: &mut Columns<'_>| {
        let mut count = || columns.next::<u64>("a count");
        Ok(AccountSummary {
            mfa: MfaCounts { disabled: count()?, enabled: count()?, enforced: count()? },
            blocked: count()?,
            global_administrators: count()?,
            active_global_administrators: count()?,
            without_second_factor: privileged
                .iter()
                .map(|role| Ok((*role, count()?)))
                .collect::<Result<_>>()?,
        })
    };
    session.first(&sql, &given, read).await?.ok_or(StorageError::Corrupt { what: "a count" })
}

/// Adds the conditions of a filter, its page aside, for an account `a`.
pub(super) fn narrow<'v>(
    conditions: &mut Conditions<'v>,
    filter: &'v AccountFilter,
    pattern: &'v Option<String>,
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
    conditions.add("a.mfa =", filter.mfa);
    if let Some(blocked) = filter.blocked {
        conditions.add_plain(if blocked { "a.status = 1" } else { "a.status = 0" });
    }
    if let Some(group) = &filter.group {
        let group = conditions.place(group);
        conditions.add_plain(&format!("a.id in (select account_id from account_group where name = {group})"));
    }
    if let Some(any) = filter.has_app_passwords {
        conditions.add_plain(if any { "a.app_passwords > 0" } else { "a.app_passwords = 0" });
    }
    if let Some(again) = filter.must_register_again {
        conditions.add_plain(if again { "a.must_register_again = 1" } else { "a.must_register_again = 0" });
    }
    if let Some(any) = filter.has_methods {
        let not = if any { "" } else { "not " };
        conditions.add_plain(&format!("{not}exists (select 1 from method m where m.account_id = a.id)"));
    }
    if let Some(any) = filter.has_passkey {
        let not = if any { "" } else { "not " };
        conditions.add_plain(&format!(
            "{not}exists (select 1 from method m where m.account_id = a.id and m.credential_id is not null)"
        ));
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
) -> (String, Vec<Value<'v>>) {
    let mut conditions = Conditions::new("select a.id from account a");
    narrow(&mut conditions, filter, pattern);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_means_its_text() {
        assert_eq!(containing("50%_off!"), "%50!%!_off!!%");
        assert_eq!(containing(""), "%%");
    }
}

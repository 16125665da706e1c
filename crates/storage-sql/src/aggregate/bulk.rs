//! App passwords of many accounts at once.

use postern_domain::Timestamp;
use postern_storage::{AccountsOf, MOST_COUNTED, Result};

use crate::driver::Value;
use crate::session::Session;

/// Adds the condition that `column` names one of these accounts.
fn of_accounts<'v>(sql: &mut String, parameters: &mut Vec<Value<'v>>, column: &str, of: &'v AccountsOf) {
    let mut place = |group| {
        parameters.push(Value::from(group));
        format!("${}", parameters.len())
    };
    let (word, places) = match of {
        AccountsOf::Group(group) => ("in", place(group)),
        AccountsOf::NoneOf(groups) if groups.is_empty() => return,
        AccountsOf::NoneOf(groups) => ("not in", groups.iter().map(place).collect::<Vec<_>>().join(", ")),
    };
    sql.push_str(&format!(
        " and {column} {word} (select g.account_id from account_group g where g.name in ({places}))"
    ));
}

pub(super) async fn count(session: &mut Session, of: &AccountsOf) -> Result<u64> {
    let mut sql = "select count(*) from (select 1 as one from app_password where state <> 2".to_owned();
    let mut parameters = Vec::new();
    of_accounts(&mut sql, &mut parameters, "account_id", of);
    parameters.push((MOST_COUNTED + 1).into());
    sql.push_str(&format!(" limit ${}) counted", parameters.len()));
    session.number(&sql, &parameters).await
}

pub(super) async fn revoke(
    session: &mut Session,
    of: &AccountsOf,
    at: Timestamp,
    by: &str,
    reason: &str,
) -> Result<u64> {
    let mut sql = "update app_password set state = 2, state_at = $1, state_by = $2, state_reason = $3 \
                   where state <> 2"
        .to_owned();
    let mut parameters = vec![Value::from(at), Value::from(by), Value::from(reason)];
    of_accounts(&mut sql, &mut parameters, "account_id", of);
    let revoked = session.execute(&sql, &parameters).await?;
    let mut sql = "update account set app_passwords = \
                   (select count(*) from app_password p where p.account_id = account.id and p.state <> 2) \
                   where app_passwords > 0"
        .to_owned();
    let mut parameters = Vec::new();
    of_accounts(&mut sql, &mut parameters, "id", of);
    session.execute(&sql, &parameters).await?;
    Ok(revoked)
}

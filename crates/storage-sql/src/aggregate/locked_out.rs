//! Whom a change would leave without a method that they can use.
//!
//! The methods of the kind lead, along an index that has nothing else: so a kind that few have costs little, and a count
//! that has enough ends there. For names that order is the wrong one. Where many are concerned the list of accounts is
//! walked instead, which has come across enough of them before long.

use std::collections::BTreeSet;

use postern_domain::account::{AccountName, GroupName};
use postern_domain::id::AccountId;
use postern_domain::setting::Allowed;
use postern_storage::{KindLost, LockedOut, MOST_COUNTED, Result};

use crate::convert::{Columns, Conditions};
use crate::session::Session;

/// From so many accounts on, the first of them by name are found quicker along the list of all.
const MANY: u32 = 500;

/// `cross join` is how SQLite is told to keep that order; to PostgreSQL it means nothing more than `join`.
const FROM: &str = "from method m cross join account a where a.id = m.account_id";

pub(super) async fn read(session: &mut Session, lost: &KindLost, named: u32) -> Result<LockedOut> {
    let (sql, parameters) = led_by_methods("a.id, a.name", lost).finish("", MANY);
    let mut found = session.rows(&sql, &parameters, read_named).await?;
    let count = match u32::try_from(found.len()) {
        Ok(few) if few < MANY => u64::from(few),
        _ => {
            let (sql, parameters) = led_by_methods("m.account_id", lost).all();
            let sql = format!("select count(*) from ({sql} limit {}) counted", MOST_COUNTED + 1);
            let count = session.number(&sql, &parameters).await?;
            let (sql, parameters) = led_by_names(lost).finish("order by a.name", named);
            found = session.rows(&sql, &parameters, read_named).await?;
            count
        }
    };
    found.sort_by(|(_, one), (_, other)| one.cmp(other));
    found.truncate(named as usize);
    Ok(LockedOut { count, named: found })
}

fn read_named(columns: &mut Columns<'_>) -> Result<(AccountId, AccountName)> {
    Ok((columns.next("account.id")?, columns.next("account.name")?))
}

/// Each once, in no order.
fn led_by_methods<'v>(what: &str, lost: &'v KindLost) -> Conditions<'v> {
    let mut conditions = Conditions::going_on(&format!("select distinct {what} {FROM}"));
    conditions.add("m.kind =", Some(lost.kind));
    which(&mut conditions, lost, "m.account_id");
    conditions
}

fn led_by_names(lost: &KindLost) -> Conditions<'_> {
    let mut conditions = Conditions::new("select a.id, a.name from account a");
    // What the index of the list has, said so that it is found.
    conditions.add_plain("a.status <> 2");
    let kind = conditions.place(lost.kind);
    conditions
        .add_plain(&format!("exists (select 1 from method m where m.account_id = a.id and m.kind = {kind})"));
    which(&mut conditions, lost, "a.id");
    conditions
}

/// Adds who of those that have a method of the kind is locked out. `account` is the column that says whose it is: the
/// outermost, so that as little as possible is read of the accounts that are not.
fn which<'v>(conditions: &mut Conditions<'v>, lost: &'v KindLost, account: &str) {
    let before = allowed(conditions, &lost.before, account);
    let after = allowed(conditions, &lost.after, account);
    let others: Vec<_> = (lost.others.iter().filter(|(_, who)| who.is_for_anybody()))
        .map(|(kind, who)| {
            let kind = conditions.place(*kind);
            format!("o.kind = {kind} and {}", allowed(conditions, who, "o.account_id"))
        })
        .collect();
    conditions.add_plain(&before);
    conditions.add_plain(&format!("not ({after})"));
    if !others.is_empty() {
        conditions.add_plain(&format!(
            "not exists (select 1 from method o where o.account_id = {account} and ({}))",
            others.join(" or ")
        ));
    }
    conditions.add_plain("a.status = 0");
}

/// The condition that something is allowed for the account of a column.
fn allowed<'v>(conditions: &mut Conditions<'v>, who: &'v Allowed, account: &str) -> String {
    let mut member = |groups: &'v BTreeSet<GroupName>| {
        let places: Vec<_> = groups.iter().map(|group| conditions.place(group)).collect();
        let places = places.join(", ");
        format!(
            "exists (select 1 from account_group g where g.account_id = {account} and g.name in ({places}))"
        )
    };
    let granted = match who {
        Allowed { others: true, .. } => "1 = 1".to_owned(),
        Allowed { by, .. } if by.is_empty() => "1 = 0".to_owned(),
        Allowed { by, .. } => member(by),
    };
    match who.not_by.is_empty() {
        true => granted,
        false => format!("{granted} and not {}", member(&who.not_by)),
    }
}

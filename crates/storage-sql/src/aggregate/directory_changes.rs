//! When accounts and groups became others for a directory client. Whoever writes what such a client sees writes that moment
//! too, here, in the same transaction: no deed can forget it.

use std::collections::BTreeSet;

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName, AccountStatus, GroupName};
use postern_domain::id::AccountId;
use postern_storage::{Result, StorageError};

use crate::convert::{parameters, split_lines};
use crate::session::Session;

/// The moment `$2`, or the next after the one that is there.
macro_rules! later {
    ($column:literal) => {
        concat!("case when ", $column, " < $2 then $2 else ", $column, " + 1 end")
    };
}

/// What a transaction has noted already: however much of a group it changes, the group has changed once.
#[derive(Default)]
pub(crate) struct Noted {
    accounts: BTreeSet<AccountId>,
    groups: BTreeSet<GroupName>,
}

/// What a client sees of the account itself.
#[derive(PartialEq, Eq)]
pub(super) struct Seen {
    name: AccountName,
    is_active: bool,
    groups: Vec<GroupName>,
    is_deleted: bool,
}

impl Seen {
    fn of(account: &Account) -> Self {
        Self {
            name: account.name.clone(),
            is_active: account.status == AccountStatus::Active,
            groups: account.groups.clone(),
            is_deleted: matches!(account.status, AccountStatus::Deleted { .. }),
        }
    }

    /// Those that it is a member of: a deleted one is none.
    fn memberships(&self) -> BTreeSet<&GroupName> {
        if self.is_deleted { BTreeSet::new() } else { self.groups.iter().collect() }
    }
}

/// What a client sees of an account as it is stored.
pub(super) async fn seen(session: &mut Session, id: AccountId) -> Result<Option<Seen>> {
    let sql = "select name, status, group_names from account where id = $1";
    session
        .first(sql, &parameters![&id], |columns| {
            let name = columns.next("account.name")?;
            let status: i64 = columns.next("account.status")?;
            let groups = split_lines(columns.next("account.group_names")?)
                .map(|group| group.parse().map_err(|_| StorageError::Corrupt { what: "account.group_names" }))
                .collect::<Result<_>>()?;
            Ok(Seen { name, is_active: status == 0, groups, is_deleted: status == 2 })
        })
        .await
}

/// Notes what became of an account that was seen before it was written.
pub(super) async fn note_update(
    session: &mut Session,
    before: &Seen,
    account: &Account,
    at: Timestamp,
) -> Result<()> {
    let after = Seen::of(account);
    if *before == after {
        return Ok(());
    }
    note_account(session, account.id, at).await?;
    let (left, joined) = (before.memberships(), after.memberships());
    let concerned: Vec<&GroupName> = if before.name == after.name {
        left.symmetric_difference(&joined).copied().collect()
    } else {
        left.union(&joined).copied().collect()
    };
    note_groups(session, &concerned, at).await
}

/// Notes an account that is added: it has its own moment, and its groups have one member more.
pub(super) async fn note_new(session: &mut Session, account: &Account) -> Result<()> {
    session.noted.accounts.insert(account.id);
    let joined = Seen::of(account);
    let joined: Vec<&GroupName> = joined.memberships().into_iter().collect();
    note_groups(session, &joined, account.created_at).await
}

/// Notes that an account is another.
pub(super) async fn note_account(session: &mut Session, id: AccountId, at: Timestamp) -> Result<()> {
    if session.noted.accounts.insert(id) {
        let sql = concat!(
            "update account set directory_changed_at = ",
            later!("directory_changed_at"),
            " where id = $1"
        );
        session.execute(sql, &parameters![&id, at]).await?;
    }
    Ok(())
}

/// Notes that everybody in a group is another.
pub(super) async fn note_members(session: &mut Session, group: &GroupName, at: Timestamp) -> Result<()> {
    let sql = concat!(
        "update account set directory_changed_at = ",
        later!("directory_changed_at"),
        " where id in (select account_id from account_group where name = $1)"
    );
    session.execute(sql, &parameters![group, at]).await?;
    Ok(())
}

/// Notes that groups are others. Those that have no identifier are seen by nobody.
pub(super) async fn note_groups(session: &mut Session, groups: &[&GroupName], at: Timestamp) -> Result<()> {
    for group in groups {
        if session.noted.groups.insert((*group).clone()) {
            let sql =
                concat!("update directory_group set changed_at = ", later!("changed_at"), " where name = $1");
            session.execute(sql, &parameters![*group, at]).await?;
        }
    }
    Ok(())
}

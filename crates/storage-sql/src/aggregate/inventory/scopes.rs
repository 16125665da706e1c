//! Lists by door, which no index answers: a scope is a set. But of sets there are few, as most come from a preset, and an
//! index has all app passwords of one set together. So the sets are found first, and the newest of each are merged.

use std::cmp::Reverse;

use postern_domain::door::DoorSet;
use postern_domain::id::AppPasswordId;
use postern_domain::network::Networks;
use postern_storage::{
    CursorKey, InventoryCriteria, InventoryCursor, InventoryFilter, InventoryFlag, InventoryPage,
    InventoryRow, MOST_COUNTED, MOST_LOOKED_AT, Result,
};

use super::rows_of;
use super::sql::Sql;
use crate::convert::{Columns, parameters};
use crate::session::Session;

/// With more sets than this the list is read row by row: then most rows are in one of them.
const MOST_SETS: usize = 64;

/// The page, when it is one that is read by sets; none when it is not.
pub(super) async fn page(
    session: &mut Session,
    filter: &InventoryFilter,
    criteria: &InventoryCriteria,
) -> Result<Option<InventoryPage>> {
    let too_wide = filter.flag == Some(InventoryFlag::TooWide);
    let otherwise_led =
        filter.owner.is_some() || filter.name.is_some() || (filter.flag.is_some() && !too_wide);
    if otherwise_led || !(too_wide || filter.door.is_some()) {
        return Ok(None);
    }
    let mut wanted = sets(session).await?;
    wanted.retain(|set| filter.door.is_none_or(|door| set.contains(door)));
    if too_wide {
        wanted.retain(|set| is_wide(*set, criteria) || *set == DoorSet::all());
    }
    if wanted.len() > MOST_SETS {
        return Ok(None);
    }
    let limit = filter.limit as usize;
    let (mut found, mut end) = (Vec::new(), None);
    for set in wanted {
        if too_wide && !is_wide(set, criteria) {
            end = add_unlimited(session, set, filter, &mut found).await?;
            continue;
        }
        let mut sql = Sql::new("select p.id");
        of_set(&mut sql, set);
        if let Some(after) = &filter.after {
            sql.text(" and p.id < ").value(&after.id);
        }
        sql.text(" order by p.id desc limit ").value(filter.limit + 1);
        found.extend(
            sql.rows(session, |columns| {
                Ok(InventoryCursor { key: CursorKey::Newest, id: columns.next("app_password.id")? })
            })
            .await?,
        );
    }
    found.retain(|each| end.as_ref().is_none_or(|end: &InventoryCursor| each.id >= end.id));
    found.sort_unstable_by_key(|each| Reverse(each.id));
    let is_full = found.len() > limit;
    found.truncate(limit);
    let mut rows: Vec<InventoryRow> = rows_of(session, &found).await?;
    rows.sort_unstable_by_key(|row| Reverse(row.app_password.id));
    let next = if is_full { found.pop() } else { end };
    Ok(Some(InventoryPage { rows, next }))
}

/// Adds those of a set that no network limits. What its networks are worth is seen in the row alone: rows are read until
/// there are enough, or [`MOST_LOOKED_AT`] were. Then it gives the last of them.
async fn add_unlimited(
    session: &mut Session,
    set: DoorSet,
    filter: &InventoryFilter,
    found: &mut Vec<InventoryCursor>,
) -> Result<Option<InventoryCursor>> {
    let enough = found.len() + filter.limit as usize + 1;
    let (mut after, mut left) = (filter.after.as_ref().map(|after| after.id), MOST_LOOKED_AT);
    let mut at_once = filter.limit + 1;
    while left > 0 {
        at_once = at_once.saturating_mul(2).min(left);
        let mut sql = Sql::new("select p.id, p.networks");
        of_set(&mut sql, set);
        if let Some(after) = &after {
            sql.text(" and p.id < ").value(after);
        }
        sql.text(" order by p.id desc limit ").value(at_once);
        let read = |columns: &mut Columns<'_>| {
            let id: AppPasswordId = columns.next("app_password.id")?;
            Ok((id, columns.next::<Networks>("app_password.networks")?))
        };
        let rows = sql.rows(session, read).await?;
        let unlimited = rows.iter().filter(|(_, networks)| !networks.limit());
        found.extend(unlimited.map(|(id, _)| InventoryCursor { key: CursorKey::Newest, id: *id }));
        left -= at_once;
        after = rows.last().map(|(id, _)| *id);
        if found.len() >= enough || rows.len() < at_once as usize {
            return Ok(None);
        }
    }
    Ok(after.map(|id| InventoryCursor { key: CursorKey::Newest, id }))
}

/// How many are too wide.
pub(super) async fn count(session: &mut Session, criteria: &InventoryCriteria) -> Result<u64> {
    let mut count = 0;
    for set in sets(session).await? {
        let wide = is_wide(set, criteria);
        if (!wide && set != DoorSet::all()) || count > MOST_COUNTED {
            continue;
        }
        let mut sql = Sql::new("select count(*) from (select 1 as one");
        of_set(&mut sql, set);
        if !wide {
            sql.text(" and length(p.networks) = 0");
        }
        sql.text(" limit ").value(MOST_COUNTED + 1 - count).text(") counted");
        count += sql.number(session).await?;
        if !wide && count <= MOST_COUNTED {
            count += networks_without_limit(session, set).await?;
        }
    }
    Ok(count.min(MOST_COUNTED + 1))
}

/// How many of a set have networks that limit nothing.
async fn networks_without_limit(session: &mut Session, set: DoorSet) -> Result<u64> {
    let mut sql = Sql::new("select p.networks, count(*)");
    of_set(&mut sql, set);
    sql.text(" and length(p.networks) > 0 group by p.networks");
    let read = |columns: &mut Columns<'_>| {
        let networks: Networks = columns.next("app_password.networks")?;
        Ok((networks, columns.next::<u64>("a count")?))
    };
    let counts = sql.rows(session, read).await?;
    Ok(counts.iter().filter(|(networks, _)| !networks.limit()).map(|(_, count)| count).sum())
}

fn of_set(sql: &mut Sql<'_>, set: DoorSet) {
    sql.text(" from app_password p where p.state <> 2 and p.scope = ").value(set);
}

/// Whether it is one of those that may be too wide.
pub(super) fn is_too_wide(row: &InventoryRow, criteria: &InventoryCriteria) -> bool {
    is_wide(row.app_password.scope, criteria) || row.app_password.opens_everything()
}

/// Whether it has a door that somebody's policy does not allow.
fn is_wide(set: DoorSet, criteria: &InventoryCriteria) -> bool {
    criteria.doors_to_look_at.iter().any(|door| set.contains(door))
}

/// The sets that there are, each found by one step along the index.
async fn sets(session: &mut Session) -> Result<Vec<DoorSet>> {
    session
        .rows(
            "with recursive sets(scope) as ( \
               select min(scope) from app_password where state <> 2 \
               union all \
               select (select min(p.scope) from app_password p where p.state <> 2 and p.scope > sets.scope) \
               from sets where sets.scope is not null) \
             select scope from sets where scope is not null",
            &parameters![],
            |columns| columns.next("app_password.scope"),
        )
        .await
}

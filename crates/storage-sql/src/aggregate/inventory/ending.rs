//! The list of what ends before long: by an expiry, or because nothing uses it. Each end has its index, and the two lists are
//! merged by when it comes: of lying idle the day is known to the index, or the day before it.

use postern_storage::{
    CursorKey, InventoryCriteria, InventoryCursor, InventoryFilter, InventoryFlag, MOST_COUNTED,
    MOST_LOOKED_AT, Result,
};

use super::lead::Lead;
use super::sql::Sql;
use crate::aggregate::expiries::{idle_day, idle_end, idle_since};
use crate::session::Session;

/// A day, by which the index counts.
const DAY: i64 = 86_400_000;

/// The condition of the index.
pub(super) const MAY_LIE_IDLE: &str = "p.state = 0 and p.idle_expiry is not null";

/// The places of a page, one more than asked for where there are so many, and the place up to which was looked; none: when
/// the list is another one.
pub(super) async fn keys(
    session: &mut Session,
    filter: &InventoryFilter,
    criteria: &InventoryCriteria,
) -> Result<Option<(Vec<InventoryCursor>, Option<InventoryCursor>)>> {
    let led_by_an_end =
        filter.flag == Some(InventoryFlag::ExpiringSoon) && filter.owner.is_none() && filter.name.is_none();
    if !led_by_an_end {
        return Ok(None);
    }
    let (expiring, unused) = (Lead::of(filter, criteria), Unused { filter, criteria });
    let after = filter.after.as_ref();
    let mut ends = vec![unused.nth(session, MOST_LOOKED_AT).await?];
    if expiring.has_rest() {
        ends.push(expiring.nth(session, after, MOST_LOOKED_AT).await?);
    }
    let end = ends.into_iter().flatten().min_by_key(place);
    let mut found = expiring.keys(session, after, end.as_ref(), filter.limit).await?;
    found.extend(unused.keys(session, end.as_ref()).await?);
    found.sort_unstable_by_key(place);
    Ok(Some((found, end)))
}

/// How many there are, up to one more than [`MOST_COUNTED`].
pub(super) async fn count(session: &mut Session, criteria: &InventoryCriteria) -> Result<u64> {
    let filter = InventoryFilter { flag: Some(InventoryFlag::ExpiringSoon), ..InventoryFilter::default() };
    let expiring = Lead::of(&filter, criteria).count(session, MOST_COUNTED + 1).await?;
    let mut sql = Sql::new("select count(*) from (select 1 as one from app_password p where ");
    sql.text(MAY_LIE_IDLE);
    days(&mut sql, criteria);
    unused(&mut sql, criteria).text(" limit ").value(MOST_COUNTED + 1 - expiring).text(") counted");
    Ok(expiring + sql.number(session).await?)
}

/// The condition that it ends unused, and not by its expiry before that: as `AppPassword::ends_between`.
pub(super) fn unused<'s, 'v>(sql: &'s mut Sql<'v>, criteria: &InventoryCriteria) -> &'s mut Sql<'v> {
    let InventoryCriteria { now, expiring_before, .. } = *criteria;
    sql.text(concat!(" and ", idle_end!(), " >= ")).value(now);
    sql.text(concat!(" and ", idle_end!(), " < ")).value(expiring_before);
    sql.text(concat!(" and ", idle_since!(), " + p.idle_expiry / 2 <= ")).value(now);
    sql.text(" and (p.expires_at is null or p.expires_at >= ").value(expiring_before).text(")")
}

/// The days of these ends, as the index has them.
fn days(sql: &mut Sql<'_>, criteria: &InventoryCriteria) {
    sql.text(concat!(" and ", idle_day!(), " >= ")).value(criteria.now.day() - 1);
    sql.text(concat!(" and ", idle_day!(), " <= ")).value(criteria.expiring_before.day());
}

/// What ends unused, by the day.
struct Unused<'f> {
    filter: &'f InventoryFilter,
    criteria: &'f InventoryCriteria,
}

impl Unused<'_> {
    /// The places of the first after the page before, up to another place, one more than the limit where there are so many.
    async fn keys(
        &self,
        session: &mut Session,
        end: Option<&InventoryCursor>,
    ) -> Result<Vec<InventoryCursor>> {
        let mut sql = self.select(end);
        unused(&mut sql, self.criteria);
        if let Some(door) = self.filter.door {
            sql.text(" and (p.scope & ").value(door).text(") <> 0");
        }
        ordered(&mut sql).value(self.filter.limit + 1);
        cursors(session, &sql).await
    }

    /// The place of the `count`th that the index has among those days, whatever else is asked for.
    async fn nth(&self, session: &mut Session, count: u32) -> Result<Option<InventoryCursor>> {
        let mut sql = self.select(None);
        ordered(&mut sql).value(1_u32).text(" offset ").value(count - 1);
        Ok(cursors(session, &sql).await?.pop())
    }

    fn select<'v>(&'v self, end: Option<&'v InventoryCursor>) -> Sql<'v> {
        let mut sql = Sql::new(concat!("select p.id, ", idle_day!(), " from app_password p where "));
        sql.text(MAY_LIE_IDLE);
        days(&mut sql, self.criteria);
        // A place between two days is after all of the earlier one. Of that day itself those on one side of the id are left
        // out, which no planner takes for a second way into the table.
        if let Some(after) = &self.filter.after {
            let (day, is_exact) = day(after);
            sql.text(concat!(" and ", idle_day!(), " >= ")).value(if is_exact { day } else { day + 1 });
            sql.text(concat!(" and not (", idle_day!(), " = ")).value(day);
            sql.text(" and p.id <= ").value(&after.id).text(")");
        }
        if let Some(end) = end {
            let (day, is_exact) = day(end);
            sql.text(concat!(" and ", idle_day!(), " <= ")).value(day);
            if is_exact {
                sql.text(concat!(" and not (", idle_day!(), " = ")).value(day);
                sql.text(" and p.id > ").value(&end.id).text(")");
            }
        }
        sql
    }
}

fn ordered<'s, 'v>(sql: &'s mut Sql<'v>) -> &'s mut Sql<'v> {
    sql.text(concat!(" order by ", idle_day!(), ", p.id limit "))
}

async fn cursors(session: &mut Session, sql: &Sql<'_>) -> Result<Vec<InventoryCursor>> {
    sql.rows(session, |columns| {
        let id = columns.next("app_password.id")?;
        let day: i64 = columns.next("app_password.idle_day")?;
        Ok(InventoryCursor { key: CursorKey::Number(day.saturating_mul(DAY)), id })
    })
    .await
}

/// What both lists are in the order of.
fn place(cursor: &InventoryCursor) -> (i64, postern_domain::id::AppPasswordId) {
    (moment(cursor), cursor.id)
}

/// The moment of a place. One of another list, which somebody put together, is the beginning.
fn moment(cursor: &InventoryCursor) -> i64 {
    match cursor.key {
        CursorKey::Number(number) => number,
        CursorKey::Newest | CursorKey::Name(_) => 0,
    }
}

/// The day of a place, and whether it is that day's own.
fn day(cursor: &InventoryCursor) -> (i64, bool) {
    let moment = moment(cursor);
    (moment.div_euclid(DAY), moment.rem_euclid(DAY) == 0)
}

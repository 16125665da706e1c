//! What leads a list: the index that it is read along, in its order, and the conditions that are left over.

use postern_domain::door::DoorSet;
use postern_storage::{
    CursorKey, InventoryCriteria, InventoryCursor, InventoryFilter, InventoryFlag, Result,
};

use super::ending;
use super::sql::Sql;
use crate::session::Session;

/// In what order a list runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// By the id, newest first.
    Newest,
    /// By this column, then by the id, both upwards.
    Up(&'static str),
    /// The same downwards.
    Down(&'static str),
}

/// Which rows the index finds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    All,
    Owner,
    Name,
    Flag(InventoryFlag),
}

/// The column of the folded name: the only key that is a text.
const NAME: &str = "p.folded_name";

/// What leads a list.
pub(super) struct Lead<'f> {
    filter: &'f InventoryFilter,
    criteria: InventoryCriteria,
    by: By,
    order: Order,
    /// How the folded name begins, and the first text that no longer begins so; none when there is no such.
    name: Option<(String, Option<String>)>,
}

impl<'f> Lead<'f> {
    pub(super) fn of(filter: &'f InventoryFilter, criteria: &InventoryCriteria) -> Self {
        use InventoryFlag::{ExpiringSoon, Lapsed, NeverUsed, NoExpiry, Stale, TooWide, TriedAfterEnd};
        let (by, order) = match filter.flag {
            Some(TriedAfterEnd) => (By::Flag(TriedAfterEnd), Order::Down("t.last_at")),
            _ if filter.owner.is_some() => (By::Owner, Order::Newest),
            _ if filter.name.is_some() => (By::Name, Order::Up(NAME)),
            Some(Stale) => (By::Flag(Stale), Order::Up("p.last_day")),
            Some(ExpiringSoon) => (By::Flag(ExpiringSoon), Order::Up("p.expires_at")),
            Some(flag @ (NeverUsed | NoExpiry | Lapsed)) => (By::Flag(flag), Order::Newest),
            Some(TooWide) | None => (By::All, Order::Newest),
        };
        let name = filter.name.as_deref().map(str::to_lowercase).map(|name| {
            let beyond = after(&name);
            (name, beyond)
        });
        Self { filter, criteria: *criteria, by, order, name }
    }

    /// Whether conditions are left over that the index does not answer.
    pub(super) fn has_rest(&self) -> bool {
        let flag = self.filter.flag.is_some_and(|flag| self.by != By::Flag(flag));
        let owner = self.filter.owner.is_some() && self.by != By::Owner;
        let name = self.filter.name.is_some() && self.by != By::Name;
        flag || owner || name || self.filter.door.is_some()
    }

    /// The places of the first rows after one, up to another, one more than `limit` where there are so many.
    pub(super) async fn keys(
        &self,
        session: &mut Session,
        after: Option<&InventoryCursor>,
        end: Option<&InventoryCursor>,
        limit: u32,
    ) -> Result<Vec<InventoryCursor>> {
        let mut sql = self.select(after, end, self.has_rest());
        self.rest(&mut sql);
        self.ordered(&mut sql).value(limit + 1);
        self.cursors(session, &sql).await
    }

    /// The place of the `count`th row after one, whatever else is asked for.
    pub(super) async fn nth(
        &self,
        session: &mut Session,
        after: Option<&InventoryCursor>,
        count: u32,
    ) -> Result<Option<InventoryCursor>> {
        let mut sql = self.select(after, None, false);
        self.ordered(&mut sql).value(1_u32).text(" offset ").value(count - 1);
        Ok(self.cursors(session, &sql).await?.pop())
    }

    /// How many the index finds, up to `most`.
    pub(super) async fn count(&self, session: &mut Session, most: u64) -> Result<u64> {
        let mut sql = Sql::new("select count(*) from (select 1 as one");
        if self.by == By::Flag(InventoryFlag::Stale) {
            // What was last used on an earlier day is stale for certain: only of those of the day are the rows read.
            let day = self.criteria.stale_before.day();
            sql.text(" from app_password p where p.state <> 2 and p.last_day < ").value(day);
            sql.text(" union all select 1 from app_password p where p.state <> 2 and p.last_day = ")
                .value(day);
            flagged(&mut sql, InventoryFlag::Stale, &self.criteria);
        } else {
            self.from(&mut sql, false);
        }
        sql.text(" limit ").value(most).text(") counted");
        sql.number(session).await
    }

    /// With the whole rows, or only with what the index has.
    fn select<'v>(
        &'v self,
        after: Option<&'v InventoryCursor>,
        end: Option<&'v InventoryCursor>,
        whole: bool,
    ) -> Sql<'v> {
        let mut sql = Sql::new("select ");
        sql.text(self.id());
        if let Order::Up(column) | Order::Down(column) = self.order {
            sql.text(", ").text(column);
        }
        self.from(&mut sql, whole);
        let (beyond, up_to) = if matches!(self.order, Order::Up(_)) { (">", "<=") } else { ("<", ">=") };
        for (place, comparison) in [(after, beyond), (end, up_to)] {
            if let Some(place) = place {
                self.bound(&mut sql, place, comparison);
            }
        }
        sql
    }

    /// Where the index has the id.
    fn id(&self) -> &'static str {
        if self.by == By::Flag(InventoryFlag::TriedAfterEnd) { "t.app_password_id" } else { "p.id" }
    }

    /// What the index answers.
    fn from<'s, 'v>(&'v self, sql: &'s mut Sql<'v>, whole: bool) -> &'s mut Sql<'v> {
        let stale_before = self.criteria.stale_before;
        if self.by == By::Flag(InventoryFlag::TriedAfterEnd) {
            // Each row there is of one app password, which need not be read to know that it is there.
            sql.text(" from tried_after_end t");
            if whole {
                sql.text(" join app_password p on p.id = t.app_password_id");
            }
            return sql.text(" where t.last_at >= 0");
        }
        sql.text(" from app_password p");
        match self.by {
            By::All => sql.text(" where p.state <> 2"),
            By::Owner => {
                sql.text(" where p.state <> 2 and p.account_id = ").value(self.filter.owner.as_ref())
            }
            By::Name => {
                sql.text(" where p.state <> 2");
                self.named(sql)
            }
            By::Flag(flag) => {
                sql.text(" where p.state <> 2");
                if flag == InventoryFlag::Stale {
                    sql.text(" and p.last_day <= ").value(stale_before.day());
                }
                match flag {
                    // Those that end unused have an index of their own.
                    InventoryFlag::ExpiringSoon => expiring(sql, &self.criteria),
                    flag => flagged(sql, flag, &self.criteria),
                }
            }
        }
    }

    /// What it does not.
    fn rest<'v>(&'v self, sql: &mut Sql<'v>) {
        if let Some(flag) = self.filter.flag.filter(|flag| self.by != By::Flag(*flag)) {
            flagged(sql, flag, &self.criteria);
        }
        if let Some(owner) = self.filter.owner.as_ref().filter(|_| self.by != By::Owner) {
            sql.text(" and p.account_id = ").value(owner);
        }
        if self.by != By::Name {
            self.named(sql);
        }
        if let Some(door) = self.filter.door {
            sql.text(" and (p.scope & ").value(door).text(") <> 0");
        }
    }

    fn named<'s, 'v>(&'v self, sql: &'s mut Sql<'v>) -> &'s mut Sql<'v> {
        if let Some((begins, beyond)) = &self.name {
            sql.text(" and p.folded_name >= ").value(begins);
            if let Some(beyond) = beyond {
                sql.text(" and p.folded_name < ").value(beyond);
            }
        }
        sql
    }

    fn bound<'v>(&self, sql: &mut Sql<'v>, place: &'v InventoryCursor, comparison: &str) {
        let (Order::Up(column) | Order::Down(column)) = self.order else {
            sql.text(" and ").text(self.id()).text(" ").text(comparison).text(" ").value(&place.id);
            return;
        };
        sql.text(" and (").text(column).text(", ").text(self.id()).text(") ").text(comparison).text(" (");
        match (&place.key, column) {
            (CursorKey::Name(name), NAME) => sql.value(name),
            (CursorKey::Number(number), column) if column != NAME => sql.value(*number),
            // A place of another list, which somebody put together: from the beginning.
            (_, NAME) => sql.value(""),
            _ => sql.value(0_i64),
        };
        sql.text(", ").value(&place.id).text(")");
    }

    fn ordered<'s, 'v>(&self, sql: &'s mut Sql<'v>) -> &'s mut Sql<'v> {
        let id = self.id();
        match self.order {
            Order::Newest => sql.text(&format!(" order by {id} desc limit ")),
            Order::Up(column) => sql.text(&format!(" order by {column}, {id} limit ")),
            Order::Down(column) => sql.text(&format!(" order by {column} desc, {id} desc limit ")),
        }
    }

    async fn cursors(&self, session: &mut Session, sql: &Sql<'_>) -> Result<Vec<InventoryCursor>> {
        let order = self.order;
        sql.rows(session, move |columns| {
            let id = columns.next("app_password.id")?;
            let key = match order {
                Order::Newest => CursorKey::Newest,
                Order::Up(NAME) => CursorKey::Name(columns.next("app_password.folded_name")?),
                Order::Up(_) | Order::Down(_) => CursorKey::Number(columns.next("app_password")?),
            };
            Ok(InventoryCursor { key, id })
        })
        .await
    }
}

/// The condition that its expiry is near.
fn expiring<'s, 'v>(sql: &'s mut Sql<'v>, criteria: &InventoryCriteria) -> &'s mut Sql<'v> {
    sql.text(" and p.expires_at >= ").value(criteria.now);
    sql.text(" and p.expires_at < ").value(criteria.expiring_before)
}

/// What a flag means, beside not being revoked. What is too wide is among those that meet it.
fn flagged<'s, 'v>(
    sql: &'s mut Sql<'v>,
    flag: InventoryFlag,
    criteria: &InventoryCriteria,
) -> &'s mut Sql<'v> {
    let InventoryCriteria { stale_before, doors_to_look_at, .. } = *criteria;
    match flag {
        InventoryFlag::NeverUsed => sql.text(" and p.used = 0"),
        InventoryFlag::Stale => sql.text(" and coalesce(p.last_at, p.created_at) < ").value(stale_before),
        InventoryFlag::NoExpiry => sql.text(" and p.expires_at is null and p.idle_expiry is null"),
        InventoryFlag::TooWide => sql
            .text(" and ((p.scope & ")
            .value(doors_to_look_at)
            // What its networks are worth is seen in the row alone.
            .text(") <> 0 or p.scope = ")
            .value(DoorSet::all())
            .text(")"),
        InventoryFlag::ExpiringSoon => {
            sql.text(" and ((1 = 1");
            expiring(sql, criteria).text(") or (").text(ending::MAY_LIE_IDLE);
            ending::unused(sql, criteria).text("))")
        }
        // Only consents lapse.
        InventoryFlag::Lapsed => sql.text(" and 1 = 0"),
        InventoryFlag::TriedAfterEnd => {
            sql.text(" and p.id in (select t.app_password_id from tried_after_end t)")
        }
    }
}

/// The first text that no longer begins with `prefix`; none when every later one does. Texts are compared by octets, and
/// the octets of UTF-8 are in the order of its characters.
pub(super) fn after(prefix: &str) -> Option<String> {
    let mut characters: Vec<char> = prefix.chars().collect();
    while let Some(last) = characters.pop() {
        if let Some(next) = (last..=char::MAX).nth(1) {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_after_a_beginning() {
        for (prefix, next) in [
            ("a", Some("b")),
            ("scan", Some("scao")),
            ("\u{d7ff}", Some("\u{e000}")),
            ("a\u{10ffff}", Some("b")),
            ("\u{10ffff}", None),
            ("", None),
        ] {
            assert_eq!(after(prefix).as_deref(), next, "{prefix:?}");
        }
    }
}

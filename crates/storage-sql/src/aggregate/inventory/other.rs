//! The other kinds of the inventory. Each has a list in the order of its key, which is walked from a place on: at most
//! [`MOST_LOOKED_AT`] rows a page, so that a filter that nothing meets costs no more than that.

mod read;

use std::net::IpAddr;

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::door::Door;
use postern_domain::id::AccountId;
use postern_storage::{
    BearerTried, InventoryCriteria, InventoryFlag, MOST_COUNTED, MOST_LOOKED_AT, OtherCredentialsRead,
    OtherCredentialsWrite, OtherCursor, OtherFilter, OtherKind, OtherPage, Result,
};

use super::lead::after;
use super::sql::Sql;
use crate::convert::{AddressBytes, parameters};
use crate::session::Session;

/// The beginning of a statement on the list of a kind.
struct List<'f> {
    filter: &'f OtherFilter,
    criteria: &'f InventoryCriteria,
    /// How the folded name begins, and the first text that no longer begins so.
    name: Option<(String, Option<String>)>,
}

/// What each kind is read from, by what key.
struct Source {
    from: &'static str,
    id: &'static str,
    name: &'static str,
}

impl Source {
    const fn of(kind: OtherKind) -> Self {
        let (from, id, name) = match kind {
            OtherKind::AccountPassword => {
                ("account_password_seen c where c.open = 1 and c.last_at is not null", "c.account_id", "")
            }
            OtherKind::ApiToken => ("api_token c where c.revoked_at is null", "c.id", ""),
            OtherKind::ClientSecret => ("service_principal c where c.revoked_at is null", "c.id", ""),
            OtherKind::Consent => ("consent c where 1 = 1", "c.account_id", "c.provider"),
            OtherKind::MailboxPassword => ("mailbox_password c where 1 = 1", "c.account_id", "c.upstream"),
        };
        Self { from, id, name }
    }

    /// With those that have ended, which were tried since.
    const fn tried(kind: OtherKind, at_a_door: bool) -> Self {
        match kind {
            OtherKind::ApiToken => {
                Self { from: "bearer_tried t join api_token c on c.id = t.id where 1 = 1", ..Self::of(kind) }
            }
            OtherKind::ClientSecret => Self {
                from: "bearer_tried t join service_principal c on c.id = t.id where 1 = 1",
                ..Self::of(kind)
            },
            // Where MFA is enforced, too. At one door the last attempt can be another one than at all doors.
            OtherKind::AccountPassword if at_a_door => {
                Self { from: "account_password_seen c where c.refused_at is not null", ..Self::of(kind) }
            }
            OtherKind::AccountPassword => Self {
                from: "account_password_seen c where c.refused_at > coalesce(c.last_at, 0)",
                ..Self::of(kind)
            },
            OtherKind::Consent | OtherKind::MailboxPassword => Self::of(kind),
        }
    }
}

impl<'f> List<'f> {
    fn new(filter: &'f OtherFilter, criteria: &'f InventoryCriteria) -> Self {
        let name = filter.name.as_deref().map(str::to_lowercase).map(|name| {
            let beyond = after(&name);
            (name, beyond)
        });
        Self { filter, criteria, name }
    }

    const fn source(&self) -> Source {
        match self.filter.flag {
            Some(InventoryFlag::TriedAfterEnd) => Source::tried(self.filter.kind, self.filter.door.is_some()),
            _ => Source::of(self.filter.kind),
        }
    }

    /// Whether there can be any: not every kind has an owner, a door, a name or a flag.
    fn can_be(&self) -> bool {
        let OtherFilter { kind, flag, door, owner, name, .. } = self.filter;
        flag.is_none_or(|flag| kind.can_be(flag))
            && (door.is_none() || *kind == OtherKind::AccountPassword)
            && (owner.is_none() || *kind != OtherKind::ClientSecret)
            && (name.is_none() || *kind != OtherKind::AccountPassword)
    }

    /// The places of the first after one, up to another, one more than the limit where there are so many.
    async fn keys(&self, session: &mut Session, end: Option<&OtherCursor>) -> Result<Vec<OtherCursor>> {
        let mut sql = self.select(end);
        self.which(&mut sql);
        self.ordered(&mut sql).value(self.filter.limit + 1);
        cursors(session, &sql).await
    }

    /// The place of the last row that a page looks at; none: there are not so many.
    async fn end(&self, session: &mut Session) -> Result<Option<OtherCursor>> {
        let mut sql = self.select(None);
        self.ordered(&mut sql).value(1_u32).text(" offset ").value(MOST_LOOKED_AT - 1);
        Ok(cursors(session, &sql).await?.pop())
    }

    async fn count(&self, session: &mut Session) -> Result<u64> {
        let mut sql = Sql::new("select count(*) from (select 1 as one from ");
        sql.text(self.source().from);
        self.which(&mut sql);
        sql.text(" limit ").value(MOST_COUNTED + 1).text(") counted");
        sql.number(session).await
    }

    fn select<'v>(&'v self, end: Option<&'v OtherCursor>) -> Sql<'v> {
        let source = self.source();
        let mut sql = Sql::new("select ");
        sql.text(source.id).text(", ").text(if source.name.is_empty() { "''" } else { source.name });
        sql.text(" from ").text(source.from);
        for (place, comparison) in [(self.filter.after.as_ref(), " < "), (end, " >= ")] {
            let Some(place) = place else { continue };
            if source.name.is_empty() {
                sql.text(" and ").text(source.id).text(comparison).value(place.id.as_slice());
            } else {
                sql.text(" and (").text(source.id).text(", ").text(source.name).text(")").text(comparison);
                sql.text("(").value(place.id.as_slice()).text(", ").value(&place.name).text(")");
            }
        }
        sql
    }

    fn ordered<'s, 'v>(&self, sql: &'s mut Sql<'v>) -> &'s mut Sql<'v> {
        let source = self.source();
        sql.text(" order by ").text(source.id).text(" desc");
        if !source.name.is_empty() {
            sql.text(", ").text(source.name).text(" desc");
        }
        sql.text(" limit ")
    }

    /// What is asked for of each row.
    fn which<'v>(&'v self, sql: &mut Sql<'v>) {
        let OtherFilter { kind, flag, door, owner, .. } = self.filter;
        if let Some(owner) = owner {
            sql.text(" and c.account_id = ").value(owner);
        }
        if let Some(door) = door {
            self.at_door(sql, *door);
        }
        if let Some((begins, beyond)) = &self.name {
            let column = match kind {
                OtherKind::Consent => "c.provider",
                OtherKind::MailboxPassword => "c.upstream",
                _ => "c.folded_name",
            };
            sql.text(" and ").text(column).text(" >= ").value(begins);
            if let Some(beyond) = beyond {
                sql.text(" and ").text(column).text(" < ").value(beyond);
            }
        }
        if let Some(flag) = flag {
            self.flagged(sql, *flag);
        }
    }

    /// What a flag means of each row.
    fn flagged(&self, sql: &mut Sql<'_>, flag: InventoryFlag) {
        let InventoryCriteria { now, stale_before, expiring_before, .. } = *self.criteria;
        let expires = match self.filter.kind {
            OtherKind::ClientSecret => "c.secret_expires_at",
            _ => "c.expires_at",
        };
        let used = match self.filter.kind {
            OtherKind::Consent => ["c.used_at", "c.connected_at"],
            _ => ["c.last_at", "c.created_at"],
        };
        match (self.filter.kind, flag) {
            (OtherKind::AccountPassword, InventoryFlag::Stale) if self.filter.door.is_none() => {
                sql.text(" and c.last_at < ").value(stale_before)
            }
            // An account password is good for every door from any network, and never ends by itself.
            (OtherKind::AccountPassword | OtherKind::MailboxPassword, _) => sql,
            (_, InventoryFlag::TooWide) => sql.text(" and c.wide = 1"),
            (_, InventoryFlag::NeverUsed) => sql.text(" and ").text(used[0]).text(" is null"),
            (_, InventoryFlag::Stale) => {
                sql.text(" and coalesce(").text(used[0]).text(", ").text(used[1]).text(") < ");
                sql.value(stale_before)
            }
            (_, InventoryFlag::NoExpiry) => sql.text(" and ").text(expires).text(" is null"),
            (_, InventoryFlag::ExpiringSoon) => {
                sql.text(" and ").text(expires).text(" >= ").value(now);
                sql.text(" and ").text(expires).text(" < ").value(expiring_before)
            }
            (_, InventoryFlag::TriedAfterEnd) => {
                sql.text(" and (c.revoked_at is not null or ").text(expires).text(" <= ");
                sql.value(now).text(")")
            }
            (_, InventoryFlag::Lapsed) => sql.text(" and c.lapsed = 1"),
        };
    }

    /// What is asked for of an account password, as it was used at one door.
    fn at_door(&self, sql: &mut Sql<'_>, door: Door) {
        let latest = |sql: &mut Sql<'_>, column: &str| {
            sql.text("(select max(u.").text(column).text(") from account_password_use u ");
            sql.text("where u.account_id = c.account_id and u.door = ").value(door).text(")");
        };
        sql.text(" and ");
        match self.filter.flag {
            Some(InventoryFlag::TriedAfterEnd) => {
                latest(sql, "refused_at");
                sql.text(" > coalesce(");
                latest(sql, "last_at");
                sql.text(", 0)");
            }
            Some(InventoryFlag::Stale) => {
                latest(sql, "last_at");
                sql.text(" < ").value(self.criteria.stale_before);
            }
            _ => {
                latest(sql, "last_at");
                sql.text(" is not null");
            }
        }
    }
}

async fn cursors(session: &mut Session, sql: &Sql<'_>) -> Result<Vec<OtherCursor>> {
    sql.rows(session, |columns| Ok(OtherCursor { id: columns.next("a key")?, name: columns.next("a key")? }))
        .await
}

#[async_trait]
impl OtherCredentialsRead for Session {
    async fn other_credentials(
        &mut self,
        filter: &OtherFilter,
        criteria: &InventoryCriteria,
    ) -> Result<OtherPage> {
        let list = List::new(filter, criteria);
        if !list.can_be() {
            return Ok(OtherPage { rows: Vec::new(), next: None });
        }
        let end = list.end(self).await?;
        let mut found = list.keys(self, end.as_ref()).await?;
        let is_full = found.len() > filter.limit as usize;
        found.truncate(filter.limit as usize);
        let next = if is_full { found.last().cloned() } else { end };
        Ok(OtherPage { rows: read::rows(self, filter.kind, &found).await?, next })
    }

    async fn other_credential_count(
        &mut self,
        kind: OtherKind,
        flag: Option<InventoryFlag>,
        criteria: &InventoryCriteria,
    ) -> Result<u64> {
        let filter = OtherFilter { kind, flag, door: None, owner: None, name: None, after: None, limit: 0 };
        let list = List::new(&filter, criteria);
        if list.can_be() { list.count(self).await } else { Ok(0) }
    }

    async fn bearer_tried(&mut self, id: &[u8; 16]) -> Result<Option<BearerTried>> {
        let sql = "select first_at, last_at, address, tries from bearer_tried where id = $1";
        self.first(sql, &parameters![id.as_slice()], |columns| {
            Ok(BearerTried {
                first_at: columns.next("bearer_tried.first_at")?,
                last_at: columns.next("bearer_tried.last_at")?,
                address: columns.next("bearer_tried.address")?,
                count: columns.next("bearer_tried.tries")?,
            })
        })
        .await
    }
}

#[async_trait]
impl OtherCredentialsWrite for Session {
    async fn add_bearer_tried(&mut self, id: &[u8; 16], at: Timestamp, address: IpAddr) -> Result<()> {
        let address = AddressBytes::from(address);
        self.execute(
            "insert into bearer_tried (id, first_at, last_at, address, tries) values ($1, $2, $2, $3, 1) \
             on conflict (id) do update set last_at = excluded.last_at, address = excluded.address, \
             tries = bearer_tried.tries + 1",
            &parameters![id.as_slice(), at, &address],
        )
        .await?;
        Ok(())
    }

    async fn use_consent(&mut self, account: AccountId, provider: &str, at: Timestamp) -> Result<()> {
        let sql = "update consent set used_at = $3 where account_id = $1 and provider = $2";
        self.execute(sql, &parameters![&account, provider, at]).await?;
        Ok(())
    }
}

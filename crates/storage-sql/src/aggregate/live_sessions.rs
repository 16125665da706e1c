//! Live sessions at the doors, and the servers that have them.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::id::{DoorSessionId, NodeId};
use postern_storage::{
    ListedLiveSession, LiveSession, LiveSessionFilter, LiveSessionsRead, LiveSessionsWrite, Result,
};

use crate::batch::{batches, places};
use crate::convert::{AddressBytes, Columns, Conditions, parameters};
use crate::driver::Value;
use crate::session::Session;

/// Columns of a session.
const COLUMNS: usize = 11;

/// In the order in which [`read_listed`] takes them. The sessions are looked at first, whatever there are of the others
/// (SQLite keeps the order of a `cross join`): so a list ends with its page.
const SELECT: &str = "select l.id, l.node_id, l.account_id, l.app_password_id, l.door, l.address, l.client, l.acting_for, \
     l.since, l.octets_from_client, l.octets_to_client, a.name, p.name \
     from live_session l cross join node n cross join account a \
     left join app_password p on p.id = l.app_password_id where n.id = l.node_id and a.id = l.account_id";

fn read_listed(columns: &mut Columns<'_>) -> Result<ListedLiveSession> {
    Ok(ListedLiveSession {
        session: LiveSession {
            id: columns.next("live_session.id")?,
            node: columns.next("live_session.node_id")?,
            account: columns.next("live_session.account_id")?,
            app_password: columns.next("live_session.app_password_id")?,
            door: columns.next("live_session.door")?,
            address: columns.next("live_session.address")?,
            client: columns.next("live_session.client")?,
            acting_for: columns.next("live_session.acting_for")?,
            since: columns.next("live_session.since")?,
            octets_from_client: columns.next("live_session.octets_from_client")?,
            octets_to_client: columns.next("live_session.octets_to_client")?,
        },
        account_name: columns.next("account.name")?,
        app_password_name: columns.next("app_password.name")?,
    })
}

#[async_trait]
impl LiveSessionsRead for Session {
    async fn live_sessions(&mut self, filter: &LiveSessionFilter) -> Result<Vec<ListedLiveSession>> {
        let mut conditions = Conditions::going_on(SELECT);
        conditions.add_plain("l.to_end_at is null");
        conditions.add("n.heard_at >=", Some(filter.heard_since));
        conditions.add("l.account_id =", filter.account.as_ref());
        conditions.add("l.app_password_id =", filter.app_password.as_ref());
        if let Some(after) = &filter.after {
            let (since, id) = (conditions.place(after.since), conditions.place(&after.id));
            conditions.add_plain(&format!("(l.since, l.id) < ({since}, {id})"));
        }
        let (sql, parameters) = conditions.finish("order by l.since desc, l.id desc", filter.limit);
        self.rows(&sql, &parameters, read_listed).await
    }

    async fn live_session(&mut self, id: DoorSessionId) -> Result<Option<ListedLiveSession>> {
        let sql = format!("{SELECT} and l.id = $1");
        self.first(&sql, &parameters![&id], read_listed).await
    }

    async fn live_sessions_to_end(&mut self) -> Result<Vec<DoorSessionId>> {
        let sql = "select id from live_session where to_end_at is not null order by id";
        self.rows(sql, &[], |columns| columns.next("live_session.id")).await
    }
}

#[async_trait]
impl LiveSessionsWrite for Session {
    async fn hear_of_node(&mut self, node: NodeId, now: Timestamp) -> Result<bool> {
        let parameters = parameters![&node, now];
        if self.execute("update node set heard_at = $2 where id = $1", &parameters).await? > 0 {
            return Ok(true);
        }
        self.execute("insert into node (id, heard_at) values ($1, $2)", &parameters).await?;
        Ok(false)
    }

    async fn delete_node(&mut self, node: NodeId) -> Result<()> {
        self.execute("delete from node where id = $1", &parameters![&node]).await.map(|_| ())
    }

    async fn delete_silent_nodes(&mut self, before: Timestamp) -> Result<u64> {
        self.execute("delete from node where heard_at < $1", &parameters![before]).await
    }

    async fn delete_all_nodes(&mut self) -> Result<()> {
        self.execute("delete from node", &[]).await.map(|_| ())
    }

    async fn put_live_sessions(&mut self, sessions: &[LiveSession]) -> Result<()> {
        for batch in batches(sessions) {
            put(self, batch).await?;
            // SQLite's statements run inline: between them, others have their turn on this thread.
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    async fn delete_live_sessions(&mut self, ids: &[DoorSessionId]) -> Result<()> {
        for batch in batches(ids) {
            let sql = format!("delete from live_session where id in {}", places(1, batch.len()));
            let parameters: Vec<Value<'_>> = batch.iter().map(Value::from).collect();
            self.execute(&sql, &parameters).await?;
        }
        Ok(())
    }

    async fn ask_live_session_to_end(&mut self, id: DoorSessionId, now: Timestamp) -> Result<bool> {
        let sql = "update live_session set to_end_at = $2 where id = $1 and to_end_at is null";
        Ok(self.execute(sql, &parameters![&id, now]).await? > 0)
    }
}

/// Writes one batch.
async fn put(session: &mut Session, batch: &[LiveSession]) -> Result<()> {
    let sql = format!(
        "insert into live_session (id, node_id, account_id, app_password_id, door, address, client, acting_for, \
         since, octets_from_client, octets_to_client) values {} on conflict (id) do update set \
         octets_from_client = excluded.octets_from_client, octets_to_client = excluded.octets_to_client",
        places(batch.len(), COLUMNS)
    );
    let addresses: Vec<_> = batch.iter().map(|one| AddressBytes::from(one.address)).collect();
    let mut parameters = Vec::with_capacity(batch.len() * COLUMNS);
    for (one, address) in batch.iter().zip(&addresses) {
        parameters.extend::<[Value<'_>; COLUMNS]>(parameters![
            &one.id,
            &one.node,
            &one.account,
            one.app_password.as_ref(),
            one.door,
            address,
            one.client.as_deref(),
            one.acting_for.as_ref(),
            one.since,
            one.octets_from_client,
            one.octets_to_client
        ]);
    }
    session.execute(&sql, &parameters).await.map(|_| ())
}

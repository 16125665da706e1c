//! The audit log: the records of the chain, and beside them its end.

use async_trait::async_trait;
use postern_domain::audit::{AuditRecord, Link, NewAuditRecord};
use postern_storage::{AuditFilter, AuditLogRead, AuditLogWrite, Result, StorageError};

use super::account_list::containing;
use crate::convert::{Columns, Conditions, parameters};
use crate::session::Session;

/// The columns of a record, in the order in which [`read_record`] takes them.
macro_rules! record_columns {
    () => {
        "sequence, at, actor, operation, account_id, app_password_id, details, previous, digest"
    };
}

fn read_record(columns: &mut Columns<'_>) -> Result<AuditRecord> {
    Ok(AuditRecord {
        sequence: columns.next("audit_record.sequence")?,
        at: columns.next("audit_record.at")?,
        actor: columns.next("audit_record.actor")?,
        operation: columns.next("audit_record.operation")?,
        account: columns.next("audit_record.account_id")?,
        app_password: columns.next("audit_record.app_password_id")?,
        details: serde_json::from_str(columns.next("audit_record.details")?)
            .map_err(|_| StorageError::Corrupt { what: "audit_record.details" })?,
        previous: columns.next("audit_record.previous")?,
        digest: columns.next("audit_record.digest")?,
    })
}

#[async_trait]
impl AuditLogRead for Session {
    async fn audit_records(&mut self, filter: &AuditFilter) -> Result<Vec<AuditRecord>> {
        const SELECT: &str = concat!("select ", record_columns!(), " from audit_record");
        let (first, last) = bounds(self, filter).await?;
        let text = filter.text.as_ref().map(|text| containing(&text.to_ascii_lowercase()));
        let mut conditions = Conditions::new(SELECT);
        conditions.add("account_id =", filter.account.as_ref());
        conditions.add("app_password_id =", filter.app_password.as_ref());
        conditions.add("operation =", filter.operation);
        conditions.add("actor =", filter.actor.as_ref());
        // The places bound a span already, in the order of the list. The plus keeps its index from being used, by which all of
        // the span would be read and sorted.
        conditions.add("+at >=", filter.since);
        conditions.add("+at <", filter.until);
        conditions.add("sequence <", filter.before);
        conditions.add("sequence >", filter.after);
        conditions.add("sequence >=", first);
        conditions.add("sequence <=", last);
        // The tab stands in neither: no text reaches from one into the other.
        conditions.add_with("lower(actor || '\t' || details) like", text.as_ref(), "escape '!'");
        let (sql, parameters) = conditions.finish("order by sequence desc", filter.limit);
        self.rows(&sql, &parameters, read_record).await
    }

    async fn audit_record(&mut self, sequence: u64) -> Result<Option<AuditRecord>> {
        const SQL: &str = concat!("select ", record_columns!(), " from audit_record where sequence = $1");
        self.first(SQL, &parameters![sequence], read_record).await
    }

    async fn audit_records_after(&mut self, sequence: u64, limit: u32) -> Result<Vec<AuditRecord>> {
        const SQL: &str = concat!(
            "select ",
            record_columns!(),
            " from audit_record where sequence > $1 order by sequence limit $2"
        );
        self.rows(SQL, &parameters![sequence, limit], read_record).await
    }

    async fn audit_head(&mut self) -> Result<Link> {
        let head = self
            .first("select sequence, digest from audit_head where one = 1", &[], |columns| {
                Ok(Link {
                    sequence: columns.next("audit_head.sequence")?,
                    digest: columns.next("audit_head.digest")?,
                })
            })
            .await?;
        Ok(head.unwrap_or(Link::START))
    }
}

#[async_trait]
impl AuditLogWrite for Session {
    async fn append_audit_records(&mut self, records: Vec<NewAuditRecord>) -> Result<Link> {
        let mut head = self.audit_head().await?;
        for record in records {
            let record = head.append(record);
            insert(self, &record).await?;
            head = Link { sequence: record.sequence, digest: record.digest };
        }
        self.execute(
            "insert into audit_head (one, sequence, digest) values (1, $1, $2) \
             on conflict (one) do update set sequence = excluded.sequence, digest = excluded.digest",
            &parameters![head.sequence, &head.digest],
        )
        .await?;
        Ok(head)
    }
}

/// How many records may stand out of the order of time around a moment: the clocks of servers differ, and clocks are set
/// back.
const OUT_OF_ORDER: u32 = 1_000;

/// Between which places the records of a span of time are. Without it a list of an old span would be looked for through
/// everything that came after.
async fn bounds(session: &mut Session, filter: &AuditFilter) -> Result<(Option<u64>, Option<u64>)> {
    let read = |columns: &mut Columns<'_>| columns.next::<Option<u64>>("audit_record.sequence");
    let first = match filter.since {
        Some(since) => {
            let sql = "select min(sequence) from (select sequence from audit_record where at < $1 \
                       order by at desc limit $2) as before";
            session.first(sql, &parameters![since, OUT_OF_ORDER], read).await?.flatten()
        }
        None => None,
    };
    let last = match filter.until {
        Some(until) => {
            let sql = "select max(sequence) from (select sequence from audit_record where at >= $1 \
                       order by at limit $2) as after";
            session.first(sql, &parameters![until, OUT_OF_ORDER], read).await?.flatten()
        }
        None => None,
    };
    Ok((first, last))
}

async fn insert(session: &mut Session, record: &AuditRecord) -> Result<()> {
    let details =
        serde_json::to_string(&record.details).map_err(|error| StorageError::Refused(Box::new(error)))?;
    session
        .execute(
            "insert into audit_record (sequence, at, actor, operation, account_id, app_password_id, details, \
             previous, digest) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &parameters![
                record.sequence,
                record.at,
                &record.actor,
                record.operation,
                record.account.as_ref(),
                record.app_password.as_ref(),
                &details,
                &record.previous,
                &record.digest
            ],
        )
        .await?;
    Ok(())
}

//! Changes to many accounts.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::id::{AccountId, BulkJobId, NodeId};
use postern_storage::{BulkChoice, BulkJob, BulkJobsRead, BulkJobsWrite, Result, StorageError};

use super::account_list::{Membership, narrow, pattern};
use crate::batch::{batches, places};
use crate::convert::{Columns, Conditions, parameters};
use crate::driver::Value;
use crate::session::Session;

/// The columns of a job, in the order in which [`read_job`] takes them.
macro_rules! job_columns {
    () => {
        "id, account_id, asked_by, change, chosen, total, done, not_done, started_at, finished_at"
    };
}

fn read_job(columns: &mut Columns<'_>) -> Result<BulkJob> {
    Ok(BulkJob {
        id: columns.next("bulk_job.id")?,
        account: columns.next("bulk_job.account_id")?,
        asked_by: columns.next("bulk_job.asked_by")?,
        change: columns
            .next::<&str>("bulk_job.change")?
            .parse()
            .map_err(|_| StorageError::Corrupt { what: "bulk_job.change" })?,
        chosen: columns.next("bulk_job.chosen")?,
        total: columns.next("bulk_job.total")?,
        done: columns.next("bulk_job.done")?,
        not_done: columns.next("bulk_job.not_done")?,
        started_at: columns.next("bulk_job.started_at")?,
        finished_at: columns.next("bulk_job.finished_at")?,
    })
}

#[async_trait]
impl BulkJobsRead for Session {
    async fn bulk_job(&mut self, id: BulkJobId) -> Result<Option<BulkJob>> {
        const SQL: &str = concat!("select ", job_columns!(), " from bulk_job where id = $1");
        self.first(SQL, &parameters![&id], read_job).await
    }

    async fn bulk_jobs(&mut self, before: Option<BulkJobId>, limit: u32) -> Result<Vec<BulkJob>> {
        const SELECT: &str = concat!("select ", job_columns!(), " from bulk_job");
        let mut conditions = Conditions::new(SELECT);
        conditions.add("id <", before.as_ref());
        let (sql, parameters) = conditions.finish("order by id desc", limit);
        self.rows(&sql, &parameters, read_job).await
    }

    async fn abandoned_bulk_jobs(&mut self, before: Timestamp) -> Result<Vec<BulkJobId>> {
        let sql = "select id from bulk_job where finished_at is null and heard_at < $1 order by heard_at";
        self.rows(sql, &parameters![before], |columns| columns.next("bulk_job.id")).await
    }

    async fn bulk_accounts_to_come(&mut self, id: BulkJobId, limit: u32) -> Result<Vec<AccountId>> {
        let sql =
            "select account_id from bulk_job_account where job_id = $1 and state = 0 order by name limit $2";
        self.rows(sql, &parameters![&id, limit], |columns| columns.next("bulk_job_account.account_id")).await
    }

    async fn bulk_accounts_not_done(
        &mut self,
        id: BulkJobId,
        after: Option<&AccountName>,
        limit: u32,
    ) -> Result<Vec<(AccountId, AccountName, String)>> {
        let sql = "select account_id, name, why from bulk_job_account \
                   where job_id = $1 and state = 2 and name > $2 order by name limit $3";
        let after = after.map_or("", AccountName::as_str);
        self.rows(sql, &parameters![&id, after, limit], |columns| {
            Ok((
                columns.next("bulk_job_account.account_id")?,
                columns.next("bulk_job_account.name")?,
                columns.next("bulk_job_account.why")?,
            ))
        })
        .await
    }
}

#[async_trait]
impl BulkJobsWrite for Session {
    async fn insert_bulk_job(&mut self, job: BulkJob, choice: &BulkChoice) -> Result<BulkJob> {
        let change = job.change.to_string();
        self.execute(
            "insert into bulk_job (id, account_id, asked_by, change, chosen, total, done, not_done, started_at, \
             finished_at, heard_at) values ($1, $2, $3, $4, $5, 0, 0, 0, $6, null, $6)",
            &parameters![&job.id, &job.account, &job.asked_by, &change, &job.chosen, job.started_at],
        )
        .await?;
        let total = insert_accounts(self, job.id, choice).await?;
        let finished_at = (total == 0).then_some(job.started_at);
        let sql = "update bulk_job set total = $2, finished_at = $3 where id = $1";
        self.execute(sql, &parameters![&job.id, total, finished_at]).await?;
        Ok(BulkJob { total, done: 0, not_done: 0, finished_at, ..job })
    }

    async fn hold_bulk_job(
        &mut self,
        id: BulkJobId,
        holder: NodeId,
        now: Timestamp,
        before: Timestamp,
    ) -> Result<bool> {
        let sql = "update bulk_job set holder = $2, heard_at = $3 where id = $1 and finished_at is null \
                   and (holder is null or holder = $2 or heard_at < $4)";
        Ok(self.execute(sql, &parameters![&id, &holder, now, before]).await? > 0)
    }

    async fn note_bulk_accounts(
        &mut self,
        id: BulkJobId,
        accounts: &[(AccountId, Option<String>)],
        now: Timestamp,
    ) -> Result<()> {
        let (mut done, mut not_done) = (0, 0);
        for (account, why) in accounts {
            let sql = "update bulk_job_account set state = $3, why = $4 \
                       where job_id = $1 and account_id = $2 and state = 0";
            let state: i64 = if why.is_none() { 1 } else { 2 };
            let noted = self.execute(sql, &parameters![&id, account, state, why.as_deref()]).await?;
            if why.is_none() { done += noted } else { not_done += noted }
        }
        self.execute(
            "update bulk_job set done = done + $2, not_done = not_done + $3, heard_at = $4, finished_at = \
             case when done + not_done + $2 + $3 >= total then $4 else finished_at end where id = $1",
            &parameters![&id, done, not_done, now],
        )
        .await?;
        Ok(())
    }

    async fn forget_bulk_jobs(&mut self, before: Timestamp) -> Result<u64> {
        self.execute("delete from bulk_job where finished_at < $1", &parameters![before]).await
    }
}

/// Writes down the accounts, and gives how many.
async fn insert_accounts(session: &mut Session, job: BulkJobId, choice: &BulkChoice) -> Result<u64> {
    const INSERT: &str = "insert into bulk_job_account (job_id, account_id, name, state) \
                          select j.id, a.id, a.name, 0 from bulk_job j cross join account a";
    match choice {
        BulkChoice::Matching(filter) => {
            let pattern = pattern(filter);
            let mut conditions = Conditions::new(INSERT);
            conditions.add("j.id =", Some(&job));
            narrow(&mut conditions, filter, &pattern, Membership::First);
            let (sql, parameters) = conditions.all();
            session.execute(&sql, &parameters).await
        }
        BulkChoice::Listed(listed) => {
            let mut listed = listed.clone();
            listed.sort_unstable();
            listed.dedup();
            let mut total = 0;
            for batch in batches(&listed) {
                // The places are counted from 1; the job stands after the accounts.
                let sql = format!(
                    "{INSERT} where a.status <> 2 and a.id in {} and j.id = ${}",
                    places(1, batch.len()),
                    batch.len() + 1
                );
                let mut parameters: Vec<Value<'_>> = batch.iter().map(Value::from).collect();
                parameters.push((&job).into());
                total += session.execute(&sql, &parameters).await?;
            }
            Ok(total)
        }
    }
}

//! The outbox of notices.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::account::AccountName;
use postern_domain::id::{AccountId, AppPasswordId};
use postern_storage::{
    AddressedNotice, KnownNetworks, NetworkNews, Notice, NoticeDelivery, NoticeRecipient, NoticeText,
    NoticesRead, NoticesWrite, Result, SeenNetwork, StorageError,
};

use crate::convert::{Columns, Conditions, parameters};
use crate::session::Session;

/// The columns of a notice, in the order in which [`read_notice`] takes them.
macro_rules! notice_columns {
    () => {
        "n.sequence, n.at, n.kind, n.account_id, n.subject, n.facts, n.advice, n.link"
    };
}

/// In the order in which [`read_addressed`] takes them.
const SELECT_ADDRESSED: &str = concat!(
    "select ",
    notice_columns!(),
    ", a.name, r.account_id, r.address, r.attempts, r.state, r.state_at, r.problem from notice_recipient r \
     join notice n on n.sequence = r.notice left join account a on a.id = n.account_id"
);

fn read_notice(columns: &mut Columns<'_>) -> Result<Notice> {
    Ok(Notice {
        sequence: columns.next("notice.sequence")?,
        text: NoticeText {
            at: columns.next("notice.at")?,
            kind: columns.next("notice.kind")?,
            account: columns.next("notice.account_id")?,
            subject: columns.next("notice.subject")?,
            facts: serde_json::from_str(columns.next("notice.facts")?)
                .map_err(|_| StorageError::Corrupt { what: "notice.facts" })?,
            advice: columns.next("notice.advice")?,
            link: columns.next("notice.link")?,
        },
    })
}

fn read_addressed(columns: &mut Columns<'_>) -> Result<AddressedNotice> {
    Ok(AddressedNotice {
        notice: read_notice(columns)?,
        account_name: columns.next("account.name")?,
        recipient: NoticeRecipient {
            account: columns.next("notice_recipient.account_id")?,
            address: columns.next("notice_recipient.address")?,
        },
        attempts: columns.next("notice_recipient.attempts")?,
        delivery: read_delivery(columns)?,
    })
}

fn read_delivery(columns: &mut Columns<'_>) -> Result<NoticeDelivery> {
    let state: u32 = columns.next("notice_recipient.state")?;
    let at: Timestamp = columns.next("notice_recipient.state_at")?;
    let problem: Option<String> = columns.next("notice_recipient.problem")?;
    match (state, problem) {
        (0, problem) => Ok(NoticeDelivery::Waiting { next_at: at, problem }),
        (1, _) => Ok(NoticeDelivery::Delivered { at }),
        (2, Some(problem)) => Ok(NoticeDelivery::GivenUp { at, problem }),
        _ => Err(StorageError::Corrupt { what: "notice_recipient.state" }),
    }
}

#[async_trait]
impl NoticesRead for Session {
    async fn notices_of(
        &mut self,
        account: AccountId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Notice>> {
        // Somebody with several addresses was told once.
        const SELECT: &str = concat!(
            "select distinct ",
            notice_columns!(),
            " from notice_recipient r join notice n on n.sequence = r.notice"
        );
        let mut conditions = Conditions::new(SELECT);
        conditions.add("r.account_id =", Some(&account));
        conditions.add("r.notice <", before);
        let (sql, parameters) = conditions.finish("order by n.sequence desc", limit);
        self.rows(&sql, &parameters, read_notice).await
    }

    async fn notices_after(
        &mut self,
        sequence: u64,
        limit: u32,
    ) -> Result<Vec<(Notice, Option<AccountName>)>> {
        const SQL: &str = concat!(
            "select ",
            notice_columns!(),
            ", a.name from notice n left join account a on a.id = n.account_id where n.sequence > $1 \
             order by n.sequence limit $2"
        );
        let read = |columns: &mut Columns<'_>| Ok((read_notice(columns)?, columns.next("account.name")?));
        self.rows(SQL, &parameters![sequence, limit], read).await
    }

    async fn a_notice_is_due(&mut self, now: Timestamp) -> Result<bool> {
        let sql = "select state_at from notice_recipient where state = 0 and state_at <= $1 limit 1";
        let due: Option<Timestamp> =
            self.first(sql, &parameters![now], |columns| columns.next("notice_recipient.state_at")).await?;
        Ok(due.is_some())
    }

    async fn new_network_count(&mut self, app_password: AppPasswordId, since: Timestamp) -> Result<u64> {
        let sql = "select count(*) from app_password_network where app_password_id = $1 and first_at > $2";
        self.number(sql, &parameters![&app_password, since]).await
    }

    async fn notice_head(&mut self) -> Result<u64> {
        self.number("select coalesce(max(sequence), 0) from notice", &[]).await
    }

    async fn troubled_notices(&mut self, before: Option<u64>, limit: u32) -> Result<Vec<AddressedNotice>> {
        let mut conditions = Conditions::new(SELECT_ADDRESSED);
        conditions.add_plain("r.problem is not null");
        conditions.add("r.notice <", before);
        let (sql, parameters) = conditions.finish("order by r.notice desc, r.address", limit);
        self.rows(&sql, &parameters, read_addressed).await
    }
}

#[async_trait]
impl NoticesWrite for Session {
    async fn insert_notice(&mut self, text: &NoticeText, recipients: &[NoticeRecipient]) -> Result<u64> {
        let sequence = self.notice_head().await? + 1;
        let facts =
            serde_json::to_string(&text.facts).map_err(|error| StorageError::Refused(Box::new(error)))?;
        self.execute(
            "insert into notice (sequence, at, kind, account_id, subject, facts, advice, link) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            &parameters![
                sequence,
                text.at,
                text.kind,
                text.account.as_ref(),
                &text.subject,
                &facts,
                &text.advice,
                &text.link
            ],
        )
        .await?;
        for recipient in recipients {
            self.execute(
                "insert into notice_recipient (notice, address, account_id, state, attempts, state_at) \
                 values ($1, $2, $3, 0, 0, $4) on conflict (notice, address) do nothing",
                &parameters![sequence, &recipient.address, recipient.account.as_ref(), text.at],
            )
            .await?;
        }
        Ok(sequence)
    }

    async fn take_due_notices(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<AddressedNotice>> {
        let sql = format!(
            "{SELECT_ADDRESSED} where r.state = 0 and r.state_at <= $1 order by r.state_at, r.notice limit $2"
        );
        let mut due = self.rows(&sql, &parameters![now, limit], read_addressed).await?;
        for taken in &mut due {
            taken.attempts += 1;
            self.execute(
                "update notice_recipient set state_at = $3, attempts = $4 where notice = $1 and address = $2",
                &parameters![taken.notice.sequence, &taken.recipient.address, until, taken.attempts],
            )
            .await?;
        }
        Ok(due)
    }

    async fn settle_notice(
        &mut self,
        sequence: u64,
        address: &AccountName,
        attempts: u32,
        delivery: &NoticeDelivery,
    ) -> Result<bool> {
        let (state, at, problem) = match delivery {
            NoticeDelivery::Waiting { next_at, problem } => (0_u32, *next_at, problem.as_ref()),
            NoticeDelivery::Delivered { at } => (1, *at, None),
            NoticeDelivery::GivenUp { at, problem } => (2, *at, Some(problem)),
        };
        let sql = "update notice_recipient set state = $4, state_at = $5, problem = $6 \
                   where notice = $1 and address = $2 and attempts = $3 and state = 0";
        let parameters = parameters![sequence, address, attempts, state, at, problem];
        Ok(self.execute(sql, &parameters).await? > 0)
    }

    async fn see_network(&mut self, seen: &SeenNetwork, known: KnownNetworks) -> Result<NetworkNews> {
        let network = seen.network.to_string();
        let sql = "select last_at from app_password_network where app_password_id = $1 and network = $2";
        let read = |columns: &mut Columns<'_>| columns.next("app_password_network.last_at");
        let last: Option<Timestamp> =
            self.first(sql, &parameters![&seen.app_password, &network], read).await?;
        if let Some(last) = last {
            let is_known = last >= known.since;
            let sql = if is_known {
                "update app_password_network set last_at = $3 where app_password_id = $1 and network = $2"
            } else {
                "update app_password_network set first_at = $3, last_at = $3 \
                 where app_password_id = $1 and network = $2"
            };
            let at = seen.at.max(last);
            self.execute(sql, &parameters![&seen.app_password, &network, at]).await?;
            return Ok(if is_known { NetworkNews::Known } else { NetworkNews::New });
        }
        let sql = "select last_at from app_password_network where app_password_id = $1 limit 1";
        let other: Option<Timestamp> = self.first(sql, &parameters![&seen.app_password], read).await?;
        let sql = "insert into app_password_network (app_password_id, network, first_at, last_at) \
                   values ($1, $2, $3, $3)";
        self.execute(sql, &parameters![&seen.app_password, &network, seen.at]).await?;
        let sql = "delete from app_password_network where app_password_id = $1 and network not in \
                   (select network from app_password_network where app_password_id = $1 \
                   order by last_at desc, network limit $2)";
        self.execute(sql, &parameters![&seen.app_password, known.most]).await?;
        Ok(if other.is_some() { NetworkNews::New } else { NetworkNews::FirstUse })
    }

    async fn delete_old_notices(&mut self, before: Timestamp) -> Result<u64> {
        let sql = "delete from notice where at < $1 and sequence < (select max(sequence) from notice)";
        self.execute(sql, &parameters![before]).await
    }
}

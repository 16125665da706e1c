//! Sign-ins by the hour, and attempts with app passwords that have ended.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::app_password::LastUse;
use postern_domain::id::AppPasswordId;
use postern_domain::sign_in::RefusalReason;
use postern_storage::{
    Ended, Result, SignInTally, StorageError, TalliesRead, TalliesWrite, TallyStep, TriedAfterEnd,
};

use crate::convert::{AddressBytes, Columns, parameters};
use crate::session::Session;

/// The columns of attempts `t`, in the order in which [`read_tried`] takes them.
macro_rules! tried_columns {
    () => {
        "t.app_password_id, t.reason, t.first_at, t.last_at, t.door, t.address, t.client, t.tries"
    };
}

pub(super) use tried_columns;

pub(super) fn read_tried(columns: &mut Columns<'_>) -> Result<TriedAfterEnd> {
    Ok(TriedAfterEnd {
        app_password: columns.next("tried_after_end.app_password_id")?,
        reason: columns.next("tried_after_end.reason")?,
        first_at: columns.next("tried_after_end.first_at")?,
        last: LastUse {
            at: columns.next("tried_after_end.last_at")?,
            door: columns.next("tried_after_end.door")?,
            address: columns.next("tried_after_end.address")?,
            client: columns.next("tried_after_end.client")?,
        },
        count: columns.next("tried_after_end.tries")?,
    })
}

fn read_tally(columns: &mut Columns<'_>) -> Result<SignInTally> {
    Ok(SignInTally {
        from: columns.next("sign_in_tally.hour")?,
        place: columns.next("sign_in_tally.place")?,
        credential: columns.next("sign_in_tally.credential")?,
        ended: read_ended(columns)?,
        count: columns.next("sign_in_tally.sign_ins")?,
    })
}

/// `ended` and `reason`, which is empty for what was accepted: nothing may be missing in a primary key.
fn read_ended(columns: &mut Columns<'_>) -> Result<Ended> {
    let code: i64 = columns.next("sign_in_tally.ended")?;
    let reason: &str = columns.next("sign_in_tally.reason")?;
    match (code, RefusalReason::from_name(reason)) {
        (0, None) => Ok(Ended::Accepted),
        (1, Some(reason)) => Ok(Ended::WouldRefuse(reason)),
        (2, Some(reason)) => Ok(Ended::Refused(reason)),
        _ => Err(StorageError::Corrupt { what: "sign_in_tally.ended" }),
    }
}

const fn ended_columns(ended: Ended) -> (i64, &'static str) {
    match ended {
        Ended::Accepted => (0, ""),
        Ended::WouldRefuse(reason) => (1, reason.name()),
        Ended::Refused(reason) => (2, reason.name()),
    }
}

#[async_trait]
impl TalliesRead for Session {
    async fn sign_in_tallies(&mut self, since: Timestamp, step: TallyStep) -> Result<Vec<SignInTally>> {
        let (since, step) = (hour_of(since), step.millis());
        self.rows(
            "select hour - hour % $2 as beginning, place, credential, ended, reason, \
             cast(sum(sign_ins) as bigint) from sign_in_tally where hour >= $1 \
             group by hour - hour % $2, place, credential, ended, reason \
             order by beginning, place, credential, ended, reason",
            &parameters![since, step],
            read_tally,
        )
        .await
    }

    async fn tried_after_end(&mut self, id: AppPasswordId) -> Result<Option<TriedAfterEnd>> {
        const SQL: &str =
            concat!("select ", tried_columns!(), " from tried_after_end t where t.app_password_id = $1");
        self.first(SQL, &parameters![&id], read_tried).await
    }
}

fn hour_of(moment: Timestamp) -> i64 {
    let millis = moment.as_millis();
    millis - millis.rem_euclid(TallyStep::Hour.millis())
}

#[async_trait]
impl TalliesWrite for Session {
    async fn add_sign_in_tallies(&mut self, tallies: &[SignInTally]) -> Result<()> {
        for tally in tallies {
            let (ended, reason) = ended_columns(tally.ended);
            self.execute(
                "insert into sign_in_tally (hour, place, credential, ended, reason, sign_ins) \
                 values ($1, $2, $3, $4, $5, $6) on conflict (hour, place, credential, ended, reason) \
                 do update set sign_ins = sign_in_tally.sign_ins + excluded.sign_ins",
                &parameters![hour_of(tally.from), tally.place, tally.credential, ended, reason, tally.count],
            )
            .await?;
        }
        Ok(())
    }

    async fn add_tried_after_end(&mut self, tried: &[TriedAfterEnd]) -> Result<()> {
        for one in tried {
            let address = AddressBytes::from(one.last.address);
            // The right-hand sides all see the row as it was before.
            self.execute(
                "insert into tried_after_end as t \
                 (app_password_id, reason, first_at, last_at, door, address, client, tries) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (app_password_id) do update set \
                 tries = t.tries + excluded.tries, \
                 first_at = case when t.first_at < excluded.first_at then t.first_at else excluded.first_at end, \
                 reason = case when t.last_at > excluded.last_at then t.reason else excluded.reason end, \
                 door = case when t.last_at > excluded.last_at then t.door else excluded.door end, \
                 address = case when t.last_at > excluded.last_at then t.address else excluded.address end, \
                 client = case when t.last_at > excluded.last_at then t.client else excluded.client end, \
                 last_at = case when t.last_at > excluded.last_at then t.last_at else excluded.last_at end",
                &parameters![
                    &one.app_password,
                    one.reason,
                    one.first_at,
                    one.last.at,
                    one.last.door,
                    &address,
                    one.last.client.as_deref(),
                    one.count
                ],
            )
            .await?;
        }
        Ok(())
    }
}

//! Facts about sign-ins added up by the hour, and about attempts with app passwords that have ended.

use postern_domain::Timestamp;
use postern_domain::app_password::LastUse;
use postern_domain::door::Door;
use postern_domain::sign_in::{Place, RefusalReason};

use super::SharedDatabase;
use super::sample::{address, insert_app_password};
use crate::{CredentialSort, Ended, Result, SignInTally, Store, TallyStep, TriedAfterEnd};

const HOUR: i64 = 3_600_000;
/// The beginning of a day.
const DAY: i64 = 20_000 * 24 * HOUR;

fn tally(at: i64, place: Place, ended: Ended, count: u64) -> SignInTally {
    let credential = CredentialSort::AppPassword;
    SignInTally { from: Timestamp::from_millis(at), place, credential, ended, count }
}

async fn add(store: &dyn Store, tallies: &[SignInTally]) -> Result<()> {
    let mut transaction = store.begin().await?;
    transaction.add_sign_in_tallies(tallies).await?;
    transaction.commit().await
}

pub(super) async fn sign_ins_add_up_by_hour_and_by_day(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let (imap, portal) = (Place::Door(Door::Imap), Place::Portal);
    let revoked = Ended::Refused(RefusalReason::Revoked);
    let off = Ended::WouldRefuse(RefusalReason::DoorOff);
    add(&*store, &[tally(DAY + 5, imap, Ended::Accepted, 2), tally(DAY + HOUR, imap, off, 1)]).await?;
    add(&*store, &[tally(DAY + HOUR - 1, imap, Ended::Accepted, 3), tally(DAY, imap, revoked, 4)]).await?;
    let before = tally(DAY - 1, portal, Ended::Accepted, 7);
    add(&*store, &[before, tally(DAY + 2 * HOUR, imap, Ended::Accepted, 1)]).await?;

    let mut snapshot = store.snapshot().await?;
    let since = Timestamp::from_millis(DAY + 10);
    let by_hour = snapshot.sign_in_tallies(since, TallyStep::Hour).await?;
    assert_eq!(
        by_hour,
        [
            tally(DAY, imap, Ended::Accepted, 5),
            tally(DAY, imap, revoked, 4),
            tally(DAY + HOUR, imap, off, 1),
            tally(DAY + 2 * HOUR, imap, Ended::Accepted, 1),
        ],
        "from the hour in which `since` lies"
    );
    let by_day = snapshot.sign_in_tallies(Timestamp::from_millis(DAY - 1), TallyStep::Day).await?;
    assert_eq!(
        by_day,
        [
            tally(DAY - 24 * HOUR, portal, Ended::Accepted, 7),
            tally(DAY, imap, Ended::Accepted, 6),
            tally(DAY, imap, off, 1),
            tally(DAY, imap, revoked, 4),
        ]
    );
    Ok(())
}

pub(super) async fn attempts_after_the_end_add_up_and_the_latest_is_kept(
    database: SharedDatabase,
) -> Result<()> {
    let store = database.open().await?;
    let (_, app_password) = insert_app_password(&*store).await?;
    let id = app_password.id;
    assert_eq!(store.snapshot().await?.tried_after_end(id).await?, None);
    let tried = |at: i64, from: &str, reason, count| TriedAfterEnd {
        app_password: id,
        reason,
        first_at: Timestamp::from_millis(at - 10),
        last: LastUse {
            at: Timestamp::from_millis(at),
            door: Door::Imap,
            address: address(from),
            client: None,
        },
        count,
    };
    let later = tried(500, "2001:db8::7", RefusalReason::Revoked, 2);
    for one in [&later, &tried(100, "192.0.2.1", RefusalReason::Expired, 3)] {
        let mut transaction = store.begin().await?;
        transaction.add_tried_after_end(std::slice::from_ref(one)).await?;
        transaction.commit().await?;
    }
    let known = store.snapshot().await?.tried_after_end(id).await?;
    let first_at = Timestamp::from_millis(90);
    assert_eq!(known, Some(TriedAfterEnd { first_at, count: 5, ..later }));
    Ok(())
}

//! Facts about shipping records to destinations outside.

use super::SharedDatabase;
use super::sample::moment;
use crate::{LeaseHolder, Result, ShippingRecord};

const FIRST: LeaseHolder = LeaseHolder([1; 16]);
const SECOND: LeaseHolder = LeaseHolder([2; 16]);

pub(super) async fn one_at_a_time_ships_to_a_destination(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    assert_eq!(store.snapshot().await?.shipping("syslog").await?, None);
    let mut transaction = store.begin().await?;
    let mut take = async |holder, until: u64, now: u64| {
        transaction.take_shipping_lease("syslog", holder, 7, moment(until), moment(now)).await
    };
    assert_eq!(take(FIRST, 10, 1).await?, Some(7), "a new destination starts where it is told");
    assert_eq!(take(FIRST, 20, 2).await?, Some(7), "who has it keeps it");
    assert_eq!(take(SECOND, 30, 19).await?, None);
    assert_eq!(take(SECOND, 30, 20).await?, Some(7), "it has ended by itself");
    assert!(!transaction.put_shipping("syslog", FIRST, 9, moment(21), None).await?, "another has it");
    assert!(transaction.put_shipping("syslog", SECOND, 9, moment(21), None).await?);
    transaction.end_shipping_lease("syslog", SECOND).await?;
    let again = transaction.take_shipping_lease("syslog", FIRST, 0, moment(40), moment(22)).await?;
    assert_eq!(again, Some(9), "it goes on where it was");
    transaction.commit().await
}

pub(super) async fn trouble_is_kept_until_something_arrives(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let mut transaction = store.begin().await?;
    transaction.take_shipping_lease("hook", FIRST, 0, moment(90), moment(1)).await?;
    transaction.put_shipping("hook", FIRST, 3, moment(2), None).await?;
    transaction.put_shipping("hook", FIRST, 3, moment(3), Some("no answer")).await?;
    transaction.put_shipping("hook", FIRST, 3, moment(4), Some("HTTP status 500")).await?;
    let failing = ShippingRecord {
        destination: "hook".to_owned(),
        position: 3,
        shipped_at: Some(moment(2)),
        trouble: Some((moment(3), "HTTP status 500".to_owned())),
    };
    assert_eq!(transaction.shipping("hook").await?, Some(failing.clone()));
    transaction.put_shipping("hook", FIRST, 5, moment(6), None).await?;
    let well = ShippingRecord { position: 5, shipped_at: Some(moment(6)), trouble: None, ..failing };
    assert_eq!(transaction.shipping("hook").await?, Some(well));
    transaction.commit().await
}

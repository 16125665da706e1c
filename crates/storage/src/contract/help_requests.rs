//! Facts about refusals that owners asked the administrators about.

use postern_domain::id::SignInEventId;

use super::SharedDatabase;
use super::sample::{account, id, insert_accounts, moment};
use crate::Result;

pub(super) async fn are_noted_once_and_counted(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    insert_accounts(&*store, &[account(1), account(2)]).await?;
    let (anna, bo) = (account(1).id, account(2).id);
    let event = |number| SignInEventId::from_bytes(id(number));
    let mut transaction = store.begin().await?;
    assert!(transaction.insert_help_request(anna, event(1), moment(5)).await?);
    assert!(!transaction.insert_help_request(anna, event(1), moment(9)).await?);
    assert!(transaction.insert_help_request(anna, event(2), moment(7)).await?);
    assert!(transaction.insert_help_request(bo, event(1), moment(8)).await?);
    transaction.commit().await?;
    let mut snapshot = store.snapshot().await?;
    assert_eq!(snapshot.help_request(anna, event(1)).await?, Some(moment(5)));
    assert_eq!(snapshot.help_request(bo, event(2)).await?, None);
    for (since, count) in [(0, 2), (6, 1), (7, 1), (8, 0)] {
        assert_eq!(snapshot.help_request_count(anna, moment(since)).await?, count, "{since}");
    }
    Ok(())
}

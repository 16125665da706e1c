//! Facts about requests with an idempotency key.

use super::SharedDatabase;
use super::sample::{id, moment};
use crate::{KeyedRequest, Result};

pub(super) async fn a_request_is_kept_answered_and_forgotten(database: SharedDatabase) -> Result<()> {
    let store = database.open().await?;
    let request = |caller: u8, key: &str, began: u64| KeyedRequest {
        caller: id(caller),
        key: key.to_owned(),
        request: [caller; 32],
        began_at: moment(began),
        answer: None,
    };
    let mut transaction = store.begin().await?;
    for one in [request(1, "a", 10), request(1, "b", 20), request(2, "a", 30)] {
        transaction.insert_keyed_request(&one, moment(0)).await?;
    }
    transaction.answer_keyed_request(&id(1), "a", "201").await?;
    transaction.commit().await?;
    let mut transaction = store.begin().await?;
    let answered = KeyedRequest { answer: Some("201".to_owned()), ..request(1, "a", 10) };
    assert_eq!(transaction.keyed_request(&id(1), "a").await?, Some(answered));
    assert_eq!(transaction.keyed_request(&id(2), "b").await?, None);
    transaction.delete_keyed_request(&id(2), "a").await?;
    assert_eq!(transaction.keyed_request(&id(2), "a").await?, None);
    // The next one clears away what is stale.
    transaction.insert_keyed_request(&request(3, "c", 40), moment(20)).await?;
    assert_eq!(transaction.keyed_request(&id(1), "a").await?, None);
    assert_eq!(transaction.keyed_request(&id(1), "b").await?, Some(request(1, "b", 20)));
    Ok(())
}

//! A request that may be sent again (draft-ietf-httpapi-idempotency-key-header): it is done once, and answered alike.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_storage::KeyedRequest;

use super::ApiCaller;
use crate::{Failure, Service};

/// How long a key is remembered.
const REMEMBERED: Duration = Duration::from_secs(24 * 3600);

/// What is known of an idempotency key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Keyed {
    /// Nothing: the request is to be done, and its answer written down.
    First,
    /// The request was done; this is what was written down of its answer.
    Answered(String),
    /// The request is being worked on, or was when a server stopped.
    InProgress {
        /// Since when.
        since: Timestamp,
    },
    /// The key came with another request.
    OtherRequest,
}

impl Service {
    /// Notes that `caller` sent `request` with this key. Of several at once one is [`Keyed::First`].
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn begin_keyed_request(
        &self,
        caller: &ApiCaller,
        key: &str,
        request: &[&[u8]],
    ) -> Result<Keyed, Failure> {
        let now = self.now();
        let keys = self.keys();
        let mut transaction = self.parts.store.begin().await?;
        let stale = now.minus(REMEMBERED);
        let known = transaction.keyed_request(&caller.key(), key).await?;
        match known.filter(|known| known.began_at >= stale) {
            None => {
                let request = KeyedRequest {
                    caller: caller.key(),
                    key: key.to_owned(),
                    request: keys.new_request_hash(request),
                    began_at: now,
                    answer: None,
                };
                transaction.insert_keyed_request(&request, stale).await?;
                transaction.commit().await?;
                Ok(Keyed::First)
            }
            Some(known) if !keys.request_hashes(request).any(|hash| hash == known.request) => {
                Ok(Keyed::OtherRequest)
            }
            Some(KeyedRequest { answer: Some(answer), .. }) => Ok(Keyed::Answered(answer)),
            Some(known) => Ok(Keyed::InProgress { since: known.began_at }),
        }
    }

    /// Writes down the answer to a request that was [`Keyed::First`]; none forgets the request, which came to nothing.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn finish_keyed_request(
        &self,
        caller: &ApiCaller,
        key: &str,
        answer: Option<&str>,
    ) -> Result<(), Failure> {
        let mut transaction = self.parts.store.begin().await?;
        match answer {
            Some(answer) => transaction.answer_keyed_request(&caller.key(), key, answer).await?,
            None => transaction.delete_keyed_request(&caller.key(), key).await?,
        }
        Ok(transaction.commit().await?)
    }
}

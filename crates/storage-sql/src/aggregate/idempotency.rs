//! Requests at the API that carry an idempotency key.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_storage::{IdempotencyWrite, KeyedRequest, Result};

use crate::convert::parameters;
use crate::session::Session;

#[async_trait]
impl IdempotencyWrite for Session {
    async fn keyed_request(&mut self, caller: &[u8; 16], key: &str) -> Result<Option<KeyedRequest>> {
        let sql =
            "select caller, key, request, began_at, answer from keyed_request where caller = $1 and key = $2";
        self.first(sql, &parameters![caller, key], |columns| {
            Ok(KeyedRequest {
                caller: columns.next("keyed_request.caller")?,
                key: columns.next("keyed_request.key")?,
                request: columns.next("keyed_request.request")?,
                began_at: columns.next("keyed_request.began_at")?,
                answer: columns.next("keyed_request.answer")?,
            })
        })
        .await
    }

    async fn insert_keyed_request(&mut self, request: &KeyedRequest, stale: Timestamp) -> Result<()> {
        self.execute("delete from keyed_request where began_at < $1", &parameters![stale]).await?;
        self.execute(
            "insert into keyed_request (caller, key, request, began_at, answer) values ($1, $2, $3, $4, $5)",
            &parameters![
                &request.caller,
                &request.key,
                &request.request,
                request.began_at,
                request.answer.as_ref()
            ],
        )
        .await?;
        Ok(())
    }

    async fn answer_keyed_request(&mut self, caller: &[u8; 16], key: &str, answer: &str) -> Result<()> {
        let sql = "update keyed_request set answer = $3 where caller = $1 and key = $2";
        self.execute_on("a keyed request", sql, &parameters![caller, key, answer]).await
    }

    async fn delete_keyed_request(&mut self, caller: &[u8; 16], key: &str) -> Result<()> {
        let sql = "delete from keyed_request where caller = $1 and key = $2";
        self.execute(sql, &parameters![caller, key]).await?;
        Ok(())
    }
}

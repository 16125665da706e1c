//! Refusals that owners asked the administrators about.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::id::{AccountId, SignInEventId};
use postern_storage::{HelpRequestsRead, HelpRequestsWrite, Result};

use crate::convert::parameters;
use crate::session::Session;

#[async_trait]
impl HelpRequestsRead for Session {
    async fn help_request(&mut self, account: AccountId, event: SignInEventId) -> Result<Option<Timestamp>> {
        self.first(
            "select at from help_request where account_id = $1 and event_id = $2",
            &parameters![&account, &event],
            |columns| columns.next("help_request.at"),
        )
        .await
    }

    async fn help_request_count(&mut self, account: AccountId, since: Timestamp) -> Result<u64> {
        self.number(
            "select count(*) from help_request where account_id = $1 and at >= $2",
            &parameters![&account, since],
        )
        .await
    }
}

#[async_trait]
impl HelpRequestsWrite for Session {
    async fn insert_help_request(
        &mut self,
        account: AccountId,
        event: SignInEventId,
        now: Timestamp,
    ) -> Result<bool> {
        let inserted = self
            .execute(
                "insert into help_request (account_id, event_id, at) values ($1, $2, $3) \
                 on conflict (account_id, event_id) do nothing",
                &parameters![&account, &event, now],
            )
            .await?;
        Ok(inserted > 0)
    }
}

//! The one-time link for the first administrator.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_storage::{Result, SetupLinksRead, SetupLinksWrite, TokenHash};

use crate::convert::parameters;
use crate::session::Session;

#[async_trait]
impl SetupLinksRead for Session {
    async fn setup_link_is_good(&mut self, token: &TokenHash, now: Timestamp) -> Result<bool> {
        let sql = "select count(*) from setup_link where token = $1 and expires_at > $2";
        Ok(self.number(sql, &parameters![token, now]).await? > 0)
    }
}

#[async_trait]
impl SetupLinksWrite for Session {
    async fn replace_setup_link(&mut self, token: &TokenHash, expires_at: Timestamp) -> Result<()> {
        self.execute(
            "insert into setup_link (one, token, expires_at) values (1, $1, $2) \
             on conflict (one) do update set token = excluded.token, expires_at = excluded.expires_at",
            &parameters![token, expires_at],
        )
        .await?;
        Ok(())
    }

    async fn use_setup_link(&mut self, token: &TokenHash, now: Timestamp) -> Result<bool> {
        let sql = "delete from setup_link where token = $1 and expires_at > $2";
        Ok(self.execute(sql, &parameters![token, now]).await? > 0)
    }
}

//! Key checks.

use async_trait::async_trait;
use postern_storage::{KeyCheck, KeyChecksRead, KeyChecksWrite, Result};

use crate::convert::parameters;
use crate::session::Session;

#[async_trait]
impl KeyChecksRead for Session {
    async fn key_checks(&mut self) -> Result<Vec<KeyCheck>> {
        self.rows("select version, value from key_check order by version", &[], |columns| {
            Ok(KeyCheck {
                version: columns.next("key_check.version")?,
                value: columns.next("key_check.value")?,
            })
        })
        .await
    }
}

#[async_trait]
impl KeyChecksWrite for Session {
    async fn insert_key_check(&mut self, check: KeyCheck) -> Result<()> {
        self.execute(
            "insert into key_check (version, value) values ($1, $2)",
            &parameters![check.version, &check.value],
        )
        .await?;
        Ok(())
    }
}

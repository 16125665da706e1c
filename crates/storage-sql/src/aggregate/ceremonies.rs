//! Ceremonies.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_storage::{CeremoniesWrite, Ceremony, Result, Sealed, TokenHash};

use crate::convert::{Columns, parameters};
use crate::session::Session;

#[async_trait]
impl CeremoniesWrite for Session {
    async fn insert_ceremony(&mut self, ceremony: &Ceremony) -> Result<()> {
        self.execute(
            "insert into ceremony (id, browser, key_version, state, expires_at) values ($1, $2, $3, $4, $5)",
            &parameters![
                &ceremony.id,
                &ceremony.browser,
                ceremony.state.key_version,
                ceremony.state.bytes.as_slice(),
                ceremony.expires_at
            ],
        )
        .await?;
        Ok(())
    }

    async fn use_up(&mut self, id: &TokenHash, expires_at: Timestamp) -> Result<bool> {
        // A row without a state is no ceremony: nobody's browser has this hash.
        let sql = "insert into ceremony (id, browser, key_version, state, expires_at) values ($1, $2, 0, $3, $4) \
                   on conflict (id) do nothing";
        let (nobody, nothing) = (TokenHash([0; 32]), [0_u8; 0]);
        Ok(self.execute(sql, &parameters![id, &nobody, nothing.as_slice(), expires_at]).await? > 0)
    }

    async fn take_ceremony(&mut self, id: &TokenHash, browser: &TokenHash) -> Result<Option<Ceremony>> {
        let select = "select key_version, state, expires_at from ceremony where id = $1 and browser = $2";
        let read = |columns: &mut Columns<'_>| {
            Ok(Ceremony {
                id: *id,
                browser: *browser,
                state: Sealed {
                    key_version: columns.next("ceremony.key_version")?,
                    bytes: columns.next::<&[u8]>("ceremony.state")?.to_vec(),
                },
                expires_at: columns.next("ceremony.expires_at")?,
            })
        };
        let found = self.first(select, &parameters![id, browser], read).await?;
        // The deletion decides who has it, not the reading before.
        let delete = "delete from ceremony where id = $1 and browser = $2";
        let taken = self.execute(delete, &parameters![id, browser]).await? > 0;
        Ok(found.filter(|_| taken))
    }

    async fn delete_stale_ceremonies(&mut self, now: Timestamp) -> Result<u64> {
        self.execute("delete from ceremony where expires_at <= $1", &parameters![now]).await
    }
}

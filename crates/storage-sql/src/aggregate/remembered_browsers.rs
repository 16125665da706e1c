//! Remembered browsers.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::id::{AccountId, RememberedBrowserId};
use postern_storage::{
    RememberedBrowser, RememberedBrowsersRead, RememberedBrowsersWrite, Result, TokenHash,
};

use crate::convert::{AddressBytes, Columns, parameters};
use crate::session::Session;

/// The columns of a browser, in the order in which [`read_browser`] takes them.
macro_rules! browser_columns {
    () => {
        "id, token, account_id, remembered_at, expires_at, last_used_at, address, user_agent"
    };
}

fn read_browser(columns: &mut Columns<'_>) -> Result<RememberedBrowser> {
    Ok(RememberedBrowser {
        id: columns.next("remembered_browser.id")?,
        token: columns.next("remembered_browser.token")?,
        account: columns.next("remembered_browser.account_id")?,
        remembered_at: columns.next("remembered_browser.remembered_at")?,
        expires_at: columns.next("remembered_browser.expires_at")?,
        last_used_at: columns.next("remembered_browser.last_used_at")?,
        address: columns.next("remembered_browser.address")?,
        user_agent: columns.next("remembered_browser.user_agent")?,
    })
}

#[async_trait]
impl RememberedBrowsersRead for Session {
    async fn remembered_browser(&mut self, token: &TokenHash) -> Result<Option<RememberedBrowser>> {
        const SQL: &str = concat!("select ", browser_columns!(), " from remembered_browser where token = $1");
        self.first(SQL, &parameters![token], read_browser).await
    }

    async fn remembered_browsers_of(&mut self, account: AccountId) -> Result<Vec<RememberedBrowser>> {
        const SQL: &str = concat!(
            "select ",
            browser_columns!(),
            " from remembered_browser where account_id = $1 order by remembered_at desc, id desc"
        );
        self.rows(SQL, &parameters![&account], read_browser).await
    }
}

#[async_trait]
impl RememberedBrowsersWrite for Session {
    async fn insert_remembered_browser(&mut self, browser: &RememberedBrowser) -> Result<()> {
        let address = AddressBytes::from(browser.address);
        self.execute(
            "insert into remembered_browser (id, token, account_id, remembered_at, expires_at, last_used_at, \
             address, user_agent) values ($1, $2, $3, $4, $5, $6, $7, $8)",
            &parameters![
                &browser.id,
                &browser.token,
                &browser.account,
                browser.remembered_at,
                browser.expires_at,
                browser.last_used_at,
                &address,
                &browser.user_agent
            ],
        )
        .await?;
        Ok(())
    }

    async fn use_remembered_browser(&mut self, id: RememberedBrowserId, now: Timestamp) -> Result<()> {
        let sql = "update remembered_browser set last_used_at = $2 where id = $1";
        self.execute(sql, &parameters![&id, now]).await?;
        Ok(())
    }

    async fn forget_remembered_browser(
        &mut self,
        account: AccountId,
        id: RememberedBrowserId,
    ) -> Result<bool> {
        let sql = "delete from remembered_browser where id = $1 and account_id = $2";
        Ok(self.execute(sql, &parameters![&id, &account]).await? > 0)
    }

    async fn forget_remembered_browsers_of(&mut self, account: AccountId) -> Result<u64> {
        self.execute("delete from remembered_browser where account_id = $1", &parameters![&account]).await
    }

    async fn forget_stale_remembered_browsers(&mut self, now: Timestamp) -> Result<u64> {
        self.execute("delete from remembered_browser where expires_at <= $1", &parameters![now]).await
    }
}

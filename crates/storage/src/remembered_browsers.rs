//! Browsers that are remembered: they are not asked for a second factor for a number of days.

use std::net::IpAddr;

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::id::{AccountId, RememberedBrowserId};

use crate::{Result, TokenHash};

/// A browser that is remembered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RememberedBrowser {
    /// Names it in lists.
    pub id: RememberedBrowserId,
    /// The hash of the token in its cookie.
    pub token: TokenHash,
    /// For which account.
    pub account: AccountId,
    /// When a second factor was given in it.
    pub remembered_at: Timestamp,
    /// Until when it is remembered.
    pub expires_at: Timestamp,
    /// When it last stood in for a second factor.
    pub last_used_at: Option<Timestamp>,
    /// The address from which it was remembered.
    pub address: IpAddr,
    /// The browser, at most 256 printable characters.
    pub user_agent: String,
}

/// Reading remembered browsers.
#[async_trait]
pub trait RememberedBrowsersRead {
    /// The browser whose token has that hash.
    async fn remembered_browser(&mut self, token: &TokenHash) -> Result<Option<RememberedBrowser>>;

    /// The account's, newest first.
    async fn remembered_browsers_of(&mut self, account: AccountId) -> Result<Vec<RememberedBrowser>>;
}

/// Writing remembered browsers.
#[async_trait]
pub trait RememberedBrowsersWrite: RememberedBrowsersRead {
    /// Remembers a browser.
    async fn insert_remembered_browser(&mut self, browser: &RememberedBrowser) -> Result<()>;

    /// Writes that it stood in for a second factor.
    async fn use_remembered_browser(&mut self, id: RememberedBrowserId, now: Timestamp) -> Result<()>;

    /// Forgets one of the account's. False when it was not there.
    async fn forget_remembered_browser(
        &mut self,
        account: AccountId,
        id: RememberedBrowserId,
    ) -> Result<bool>;

    /// Forgets all of the account's. Gives how many.
    async fn forget_remembered_browsers_of(&mut self, account: AccountId) -> Result<u64>;

    /// Forgets those that have run out.
    async fn forget_stale_remembered_browsers(&mut self, now: Timestamp) -> Result<u64>;
}

//! List live sessions.

use postern_domain::account::{AccountName, Permission};
use postern_domain::id::{AccountId, AppPasswordId};
use postern_storage::{ListedLiveSession, LiveSessionFilter, LiveSessionPlace, Snapshot};

use super::LiveSessionError;
use crate::authorise::Asker;
use crate::{By, Service};

/// Which live sessions are asked for.
#[derive(Clone, Debug)]
pub struct LiveSessionQuery {
    /// Only those of the account that has this address. None: of everybody, for an administrator or the operator; their
    /// own for everybody else.
    pub account: Option<AccountName>,
    /// Only those signed in with this app password.
    pub app_password: Option<AppPasswordId>,
    /// Only those after this one (for the next page).
    pub after: Option<LiveSessionPlace>,
    /// At most this many, 1 to [`Self::MOST`].
    pub limit: u32,
}

impl LiveSessionQuery {
    /// Most sessions of one page.
    pub const MOST: u32 = 1000;
}

/// The first page, as long as one can be, of everybody.
impl Default for LiveSessionQuery {
    fn default() -> Self {
        Self { account: None, app_password: None, after: None, limit: Self::MOST }
    }
}

/// A page of live sessions of all servers, some seconds old.
#[derive(Clone, Debug, Default)]
pub struct LiveSessionList {
    /// The sessions, newest first.
    pub sessions: Vec<ListedLiveSession>,
    /// Where the next page begins; none: these are the last.
    pub next: Option<LiveSessionPlace>,
}

impl Service {
    /// A page of the live sessions at every door of every server.
    ///
    /// # Errors
    /// [`LiveSessionError::NoSuchAccount`], [`LiveSessionError::NotAllowed`], [`LiveSessionError::Failure`].
    pub async fn live_sessions(
        &self,
        by: By<'_>,
        query: &LiveSessionQuery,
    ) -> Result<LiveSessionList, LiveSessionError> {
        let mut snapshot = self.parts.store.snapshot().await?;
        let asker = Asker::read(by, &mut *snapshot, self.now()).await?;
        let limit = query.limit.clamp(1, LiveSessionQuery::MOST);
        let filter = LiveSessionFilter {
            account: whose(&asker, &mut *snapshot, query.account.as_ref()).await?,
            app_password: query.app_password,
            heard_since: self.heard_since(),
            after: query.after,
            // One more than is shown tells whether there are more.
            limit: limit + 1,
        };
        let mut sessions = snapshot.live_sessions(&filter).await?;
        let more = sessions.len() > limit as usize;
        sessions.truncate(limit as usize);
        let next = sessions.last().filter(|_| more).map(|last| LiveSessionPlace::of(&last.session));
        Ok(LiveSessionList { sessions, next })
    }
}

/// Whose sessions they may see. None: everybody's.
async fn whose(
    asker: &Asker,
    state: &mut (dyn Snapshot + '_),
    account: Option<&AccountName>,
) -> Result<Option<AccountId>, LiveSessionError> {
    let Some(name) = account else {
        return match asker.own_account() {
            _ if asker.may(Permission::ReadEvents) => Ok(None),
            Some(own) => Ok(Some(own)),
            None => Err(LiveSessionError::NotAllowed),
        };
    };
    match state.account_by_address(name).await? {
        Some(account) if asker.may(Permission::ReadEvents) || asker.is(account.id) => Ok(Some(account.id)),
        None if asker.may(Permission::ReadEvents) => Err(LiveSessionError::NoSuchAccount),
        Some(_) | None => Err(LiveSessionError::NotAllowed),
    }
}

//! List live sessions.

use postern_domain::account::{AccountName, Permission};
use postern_domain::id::{AccountId, AppPasswordId};
use postern_storage::{ListedLiveSession, LiveSessionFilter, Snapshot};

use super::LiveSessionError;
use crate::authorise::Asker;
use crate::{By, Service};

/// Most sessions in one list: more than anybody reads.
const MOST: usize = 1000;

/// Which live sessions are asked for.
#[derive(Clone, Debug, Default)]
pub struct LiveSessionQuery {
    /// Only those of the account that has this address. None: of everybody, for an administrator or the operator; their
    /// own for everybody else.
    pub account: Option<AccountName>,
    /// Only those signed in with this app password.
    pub app_password: Option<AppPasswordId>,
}

/// Live sessions of all servers, some seconds old.
#[derive(Clone, Debug, Default)]
pub struct LiveSessionList {
    /// The sessions, newest first; at most 1,000.
    pub sessions: Vec<ListedLiveSession>,
    /// Whether there are more.
    pub more: bool,
}

impl Service {
    /// The live sessions at every door of every server.
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
        let filter = LiveSessionFilter {
            account: whose(&asker, &mut *snapshot, query.account.as_ref()).await?,
            app_password: query.app_password,
            heard_since: self.heard_since(),
            // One more than is shown tells whether there are more.
            limit: u32::try_from(MOST + 1).unwrap_or(u32::MAX),
        };
        let mut sessions = snapshot.live_sessions(&filter).await?;
        let more = sessions.len() > MOST;
        sessions.truncate(MOST);
        Ok(LiveSessionList { sessions, more })
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

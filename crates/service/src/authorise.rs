//! May they? Asked inside the deed's own transaction, of what the database holds at that moment: a session that was
//! ended or a role that was taken away meanwhile counts at once.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountStatus, Permission};
use postern_domain::id::AccountId;
use postern_domain::setting::Settings;
use postern_storage::{PortalSession, Snapshot, StorageError};

use crate::portal::{is_fresh, is_over};
use crate::{By, Failure};

/// Who asks, as the database knows them.
pub(crate) enum Asker {
    /// Somebody with access to the machine.
    Operator,
    /// Somebody in the portal, with what may have changed since their request began read anew.
    Person(Box<Person>),
    /// Somebody whose session or account has ended.
    Nobody,
}

/// Somebody in the portal.
pub(crate) struct Person {
    account: Account,
    session: PortalSession,
    settings: Settings,
}

impl Person {
    /// Their account.
    pub(crate) fn account_id(&self) -> AccountId {
        self.account.id
    }
}

impl Asker {
    pub(crate) async fn read(
        by: By<'_>,
        state: &mut (dyn Snapshot + '_),
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let session = match by {
            By::Operator { .. } => return Ok(Self::Operator),
            By::Session(session) => session.session(),
        };
        let Some(session) = state.portal_session(&session.token).await? else { return Ok(Self::Nobody) };
        let Some(account) = state.account(session.account).await? else { return Ok(Self::Nobody) };
        if account.status != AccountStatus::Active || is_over(&session, &account, now) {
            return Ok(Self::Nobody);
        }
        let settings = settings_for(state, &account).await?;
        Ok(Self::Person(Box::new(Person { account, session, settings })))
    }

    /// Whether they may do such things for others at all.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        match self {
            Self::Operator => true,
            Self::Person(person) => person.account.role.may(permission),
            Self::Nobody => false,
        }
    }

    /// Whether they may do such a thing to that account, and not only to those with fewer rights than it has.
    pub(crate) fn may_for(&self, permission: Permission, target: &Account) -> bool {
        self.may(permission)
            && match self {
                Self::Operator => true,
                Self::Person(person) => person.account.role.may_act_on(target.role),
                Self::Nobody => false,
            }
    }

    /// Whether this is their own account.
    pub(crate) fn is(&self, account: AccountId) -> bool {
        matches!(self, Self::Person(person) if person.account.id == account)
    }

    /// Whether a deed that asks for a step-up may go on: with a second factor that is fresh by the settings for who asks,
    /// or from the machine itself.
    pub(crate) fn stepped_up(&self, now: Timestamp) -> bool {
        match self {
            Self::Operator => true,
            Self::Person(person) => is_fresh(&person.session, &person.settings, now),
            Self::Nobody => false,
        }
    }
}

/// The settings that hold for an account, those of its groups included, as the database has them.
pub(crate) async fn settings_for(
    state: &mut (dyn Snapshot + '_),
    account: &Account,
) -> Result<Settings, StorageError> {
    if account.groups.is_empty() {
        return state.settings().await;
    }
    Ok(state.policy().await?.settings_for(&account.groups))
}

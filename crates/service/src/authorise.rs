//! May they? Asked inside the deed's own transaction, of what the database holds at that moment: a session that was
//! ended or a role that was taken away meanwhile counts at once.

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountStatus, Permission};
use postern_domain::id::AccountId;
use postern_domain::setting::Settings;
use postern_storage::{PortalSession, Snapshot, StorageError};

use crate::api::Program;
use crate::portal::{is_fresh, is_over};
use crate::{By, Failure};

/// Who asks, as the database knows them.
pub(crate) enum Asker {
    /// Somebody with access to the machine.
    Operator,
    /// Somebody in the portal, with what may have changed since their request began read anew.
    Person(Box<Person>),
    /// Somebody who asked in the portal before, with their account read anew.
    Earlier(Box<Account>),
    /// A program at the API, with its token and its token's owner read anew.
    Program(Box<Program>),
    /// Somebody whose session, token or account has ended.
    Nobody,
}

/// Somebody in the portal.
pub(crate) struct Person {
    account: Account,
    session: PortalSession,
    settings: Settings,
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
            By::Earlier(account) => {
                let account = state.account(account.id).await?;
                let account = account.filter(|account| account.status == AccountStatus::Active);
                return Ok(account.map_or(Self::Nobody, |account| Self::Earlier(Box::new(account))));
            }
            By::Token(caller) => {
                let program = caller.read_anew(state, now).await?;
                return Ok(program.map_or(Self::Nobody, |program| Self::Program(Box::new(program))));
            }
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
            Self::Earlier(account) => account.role.may(permission),
            Self::Program(program) => program.may(permission),
            Self::Nobody => false,
        }
    }

    /// Whether they may do such a thing to that account, and not only to those with fewer rights than it has. A program does
    /// nothing of the kind to its owner's.
    pub(crate) fn may_for(&self, permission: Permission, target: &Account) -> bool {
        self.may(permission)
            && match self {
                Self::Operator => true,
                Self::Person(person) => person.account.role.may_act_on(target.role),
                Self::Earlier(account) => account.role.may_act_on(target.role),
                Self::Program(program) => program.may_act_on(target),
                Self::Nobody => false,
            }
    }

    /// Whether this is their own account.
    pub(crate) fn is(&self, account: AccountId) -> bool {
        self.own_account() == Some(account)
    }

    /// The session with which they ask, when it is one of that account's.
    pub(crate) fn session_of(&self, account: AccountId) -> Option<&PortalSession> {
        match self {
            Self::Person(person) => Some(&person.session).filter(|session| session.account == account),
            Self::Operator | Self::Earlier(_) | Self::Program(_) | Self::Nobody => None,
        }
    }

    /// Their own account, with which they may do what is everybody's own.
    pub(crate) fn own_account(&self) -> Option<AccountId> {
        match self {
            Self::Operator | Self::Nobody => None,
            Self::Person(person) => Some(person.account.id),
            Self::Earlier(account) => Some(account.id),
            Self::Program(program) => program.own_account(),
        }
    }

    /// The account of the person who asks, or whose program does: by it they are known when a deed takes longer than a
    /// request.
    pub(crate) fn in_whose_name(&self) -> Option<AccountId> {
        match self {
            Self::Program(program) => program.owner(),
            asker => asker.own_account(),
        }
    }

    /// Whether it is somebody with access to the machine.
    pub(crate) const fn is_operator(&self) -> bool {
        matches!(self, Self::Operator)
    }

    /// Whether a program asks: no token makes a token.
    pub(crate) const fn is_program(&self) -> bool {
        matches!(self, Self::Program(_))
    }

    /// Whether a deed that asks for a step-up may go on: with a second factor that is fresh by the settings for who asks,
    /// from the machine itself, or with a token, which was made with a fresh second factor for just such deeds.
    pub(crate) fn stepped_up(&self, now: Timestamp) -> bool {
        match self {
            Self::Operator | Self::Earlier(_) | Self::Program(_) => true,
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

#[cfg(test)]
mod deeds;
#[cfg(test)]
mod tests;

//! Whose mailbox is asked for.

use postern_domain::account::{Account, AccountName, Sid};
use postern_domain::app_password::AppPassword;
use postern_domain::impersonation::may_act_for;
use postern_storage::Snapshot;

use super::ImpersonationTarget;
use super::session::ActingFor;
use crate::Failure;

/// The mailbox that a program asks for.
pub(super) enum Wanted {
    /// Its own, by whichever of its addresses: no impersonation.
    Own,
    /// Another.
    Another(Box<ActingFor>),
    /// None that there can be.
    Nowhere,
}

impl Wanted {
    /// The mailbox that `text` names: an address, in whichever case. Nothing names the program's own.
    pub(super) async fn named(
        text: &str,
        own: &Account,
        state: &mut (dyn Snapshot + '_),
    ) -> Result<Self, Failure> {
        if text.is_empty() {
            return Ok(Self::Own);
        }
        match text.parse::<AccountName>() {
            Ok(name) => Self::of_address(name, own, state).await,
            Err(_) => Ok(Self::Nowhere),
        }
    }

    async fn of_address(
        name: AccountName,
        own: &Account,
        state: &mut (dyn Snapshot + '_),
    ) -> Result<Self, Failure> {
        if own.has_address(&name) {
            return Ok(Self::Own);
        }
        Ok(match state.account_of_mailbox(&name).await? {
            Some(account) => Self::of_account(account, own),
            None => Self::Another(Box::new(ActingFor { name, account: None })),
        })
    }

    /// The mailbox that a request names. An empty text is no name there: whoever names a mailbox means one.
    pub(super) async fn target(
        target: &ImpersonationTarget,
        own: &Account,
        state: &mut (dyn Snapshot + '_),
    ) -> Result<Self, Failure> {
        match target {
            ImpersonationTarget::Address(text) | ImpersonationTarget::PrincipalName(text) => {
                if text.is_empty() { Ok(Self::Nowhere) } else { Self::named(text, own, state).await }
            }
            ImpersonationTarget::Sid(text) => {
                let Ok(sid) = text.parse::<Sid>() else { return Ok(Self::Nowhere) };
                let found = state.account_by_sid(&sid).await?;
                Ok(found.map_or(Self::Nowhere, |account| Self::of_account(account, own)))
            }
        }
    }

    fn of_account(account: Account, own: &Account) -> Self {
        if account.id == own.id {
            return Self::Own;
        }
        let name = account.name.clone();
        Self::Another(Box::new(ActingFor { name, account: Some(account) }))
    }

    /// Whether `own` may not have it.
    pub(super) fn is_denied(&self, own: &Account, app_password: Option<&AppPassword>) -> bool {
        match self {
            Self::Own => false,
            Self::Another(other) => may_act_for(own, app_password, other.mailbox()).is_err(),
            Self::Nowhere => true,
        }
    }

    /// The mailbox of another, for the record.
    pub(super) fn acting_for(&self) -> Option<&AccountName> {
        match self {
            Self::Another(other) => Some(&other.name),
            Self::Own | Self::Nowhere => None,
        }
    }

    /// The mailbox of another.
    pub(super) fn into_acting_for(self) -> Option<ActingFor> {
        match self {
            Self::Another(other) => Some(*other),
            Self::Own | Self::Nowhere => None,
        }
    }
}

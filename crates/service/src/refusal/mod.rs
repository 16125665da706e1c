//! Look up a refusal reference: why was I refused?

mod ask_for_help;
mod explain;
mod next_step;

pub use ask_for_help::{AskForHelpError, LONGEST_MESSAGE};
pub use next_step::NextStep;

use std::collections::HashMap;

use postern_domain::Timestamp;
use postern_domain::account::{Account, AccountName, Permission};
use postern_domain::app_password::AppPassword;
use postern_domain::id::AccountId;
use postern_domain::sign_in::{CredentialUsed, Outcome, RefusalReason, RefusalReference, SignInEvent};
pub use postern_storage::EventFilter;
use postern_storage::StorageError;

use self::explain::{Facts, Powers};
use self::next_step::{Reader, next_step};
use crate::authorise::Asker;
use crate::{By, Failure, Service};

/// A refusal, explained.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The event.
    pub event: SignInEvent,
    /// Why.
    pub reason: RefusalReason,
    /// The account, when its name was known.
    pub account: Option<Account>,
    /// The app password, when one was recognised.
    pub app_password: Option<AppPassword>,
    /// What happened, in one plain sentence.
    pub what: String,
    /// The one thing to do about it, in one plain sentence that says where.
    pub remedy: String,
    /// The same for whoever is in the portal already.
    pub remedy_in_portal: String,
    /// The one thing to do about it, as something that can be done on a page.
    pub next_step: NextStep,
    /// Whether whoever reads this owns what was refused, and may ask the administrators about it.
    pub concerns_reader: bool,
    /// When they asked the administrators about it.
    pub asked_at: Option<Timestamp>,
}

/// Why a refusal was not explained.
#[derive(Debug, thiserror::Error)]
pub enum LookUpError {
    /// No refusal has that reference, or it is another account's, which must not be told apart.
    #[error(
        "no refusal with that reference concerns you: check it, it has the form 7Q3K-M2XA; an administrator can look up every one"
    )]
    NotFound,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for LookUpError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

/// Why the sign-ins of everybody are not shown.
#[derive(Debug, thiserror::Error)]
pub enum ListSignInsError {
    /// Their role does not allow it.
    #[error("your role does not allow this")]
    NotAllowed,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for ListSignInsError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

/// Sign-in events with the names of the accounts in them.
#[derive(Debug, Default)]
pub struct ListedSignIns {
    /// The events, newest first.
    pub events: Vec<SignInEvent>,
    /// The names of their accounts, of deleted ones too.
    pub names: HashMap<AccountId, AccountName>,
}

impl Service {
    /// Explains a refusal: to the owner of the account that it concerns, to an administrator, to an operator. It
    /// concerns the account that was named and the one whose app password was recognised; only the latter's owner is
    /// told which app password it was.
    ///
    /// # Errors
    /// [`LookUpError`].
    pub async fn look_up_refusal(
        &self,
        by: By<'_>,
        reference: RefusalReference,
    ) -> Result<Explanation, LookUpError> {
        self.write_down_events().await;
        let mut snapshot = self.parts.store.snapshot().await?;
        let asker = Asker::read(by, &mut *snapshot, self.now()).await?;
        let event = snapshot.sign_in_event_by_reference(reference).await?.ok_or(LookUpError::NotFound)?;
        let Outcome::Refused { reason, .. } = event.outcome else { return Err(LookUpError::NotFound) };
        let recognised = match event.credential {
            CredentialUsed::AppPassword(id) => snapshot.app_password(id).await?,
            CredentialUsed::AccountPassword
            | CredentialUsed::Passkey
            | CredentialUsed::OutsideIdentity
            | CredentialUsed::Unrecognised { .. } => None,
        };
        let may_know = |account| asker.may(Permission::ReadEvents) || asker.is(account);
        let app_password = recognised.filter(|found| may_know(found.account));
        if !event.account.is_some_and(may_know)
            && app_password.is_none()
            && !asker.may(Permission::ReadEvents)
        {
            return Err(LookUpError::NotFound);
        }
        let account = match event.account {
            Some(account) => snapshot.account(account).await?,
            None => None,
        };
        let owner = match &app_password {
            Some(found) => snapshot.account(found.account).await?,
            None => None,
        };
        let target = match &event.acting_for {
            Some(name) => snapshot.account_of_mailbox(name).await?,
            None => None,
        };
        let may_for = |permission, target: Option<&Account>| {
            target.is_some_and(|target| asker.may_for(permission, target))
        };
        let powers = Powers {
            settings: asker.may(Permission::ChangeSettings),
            blocks: may_for(Permission::BlockAccounts, account.as_ref()),
            app_passwords: may_for(Permission::ManageAppPasswords, owner.as_ref()),
            grants: asker.may(Permission::ManageAccounts),
        };
        let facts = Facts {
            event: &event,
            reason,
            named: account.as_ref(),
            app_password: app_password.as_ref().zip(owner.as_ref()),
            target: target.as_ref(),
            powers,
        };
        let owns = |owned: Option<&Account>| owned.is_some_and(|owned| asker.is(owned.id));
        let reader = Reader {
            owns_account: owns(account.as_ref()),
            owns_app_password: owns(app_password.as_ref().and(owner.as_ref())),
            administers: asker.may(Permission::ReadEvents),
            may_create: account
                .as_ref()
                .is_none_or(|account| self.settings_of(account).users_may_create_app_passwords),
        };
        let at_page = format!(" at {}/security-info", self.portal_url());
        let (what, next_step) = (facts.what(), next_step(&facts, reader));
        let (remedy, remedy_in_portal) = (facts.remedy(&at_page), facts.remedy(""));
        let asked_at = match asker.own_account() {
            Some(own) => snapshot.help_request(own, event.id).await?,
            None => None,
        };
        let concerns_reader = reader.owns_account || reader.owns_app_password;
        Ok(Explanation {
            event,
            reason,
            account,
            app_password,
            what,
            remedy,
            remedy_in_portal,
            next_step,
            concerns_reader,
            asked_at,
        })
    }

    /// Sign-in events, newest first: all for an operator or administrator, their own for anybody else.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn list_sign_in_events(
        &self,
        by: By<'_>,
        filter: EventFilter,
    ) -> Result<Vec<SignInEvent>, Failure> {
        self.write_down_events().await;
        let mut snapshot = self.parts.store.snapshot().await?;
        let asker = Asker::read(by, &mut *snapshot, self.now()).await?;
        let filter = match asker.own_account() {
            _ if asker.may(Permission::ReadEvents) => filter,
            Some(own) => EventFilter { account: Some(own), ..filter },
            None => return Ok(Vec::new()),
        };
        Ok(snapshot.sign_in_events(&filter).await?)
    }

    /// Sign-in events of everybody, newest first, with the names of the accounts.
    ///
    /// # Errors
    /// [`ListSignInsError`].
    pub async fn list_named_sign_ins(
        &self,
        by: By<'_>,
        filter: EventFilter,
    ) -> Result<ListedSignIns, ListSignInsError> {
        self.write_down_events().await;
        let mut snapshot = self.parts.store.snapshot().await?;
        let asker = Asker::read(by, &mut *snapshot, self.now()).await?;
        if !asker.may(Permission::ReadEvents) {
            return Err(ListSignInsError::NotAllowed);
        }
        let events = snapshot.sign_in_events(&filter).await?;
        let mut names = HashMap::new();
        for id in events.iter().filter_map(|event| event.account) {
            if !names.contains_key(&id)
                && let Some(account) = snapshot.account(id).await?
            {
                names.insert(id, account.name);
            }
        }
        Ok(ListedSignIns { events, names })
    }

    /// So that what happened a moment ago is found. When it cannot be written, what was written before is still read.
    pub(crate) async fn write_down_events(&self) {
        if let Err(error) = self.recorder.flush().await {
            tracing::warn!(%error, "the newest sign-in events cannot be written, and are not in the list");
        }
    }
}

#[cfg(test)]
mod tests;

//! Link somebody at an outside identity provider to an account: its owner, in the portal, or an administrator by hand.

use postern_domain::account::{Account, AccountKind, AccountName, Permission};
use postern_domain::id::PortalSessionId;
use postern_domain::outside_identity::Subject;
use postern_storage::{StorageError, Transaction};

use super::{OutsideError, VerifiedIdentity};
use crate::authorise::Asker;
use crate::notice::{SignInTidings, tell};
use crate::portal::{SessionToken, actor, read_anew};
use crate::{By, Failure, Service};

/// Most links of an account.
const MOST: usize = 10;

/// A link to be made by hand.
#[derive(Debug, Clone)]
pub struct LinkIdentity {
    /// The account that it opens.
    pub account: AccountName,
    /// The provider's name in the configuration.
    pub provider: String,
    /// Who it is there: `sub` of its tokens.
    pub subject: Subject,
}

/// Why a link was not made by hand.
#[derive(Debug, thiserror::Error)]
pub enum LinkIdentityError {
    /// There is no such account, or who asks may not know of it.
    #[error("there is no account {name}")]
    NoSuchAccount {
        /// Its name.
        name: AccountName,
    },
    /// No provider of that name is configured.
    #[error(
        "there is no identity provider of that name: [[identity_provider]] in the configuration lists them"
    )]
    NoSuchProvider,
    /// A program signs in with an app password.
    #[error("this is a service account, behind which there is no person: link a person's account")]
    NotAPerson,
    /// An account is linked to them already.
    #[error("that person is linked to an account already: unlink them there first")]
    LinkedAlready,
    /// More links than an account may have.
    #[error("an account is linked to at most {most} outside identities: unlink one first")]
    TooMany {
        /// The most.
        most: usize,
    },
    /// Who asks may not.
    #[error("your role does not allow that")]
    NotAllowed,
    /// The deed needs a second factor that was checked in the last minutes.
    #[error("confirm with your second factor first")]
    StepUpNeeded,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for LinkIdentityError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Conflict { what: "outside identity" } => Self::LinkedAlready,
            error => Self::Failure(error.into()),
        }
    }
}

impl Service {
    /// Links somebody by hand, whom the provider has not vouched for yet. For the operator and global administrators: who
    /// is linked can sign in as that account.
    ///
    /// # Errors
    /// [`LinkIdentityError`].
    pub async fn link_outside_identity(
        &self,
        by: By<'_>,
        link: LinkIdentity,
    ) -> Result<(), LinkIdentityError> {
        let (_, provider) = self.outside.find(&link.provider).ok_or(LinkIdentityError::NoSuchProvider)?;
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        if !asker.may(Permission::ManageAccounts) {
            return Err(LinkIdentityError::NotAllowed);
        }
        let account = transaction.account_by_address(&link.account).await?;
        let account = account.ok_or(LinkIdentityError::NoSuchAccount { name: link.account })?;
        if !asker.may_for(Permission::ManageAccounts, &account) {
            return Err(LinkIdentityError::NotAllowed);
        }
        if !asker.stepped_up(now) {
            return Err(LinkIdentityError::StepUpNeeded);
        }
        if account.kind != AccountKind::Person {
            return Err(LinkIdentityError::NotAPerson);
        }
        if transaction.outside_identities_of(account.id).await?.len() >= MOST {
            return Err(LinkIdentityError::TooMany { most: MOST });
        }
        let identity = VerifiedIdentity {
            provider: provider.name.clone(),
            issuer: provider.issuer.as_str().to_owned(),
            label: link.subject.as_str().to_owned(),
            subject: link.subject,
            address: None,
            second_factor_at: None,
            said: String::new(),
            sid: None,
            token: None,
        };
        self.write_link(&mut *transaction, &account, &identity, by.actor(), "by hand").await?;
        self.tell_linked(&mut *transaction, &account, &identity, by).await?;
        Ok(transaction.commit().await?)
    }

    /// Links who answered to the account of the session that began it, which must still be there.
    pub(super) async fn finish_link(
        &self,
        identity: VerifiedIdentity,
        (begun_by, token): (PortalSessionId, Option<&SessionToken>),
    ) -> Result<(), OutsideError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let token = token.ok_or(OutsideError::UnknownRequest)?;
        let session = transaction.portal_session(&token.hash()).await?;
        let session = session.filter(|found| found.id == begun_by).ok_or(OutsideError::UnknownRequest)?;
        let read = read_anew(&session, &mut *transaction, now).await?;
        let (session, account) = read.ok_or(OutsideError::UnknownRequest)?;
        let links = transaction.outside_identities_of(account.id).await?;
        let is_this =
            |issuer: &str, subject: &Subject| issuer == identity.issuer && *subject == identity.subject;
        if links.iter().any(|link| is_this(&link.issuer, &link.subject)) {
            return Ok(());
        }
        if links.len() >= MOST {
            return Err(OutsideError::TooMany { most: MOST });
        }
        let (_, provider) = self.outside.find(&identity.provider).ok_or(OutsideError::NoSuchProvider)?;
        let written =
            self.write_link(&mut *transaction, &account, &identity, actor(&account), "in the portal").await;
        if let Err(StorageError::Conflict { .. }) = written {
            let (provider, who) = (provider.label.clone(), identity.label);
            return Err(OutsideError::LinkedElsewhere { provider, who });
        }
        written?;
        let session = crate::portal::FullSession { session, account };
        self.tell_linked(&mut *transaction, &session.account, &identity, By::Session(&session)).await?;
        Ok(transaction.commit().await?)
    }

    async fn tell_linked(
        &self,
        transaction: &mut (dyn Transaction + '_),
        account: &Account,
        identity: &VerifiedIdentity,
        by: By<'_>,
    ) -> Result<(), StorageError> {
        let notice = SignInTidings::MethodRegistered {
            method: format!("sign-in through {}", identity.provider),
            label: identity.label.clone(),
            done: by.into(),
        };
        tell(transaction, account, notice, self.now()).await
    }
}

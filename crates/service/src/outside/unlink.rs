//! Take the link between an account and somebody at an outside identity provider away.

use postern_domain::account::{Account, AccountName, Permission};
use postern_domain::audit::Operation;
use postern_domain::id::OutsideIdentityId;
use postern_domain::mfa::MethodKind;
use postern_domain::outside_identity::OutsideIdentity;
use postern_storage::{Snapshot, StorageError};

use crate::account::record_of;
use crate::authorise::Asker;
use crate::notice::{SignInTidings, tell};
use crate::portal::end_others;
use crate::{By, Failure, Service};

/// Why a link was not taken away.
#[derive(Debug, thiserror::Error)]
pub enum UnlinkIdentityError {
    /// There is no such account, or who asks may not know of it.
    #[error("there is no account {name}")]
    NoSuchAccount {
        /// Its name.
        name: AccountName,
    },
    /// Who asks knows of the account, and may not take its links away.
    #[error("your role does not allow that")]
    NotAllowed,
    /// The account has no such link.
    #[error("that account has no such outside identity")]
    NoSuchLink,
    /// Without it its owner could not sign in any more.
    #[error(
        "it is the only way into the account, which has neither a password nor a passkey: ask an administrator for a password first"
    )]
    LastWayIn,
    /// The same, told to an administrator.
    #[error(
        "it is the only way into the account, which has neither a password nor a passkey: reset its password or link another first, or block the account"
    )]
    LastWayInOfAnother,
    /// The deed needs a second factor that was checked in the last minutes.
    #[error("confirm with your second factor first")]
    StepUpNeeded,
    /// Ours.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<StorageError> for UnlinkIdentityError {
    fn from(error: StorageError) -> Self {
        Self::Failure(error.into())
    }
}

impl Service {
    /// Takes a link away: its owner, or an administrator who may reset the account's methods, with a fresh second factor and
    /// not the last way in; the operator takes that too. The account's portal sessions end, but for the one with which its
    /// owner asks. Gives whether anything is left by which the owner signs in.
    ///
    /// # Errors
    /// [`UnlinkIdentityError`].
    pub async fn unlink_outside_identity(
        &self,
        by: By<'_>,
        account: &AccountName,
        link: OutsideIdentityId,
    ) -> Result<bool, UnlinkIdentityError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let no_such_account = || UnlinkIdentityError::NoSuchAccount { name: account.clone() };
        let account = transaction.account_by_address(account).await?.ok_or_else(no_such_account)?;
        let is_own = asker.is(account.id);
        if !is_own && !asker.may_for(Permission::ResetMethods, &account) {
            let knows_of_it = asker.may(Permission::ReadAccounts);
            return Err(if knows_of_it {
                UnlinkIdentityError::NotAllowed
            } else {
                no_such_account_of(&account)
            });
        }
        if !asker.stepped_up(now) {
            return Err(UnlinkIdentityError::StepUpNeeded);
        }
        let links = transaction.outside_identities_of(account.id).await?;
        let found = links.iter().find(|found| found.id == link).ok_or(UnlinkIdentityError::NoSuchLink)?;
        // A link to a provider that is not configured any more opens nothing: neither it nor another such is a way in.
        let opens = |link: &OutsideIdentity| self.outside.of_issuer(&link.issuer).is_some();
        let another = links.iter().any(|other| other.id != link && opens(other));
        let stays_open = another || has_another_way_in(&account, &mut *transaction).await?;
        if opens(found) && !stays_open && !matches!(by, By::Operator { .. }) {
            let theirs = UnlinkIdentityError::LastWayInOfAnother;
            return Err(if is_own { UnlinkIdentityError::LastWayIn } else { theirs });
        }
        transaction.delete_outside_identity(account.id, link).await?;
        let record = record_of(Operation::UnlinkOutsideIdentity, &account)
            .detail("issuer", &found.issuer)
            .detail("subject", &found.subject)
            .detail("called", &found.label);
        transaction.append_audit_records(vec![record.by(by.actor(), now)]).await?;
        let provider = self.outside.of_issuer(&found.issuer);
        let notice = SignInTidings::MethodDeleted {
            method: format!(
                "sign-in through {}",
                provider.map_or(found.issuer.as_str(), |known| &known.name)
            ),
            label: found.label.clone(),
            done: by.into(),
        };
        tell(&mut *transaction, &account, notice, now).await?;
        match asker.session_of(account.id) {
            Some(session) => end_others(&mut *transaction, session).await?,
            None => transaction.delete_portal_sessions_of(account.id).await.map(drop)?,
        }
        transaction.commit().await?;
        Ok(stays_open)
    }
}

fn no_such_account_of(account: &Account) -> UnlinkIdentityError {
    UnlinkIdentityError::NoSuchAccount { name: account.name.clone() }
}

/// A password, or a passkey that needs none.
async fn has_another_way_in(
    account: &Account,
    state: &mut (dyn Snapshot + '_),
) -> Result<bool, StorageError> {
    if state.account_password(account.id).await?.is_some() {
        return Ok(true);
    }
    let methods = state.methods_of(account.id).await?;
    Ok(methods.iter().any(|method| method.kind == MethodKind::Passkey { discoverable: true }))
}

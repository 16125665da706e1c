//! Delete an authentication method.

use postern_domain::id::MethodId;
use postern_domain::mfa::{AuthenticationMethod, MfaState};

use super::EnrolError;
use super::own_methods::own;
use super::session::end_others;
use crate::authorise::{Asker, settings_for};
use crate::notice::{SignInTidings, tell};
use crate::{By, Service};

impl Service {
    /// Deletes a method of one's own, forgets the browsers that are remembered, and ends the account's other portal
    /// sessions: one of them may be whoever the method was lost to. Needs a fresh second factor. The last one of an account
    /// whose MFA is enabled or enforced stays, and the last one that can be used beside others whose kind is switched off; a
    /// program deletes no last one whatever the state, because the account password alone would open the portal then. With
    /// the last one its recovery codes go too.
    ///
    /// # Errors
    /// [`EnrolError`].
    pub async fn delete_method(&self, by: By<'_>, method: MethodId) -> Result<(), EnrolError> {
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let account = own(&asker, &mut *transaction).await?.ok_or(EnrolError::SessionOver)?;
        let settings = settings_for(&mut *transaction, &account).await?;
        if !asker.stepped_up(now) {
            return Err(EnrolError::StepUpNeeded);
        }
        let methods = transaction.methods_of(account.id).await?;
        let found = methods.iter().find(|found| found.id == method).ok_or(EnrolError::NoSuchMethod)?;
        let usable = |method: &AuthenticationMethod| self.offers(method.kind, &settings);
        if methods.len() == 1 {
            if account.mfa != MfaState::Disabled {
                return Err(EnrolError::LastMethod);
            }
            if asker.is_program() {
                return Err(EnrolError::LastMethodByProgram);
            }
            transaction.replace_recovery_codes(account.id, &[]).await?;
        } else if usable(found) && !methods.iter().any(|other| other.id != method && usable(other)) {
            // A second factor would be asked for, and none could be given.
            return Err(EnrolError::LastUsableMethod);
        }
        self.delete_one(&mut *transaction, &account, found, by.actor()).await?;
        let notice = SignInTidings::MethodDeleted {
            method: found.kind.words().to_lowercase(),
            label: found.label.clone(),
            done: by.into(),
        };
        tell(&mut *transaction, &account, notice, now).await?;
        transaction.forget_remembered_browsers_of(account.id).await?;
        match asker.session_of(account.id) {
            Some(session) => end_others(&mut *transaction, session).await?,
            None => transaction.delete_portal_sessions_of(account.id).await.map(drop)?,
        }
        Ok(transaction.commit().await?)
    }
}

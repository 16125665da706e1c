//! Delete an authentication method.

use postern_domain::id::MethodId;
use postern_domain::mfa::{AuthenticationMethod, MfaState};

use super::second_factor_in::actor;
use super::session::{end_others, is_fresh, read_anew};
use super::{EnrolError, FullSession};
use crate::Service;
use crate::authorise::settings_for;
use crate::notice::{Doer, SignInTidings, tell};

impl Service {
    /// Deletes a method, forgets the browsers that are remembered, and ends the account's other portal sessions: one of
    /// them may be whoever the method was lost to. Needs a fresh second factor. The last one of an
    /// account whose MFA is enabled or enforced stays; with the last one of another account its recovery codes go too. The
    /// last one that can be used stays beside others, whose kind is switched off.
    ///
    /// # Errors
    /// [`EnrolError`].
    pub async fn delete_method(&self, session: &FullSession, method: MethodId) -> Result<(), EnrolError> {
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        let read = read_anew(session.session(), &mut *transaction, now).await?;
        let (session, account) = read.ok_or(EnrolError::StepUpNeeded)?;
        let settings = settings_for(&mut *transaction, &account).await?;
        if !is_fresh(&session, &settings, now) {
            return Err(EnrolError::StepUpNeeded);
        }
        let methods = transaction.methods_of(account.id).await?;
        let found = methods.iter().find(|found| found.id == method).ok_or(EnrolError::NoSuchMethod)?;
        let usable = |method: &AuthenticationMethod| self.offers(method.kind, &settings);
        if methods.len() == 1 {
            if account.mfa != MfaState::Disabled {
                return Err(EnrolError::LastMethod);
            }
            transaction.replace_recovery_codes(account.id, &[]).await?;
        } else if usable(found) && !methods.iter().any(|other| other.id != method && usable(other)) {
            // A second factor would be asked for, and none could be given.
            return Err(EnrolError::LastUsableMethod);
        }
        self.delete_one(&mut *transaction, &account, found, actor(&account)).await?;
        let notice = SignInTidings::MethodDeleted {
            method: found.kind.words().to_lowercase(),
            label: found.label.clone(),
            done: Doer::in_portal(&session, &account),
        };
        tell(&mut *transaction, &account, notice, now).await?;
        transaction.forget_remembered_browsers_of(account.id).await?;
        end_others(&mut *transaction, &session).await?;
        Ok(transaction.commit().await?)
    }
}

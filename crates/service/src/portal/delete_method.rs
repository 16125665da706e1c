//! Delete an authentication method.

use postern_domain::id::MethodId;
use postern_domain::mfa::MfaState;

use super::second_factor_in::actor;
use super::session::{end_others, is_fresh, read_anew};
use super::{EnrolError, FullSession};
use crate::Service;
use crate::authorise::settings_for;
use crate::notice::{Doer, SignInTidings, tell};

impl Service {
    /// Deletes a method, forgets the browsers that are remembered, and ends the account's other portal sessions: one of
    /// them may be whoever the method was lost to. Needs a fresh second factor; the last one of an
    /// account whose MFA is enforced stays. With the last one of another account its recovery codes go too.
    ///
    /// # Errors
    /// [`EnrolError`].
    pub async fn delete_method(&self, session: &FullSession, method: MethodId) -> Result<(), EnrolError> {
        let now = self.now();
        let mut transaction = self.parts.store.begin().await?;
        let read = read_anew(session.session(), &mut *transaction, now).await?;
        let (session, account) = read.ok_or(EnrolError::StepUpNeeded)?;
        if !is_fresh(&session, &settings_for(&mut *transaction, &account).await?, now) {
            return Err(EnrolError::StepUpNeeded);
        }
        let methods = transaction.methods_of(account.id).await?;
        let found = methods.iter().find(|found| found.id == method).ok_or(EnrolError::NoSuchMethod)?;
        if methods.len() == 1 {
            if account.mfa != MfaState::Disabled {
                return Err(EnrolError::LastMethod);
            }
            transaction.replace_recovery_codes(account.id, &[]).await?;
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

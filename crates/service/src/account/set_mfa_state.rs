//! Set an account's MFA state.

use postern_domain::account::{AccountName, Permission};
use postern_domain::audit::Operation;
use postern_domain::mfa::MfaState;
use postern_storage::{Change, ChangeKind};

use super::administer::{find_as_administrator, step_up};
use super::{AccountError, record_of};
use crate::notice::{SignInTidings, tell};
use crate::{By, Service};

impl Service {
    /// Sets the MFA state by [`MfaState::set_by_administrator`] and gives the one that came of it. Live door sessions
    /// that were signed in with the account password end when it became *Enforced*.
    ///
    /// # Errors
    /// [`AccountError`].
    pub async fn set_mfa_state(
        &self,
        by: By<'_>,
        name: &AccountName,
        wanted: MfaState,
    ) -> Result<MfaState, AccountError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let (asker, mut account) =
            find_as_administrator(by, &mut *transaction, name, Permission::SetMfaState, now).await?;
        let has_method = !transaction.methods_of(account.id).await?.is_empty();
        let became = MfaState::set_by_administrator(wanted, has_method);
        if became == account.mfa {
            return Ok(became);
        }
        step_up(&asker, now)?;
        let before = std::mem::replace(&mut account.mfa, became);
        transaction.update_account(&account, now).await?;
        let record = record_of(Operation::ChangeMfaState, &account)
            .detail("before", before)
            .detail("after", became)
            .by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        let what = format!("The MFA state of your account is now {became}");
        tell(&mut *transaction, &account, SignInTidings::MfaChanged { what, done: by.into() }, now).await?;
        transaction.announce(Change::new(ChangeKind::Account(account.id))).await?;
        transaction.commit().await?;
        Ok(became)
    }
}

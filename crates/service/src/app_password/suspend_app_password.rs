//! Suspend and resume an app password.

use postern_domain::account::Permission;
use postern_domain::app_password::{AppPassword, StoredState};
use postern_domain::audit::Operation;
use postern_domain::id::AppPasswordId;

use super::theirs::{find_theirs, standing};
use super::{AppPasswordError, changed, record_of};
use crate::authorise::Asker;
use crate::notice::{AppPasswordTidings, Doer, tell};
use crate::{By, Service};

impl Service {
    /// Sets an app password aside; its live sessions end. Suspending a suspended one changes nothing, but that what its
    /// owner suspended becomes whose who suspends it too: its owner resumes it no more. No step-up is asked for, as for
    /// revoking.
    ///
    /// # Errors
    /// [`AppPasswordError`].
    pub async fn suspend_app_password(
        &self,
        by: By<'_>,
        id: AppPasswordId,
    ) -> Result<AppPassword, AppPasswordError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let (mut app_password, account) =
            find_theirs(&asker, &mut *transaction, id, Permission::ManageAppPasswords).await?;
        let takes_over = !asker.is(account.id) && app_password.suspended_by_owner(&account);
        match app_password.state {
            StoredState::Suspended { .. } if takes_over => {}
            StoredState::Suspended { .. } => return Ok(app_password),
            StoredState::Revoked { .. } => {
                return Err(AppPasswordError::NotActive { state: app_password.state_at(now) });
            }
            StoredState::Active => {}
        }
        app_password.state = StoredState::Suspended { at: now, by: by.actor().to_string() };
        transaction.update_app_password(&app_password).await?;
        let record = record_of(Operation::SuspendAppPassword, &app_password).by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        let done = Doer::from(by);
        if !done.is_owner(&account) {
            let notice = AppPasswordTidings::Suspended { its: (&app_password).into(), done };
            tell(&mut *transaction, &account, notice, now).await?;
        }
        transaction.announce(changed(&app_password)).await?;
        transaction.commit().await?;
        Ok(app_password)
    }

    /// Lets a suspended one work again. Needs a fresh second factor, as it widens; by whom, [`postern_domain::app_password::Standing::may_resume`] says.
    /// Resuming one that works changes nothing.
    ///
    /// # Errors
    /// [`AppPasswordError`].
    pub async fn resume_app_password(
        &self,
        by: By<'_>,
        id: AppPasswordId,
    ) -> Result<AppPassword, AppPasswordError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let (mut app_password, account) =
            find_theirs(&asker, &mut *transaction, id, Permission::ManageAppPasswords).await?;
        let standing = standing(&asker, &account);
        if !standing.may_resume(&app_password, &account) {
            return Err(if standing.owns {
                AppPasswordError::SuspendedByAnother
            } else {
                AppPasswordError::OwnersToWiden
            });
        }
        if !asker.stepped_up(now) {
            return Err(AppPasswordError::StepUpNeeded);
        }
        match app_password.state {
            StoredState::Active => return Ok(app_password),
            StoredState::Revoked { .. } => {
                return Err(AppPasswordError::NotActive { state: app_password.state_at(now) });
            }
            StoredState::Suspended { .. } => {}
        }
        app_password.state = StoredState::Active;
        transaction.update_app_password(&app_password).await?;
        let record = record_of(Operation::ResumeAppPassword, &app_password).by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        let notice = AppPasswordTidings::Resumed { its: (&app_password).into(), done: by.into() };
        tell(&mut *transaction, &account, notice, now).await?;
        transaction.commit().await?;
        Ok(app_password)
    }
}

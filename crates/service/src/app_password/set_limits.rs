//! Set the limits of an app password.

use postern_domain::account::Permission;
use postern_domain::app_password::change::{Attribute, widened};
use postern_domain::app_password::{AppPassword, StoredState};
use postern_domain::audit::Operation;
use postern_domain::id::AppPasswordId;
use postern_domain::limits::Limits;

use super::theirs::find_theirs;
use super::{AppPasswordError, changed, record_of};
use crate::authorise::Asker;
use crate::notice::{AppPasswordTidings, tell};
use crate::{By, Service};

impl Service {
    /// Sets how much may be done with an app password. For an administrator: limits hold its owner too. They count from
    /// the next sign-in on.
    ///
    /// # Errors
    /// [`AppPasswordError`].
    pub async fn set_limits(
        &self,
        by: By<'_>,
        id: AppPasswordId,
        limits: Limits,
    ) -> Result<AppPassword, AppPasswordError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let (mut app_password, account) =
            find_theirs(&asker, &mut *transaction, id, Permission::ManageAppPasswords).await?;
        if !asker.may(Permission::ManageAppPasswords) {
            return Err(AppPasswordError::NotAllowed);
        }
        if !asker.stepped_up(now) {
            return Err(AppPasswordError::StepUpNeeded);
        }
        if matches!(app_password.state, StoredState::Revoked { .. }) {
            return Err(AppPasswordError::NotActive { state: app_password.state_at(now) });
        }
        if app_password.limits == limits {
            return Ok(app_password);
        }
        let before = std::mem::replace(&mut app_password.limits, limits);
        transaction.update_app_password(&app_password).await?;
        let record = record_of(Operation::ChangeLimits, &app_password)
            .detail("before", before)
            .detail("after", limits)
            .by(by.actor(), now);
        transaction.append_audit_records(vec![record]).await?;
        if widened(&account, &AppPassword { limits: before, ..app_password.clone() }, &app_password)
            .contains(&Attribute::Limits)
        {
            let changes = vec![("Limits".to_owned(), limits.to_string())];
            let notice =
                AppPasswordTidings::Widened { its: (&app_password).into(), changes, done: by.into() };
            tell(&mut *transaction, &account, notice, now).await?;
        }
        transaction.announce(changed(&app_password)).await?;
        transaction.commit().await?;
        Ok(app_password)
    }
}

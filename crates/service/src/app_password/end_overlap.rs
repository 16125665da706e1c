//! End the overlap of a rotation before its time.

use postern_domain::account::Permission;
use postern_domain::app_password::AppPassword;
use postern_domain::audit::Operation;
use postern_domain::id::AppPasswordId;

use super::theirs::find_theirs;
use super::{AppPasswordError, changed, record_of};
use crate::authorise::Asker;
use crate::{By, Service};

impl Service {
    /// Ends the old secret of a rotated app password now; the sessions that were signed in with it end. When none works any
    /// more, nothing is changed. No step-up is asked for, as for revoking.
    ///
    /// # Errors
    /// [`AppPasswordError`].
    pub async fn end_overlap(&self, by: By<'_>, id: AppPasswordId) -> Result<AppPassword, AppPasswordError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let (mut app_password, _) =
            find_theirs(&asker, &mut *transaction, id, Permission::ManageAppPasswords).await?;
        if transaction.end_old_secrets(id, now).await? > 0 {
            app_password.overlap_until = None;
            let record = record_of(Operation::EndOldSecret, &app_password).by(by.actor(), now);
            transaction.append_audit_records(vec![record]).await?;
            transaction.announce(changed(&app_password)).await?;
            transaction.commit().await?;
        }
        Ok(app_password)
    }
}

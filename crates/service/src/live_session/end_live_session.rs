//! End one live session.

use postern_domain::account::Permission;
use postern_domain::audit::Operation;
use postern_domain::id::DoorSessionId;
use postern_storage::{Change, ChangeKind, ListedLiveSession};

use super::LiveSessionError;
use crate::audit::Record;
use crate::authorise::Asker;
use crate::{By, Service};

impl Service {
    /// Ends one live session at a door, on whichever server it is; its owner may, and an administrator. Its program may
    /// sign in again at once: to keep it out, revoke its app password. Ending one that is ending already changes
    /// nothing. No step-up is asked for: cutting off must be easy.
    ///
    /// A session that began in the last second may not be known yet.
    ///
    /// # Errors
    /// [`LiveSessionError::NoSuchSession`], also for another account's to whom sees none of these;
    /// [`LiveSessionError::NotAllowed`], [`LiveSessionError::Failure`].
    pub async fn end_live_session(&self, by: By<'_>, id: DoorSessionId) -> Result<(), LiveSessionError> {
        let mut transaction = self.parts.store.begin().await?;
        let now = self.now();
        let asker = Asker::read(by, &mut *transaction, now).await?;
        let found = transaction.live_session(id).await?.ok_or(LiveSessionError::NoSuchSession)?;
        let ListedLiveSession { session, app_password_name, .. } = found;
        let account = transaction.account(session.account).await?.ok_or(LiveSessionError::NoSuchSession)?;
        if !asker.is(account.id) && !asker.may_for(Permission::EndSessions, &account) {
            let sees_it = asker.may(Permission::ReadEvents);
            return Err(if sees_it { LiveSessionError::NotAllowed } else { LiveSessionError::NoSuchSession });
        }
        // Kept beside the session, so that a lost notice does not save it.
        if !transaction.ask_live_session_to_end(id, now).await? {
            return Ok(());
        }
        let mut record = Record::of(Operation::EndSession)
            .account(session.account)
            .detail("session", id)
            .detail("door", session.door.name())
            .detail("address", session.address)
            .detail_if("app password", app_password_name);
        if let Some(app_password) = session.app_password {
            record = record.app_password(app_password);
        }
        transaction.append_audit_records(vec![record.by(by.actor(), now)]).await?;
        transaction.announce(Change::new(ChangeKind::EndDoorSession(id))).await?;
        Ok(transaction.commit().await?)
    }
}
